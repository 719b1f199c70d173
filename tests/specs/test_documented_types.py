"""Types told from documentation and defaults, for classes without annotations."""

from __future__ import annotations

import pytest

from catalog.records import ConfigClass, Json, Parameter, Release
from catalog.specs.checker import Checker
from catalog.specs.documented_types import type_of
from catalog.specs.loading import load_mapping
from catalog.specs.memory import ReleaseKnowledge
from catalog.types import to_text


@pytest.mark.parametrize(
    ("name", "documented", "default", "expected"),
    [
        ("hidden_size", "int", 768, "int | None"),
        ("dropout", "float", 0.1, "float | int | None"),
        ("hidden_act", "str or function", "gelu", "str | None"),
        ("depths", "List[int]", [2, 2], "list | None"),
        ("depths", "list(int)", None, "list | None"),
        ("layers", "int or List[int]", 3, "int | list | None"),
        ("layers", "Union[int, List[int]]", 3, "int | list | None"),
        ("image_size", "int", 224, "int | list | None"),
        ("eos_token_id", "int", 2, "int | list | None"),
        ("text_config", "Union[AutoConfig, dict]", None, "dict | None"),
        ("flag", "bool, True", True, "bool | None"),
        ("flag", None, True, "bool | None"),
        ("rate", None, 0, "float | int | None"),
        ("name", None, "a", "str | None"),
        ("anything", None, None, "?"),
        ("anything", "type", None, "?"),
    ],
)  # fmt: skip
def test_type_is_told_from_words_and_default(name: str, documented: str | None, default: Json, expected: str) -> None:
    assert to_text(type_of(name, documented, default)) == expected


def test_class_without_annotations_is_checked_all_the_same() -> None:
    parameters = (
        Parameter(name="hidden_size", position=0, documented_type="int", default=768),
        Parameter(name="num_attention_heads", position=1, documented_type="int", default=12),
        Parameter(name="attention_dropout", position=2, default=0),
        Parameter(name="use_cache", position=3, default=True),
        Parameter(name="image_size", position=4, documented_type="int", default=224),
    )
    old = ConfigClass(name="OldConfig", module="m", model_type="old", parameters=parameters)
    base = ConfigClass(name="PretrainedConfig", module="m", is_base=True)
    release = Release(version="4.0.0", extractor="static", fingerprint="f", classes=(old, base))
    params = {
        "hidden_size": "768", "num_attention_heads": 7, "attention_dropout": 5, "use_cache": "false",
        "image_size": [224, 224], "hiden_size": 3,
    }  # fmt: skip
    (spec,) = load_mapping({"model_type": "old", "params": params}).specs
    found = {(finding.code, finding.parameter) for finding in Checker(ReleaseKnowledge(release)).check(spec)}
    assert found == {
        ("C202", "hidden_size"), ("C308", "attention_dropout"), ("C203", "use_cache"), ("C111", "hiden_size"),
    }  # fmt: skip
    del params["hidden_size"]
    (spec,) = load_mapping({"model_type": "old", "params": params}).specs
    assert "C401" in {finding.code for finding in Checker(ReleaseKnowledge(release)).check(spec)}
