"""Names of classes, and what was probably meant by one that is not there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.query.names import NamedClass, NameIndex, closest

MODEL_TYPES = ("bert", "deberta-v2", "gpt2", "llama", "llama4", "mistral", "qwen2_moe", "t5")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("LLama", "llama"),
        ("bert-base-uncased", "bert"),
        ("google/t5-small", "t5"),
        ("mistralai/Mistral-7B-v0.1", "mistral"),
        ("Qwen2-MoE", "qwen2_moe"),
        ("qwen2 moe", "qwen2_moe"),
        ("mistrall", "mistral"),
        ("deberta_v2", "deberta-v2"),
        ("deberta", "deberta-v2"),
        ("gpt-2-xl", "gpt2"),
    ],
)
def test_the_most_likely_name_comes_first(name: str, found: str) -> None:
    assert closest(name, MODEL_TYPES)[0] == found


@pytest.mark.parametrize("name", ["", " ", "xyz", "🙂", "---", "/", "a/"])
def test_nothing_is_suggested_for_what_resembles_nothing(name: str) -> None:
    assert closest(name, MODEL_TYPES) == ()


@given(st.text(max_size=300))
def test_suggestions_are_names_that_exist(name: str) -> None:
    found = closest(name, MODEL_TYPES)
    assert set(found) <= set(MODEL_TYPES)
    assert len(found) == len(set(found)) <= 3


def index() -> NameIndex:
    module = "transformers.models.x.configuration_x"
    classes = [
        NamedClass(name="XConfig", module=module, model_types=("x", "x-alias")),
        NamedClass(name="YConfig", module=module, model_types=("x", "y")),
        NamedClass(name="ZConfig", module=module, model_types=()),
    ]
    return NameIndex(classes, {"x": "XConfig", "x-alias": "XConfig"}, release="5.0")


def test_the_auto_mappings_decide_between_classes_of_one_model_type() -> None:
    assert index().find("x") == "XConfig"
    assert index().find("y") == "YConfig"


def test_a_class_goes_by_a_model_type_that_leads_to_it() -> None:
    assert (index().model_type_of("XConfig"), index().model_types_of("XConfig")) == ("x", ("x", "x-alias"))
    assert (index().model_type_of("YConfig"), index().model_types_of("YConfig")) == ("y", ("y",))
    assert (index().model_type_of("ZConfig"), index().model_types_of("ZConfig")) == (None, ())


@given(st.text(max_size=60))
def test_any_name_is_found_or_not(name: str) -> None:
    assert index().find(name) in {None, "XConfig", "YConfig", "ZConfig"}


def test_a_class_goes_by_its_own_model_type_before_its_other_names():
    llama = NamedClass(name="LlamaConfig", module="m", model_types=("code_llama", "llama"), declared="llama")
    index = NameIndex([llama], {"code_llama": "LlamaConfig", "llama": "LlamaConfig"}, release="4.57.6")
    assert index.model_type_of("LlamaConfig") == "llama"
