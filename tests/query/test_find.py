"""``Catalog.find`` and the pivot ``Catalog.having``."""

from __future__ import annotations

import pytest

from catalog import Catalog, NotFoundError
from catalog.errors import UsageError


def classes(found) -> list[str]:
    return [summary.config_class for summary in found]


def test_without_filters_every_model_is_found_by_model_type(catalog: Catalog) -> None:
    found = catalog.find()
    assert classes(found) == [
        "ChildConfig", "DualConfig", "GPT2Config", "LlamaConfig", "TwinAConfig", "TwinBConfig", "BrokenConfig",
    ]  # fmt: skip
    assert found[0].release == "5.23.0"
    assert {summary.size for summary in found} == {None}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"has": "sliding_window"}, ["ChildConfig"]),
        ({"has": "hidden_size"}, ["ChildConfig", "LlamaConfig"]),
        ({"task": "text-generation"}, ["LlamaConfig"]),
        ({"task": "captioning"}, ["DualConfig"]),
        ({"modality": "text"}, ["LlamaConfig"]),
        ({"attention": "grouped-query"}, ["LlamaConfig"]),
        ({"sub_config": "text_config"}, ["DualConfig"]),
        ({"sub_config": "LlamaConfig"}, ["DualConfig"]),
        ({"has": "hidden_size", "modality": "text"}, ["LlamaConfig"]),
        ({"has": "sliding_window", "modality": "text"}, []),
        ({"max_size": 10**9}, []),
        ({"min_size": 1}, []),
    ],
)
def test_filters_narrow_down(catalog: Catalog, filters: dict, expected: list[str]) -> None:
    assert classes(catalog.find(**filters)) == expected


def test_a_parameter_of_the_common_base_is_taken_by_all(catalog: Catalog) -> None:
    assert len(catalog.find(has="return_dict")) == len(catalog.find())


@pytest.mark.parametrize(
    ("filters", "suggestion"),
    [
        ({"has": "sliding_windows"}, "sliding_window"),
        ({"task": "text-generations"}, "text-generation"),
        ({"task": "text_generation"}, "text-generation"),
        ({"modality": "txt"}, "text"),
        ({"modality": "smell"}, "multimodal"),
        ({"attention": "grouped_query"}, "grouped-query"),
        ({"sub_config": "text_cfg"}, "text_config"),
    ],
)
def test_what_no_model_has_is_a_mistake_and_gets_a_suggestion(catalog: Catalog, filters: dict, suggestion: str) -> None:
    with pytest.raises(NotFoundError) as error:
        catalog.find(**filters)
    assert error.value.suggestions[0] == suggestion


def test_sizes_the_wrong_way_round_are_refused(catalog: Catalog) -> None:
    with pytest.raises(UsageError, match="above the largest"):
        catalog.find(min_size=2, max_size=1)


def test_the_pivot_tells_each_models_default(catalog: Catalog) -> None:
    uses = {use.config_class: use for use in catalog.having("num_key_value_heads")}
    assert list(uses) == ["ChildConfig", "LlamaConfig"]
    assert (uses["LlamaConfig"].default, uses["LlamaConfig"].effective_default) == (None, 32)
    assert uses["LlamaConfig"].model_type == "llama"
    assert uses["LlamaConfig"].type_text == "int | None"
    assert uses["LlamaConfig"].inherited_from is None
    assert uses["ChildConfig"].inherited_from == "LlamaConfig"


def test_the_pivot_knows_what_comes_from_the_common_base(catalog: Catalog) -> None:
    uses = {use.config_class: use for use in catalog.having("return_dict")}
    assert (uses["LlamaConfig"].default, uses["LlamaConfig"].inherited_from) == (True, "PreTrainedConfig")
    assert (uses["ChildConfig"].default, uses["ChildConfig"].inherited_from) == (False, None)


@pytest.mark.parametrize("name", ["", "x" * 5000, "'", "%", "hidden_size; --", "🙂"])
def test_a_parameter_that_nobody_takes_is_not_found(catalog: Catalog, name: str) -> None:
    with pytest.raises(NotFoundError):
        catalog.having(name)


def test_search_finds_by_part_and_refuses_unknown_kinds(catalog: Catalog) -> None:
    assert catalog.search("window")[0].name == "sliding_window"
    assert catalog.search("llama")[0].name == "llama"
    assert {hit.kind for hit in catalog.search("llama", kind="architecture")} == {"architecture"}
    assert len(catalog.search("config", limit=2)) == 2
    with pytest.raises(UsageError, match="config_class"):
        catalog.search("llama", kind="nonsense")
    with pytest.raises(UsageError):
        catalog.search("llama", limit=0)


@pytest.mark.parametrize("text", ["", '"', "a AND (", "NEAR(", "🙂", "*", "rope_theta OR -x", "\0", "'" * 500])
def test_search_takes_any_text(catalog: Catalog, text: str) -> None:
    assert isinstance(catalog.search(text), tuple)


def test_the_doctor_names_each_kind_of_fault(catalog: Catalog) -> None:
    report = catalog.doctor()
    assert [(fault.config_class, fault.parameter) for fault in report.faults] == [
        ("ChildConfig", "hidden_size"), ("LlamaConfig", "hidden_size"),
    ]  # fmt: skip
    assert ("GPT2Config", "n_embd") in {(item.config_class, item.parameter) for item in report.undocumented}
    assert [failure.subject for failure in report.failures] == ["BrokenConfig"]
    assert [item.parameter for item in report.computed] == ["audio_config", "num_key_value_heads"]
    assert report.computed[1].effective == 32


def test_releases_come_newest_first(catalog: Catalog) -> None:
    assert [info.version for info in catalog.releases()] == ["5.23.0", "4.9.0"]
    assert catalog.releases()[0].classes == 7
