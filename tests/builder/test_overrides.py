"""Every override is needed and works, and the file that holds them has the shape that its head describes."""

from __future__ import annotations

from typing import Any

import pytest
from build_plans import plan_of
from hypothesis import given
from hypothesis import strategies as st

from catalog.builder.construct import make_model
from catalog.builder.overrides import (
    Override,
    PerLayer,
    overrides_for,
    parse_overrides,
    read_overrides,
    with_override,
)
from catalog.builder.plan import BuildPlan, nested
from catalog.builder.planning import base_architecture
from catalog.specs.memory import ReleaseKnowledge

CASES = [
    (number, override, architecture)
    for number, override in enumerate(read_overrides())
    for architecture in override.architectures or (None,)
]


def _plan(override: Override, architecture: str | None, knowledge: ReleaseKnowledge) -> BuildPlan:
    record = knowledge.config_class(override.config_class)
    assert record is not None, f"{override.config_class} is no configuration class of this release"
    name = architecture or base_architecture(override.config_class, knowledge)
    return BuildPlan(config_class=override.config_class, module=record.module, architecture=name)


@pytest.mark.parametrize(
    ("number", "override", "architecture"), CASES, ids=lambda value: getattr(value, "config_class", None)
)
def test_the_model_builds_with_its_override_and_not_without(
    number: int, override: Override, architecture: str | None, knowledge: ReleaseKnowledge
) -> None:
    plan = _plan(override, architecture, knowledge)
    completed, used = with_override(plan)
    assert used is not None
    make_model(completed)
    others = [
        other for at, other in enumerate(read_overrides()) if at != number and other.config_class == plan.config_class
    ]
    params: dict[str, Any] = {}
    for other in others:
        params = other.over(params) if not other.architectures or plan.architecture in other.architectures else params
    without = BuildPlan(
        config_class=plan.config_class, module=plan.module, architecture=plan.architecture, params=params
    )
    with pytest.raises(Exception):  # noqa: B017, PT011  # whatever transformers raises
        make_model(without)


@pytest.mark.parametrize(
    ("number", "override", "architecture"), CASES, ids=lambda value: getattr(value, "config_class", None)
)
def test_an_override_gives_parameters_that_are_missing_only(
    number: int, override: Override, architecture: str | None, knowledge: ReleaseKnowledge
) -> None:
    plan = _plan(override, architecture, knowledge)
    completed, _ = with_override(plan)
    again, used = with_override(completed)
    assert used is None
    assert again == completed


def test_parameters_of_the_user_go_over_an_override() -> None:
    plan, used = with_override(plan_of("EsmConfig", params={"vocab_size": 40}))
    assert used is not None
    assert plan.params == {"vocab_size": 40, "pad_token_id": 1, "mask_token_id": 32}
    plan, used = with_override(plan_of("AutoformerConfig", params={"prediction_length": 3}))
    assert used is None


def test_a_list_with_one_entry_a_layer_has_as_many_as_layers_are_asked_for() -> None:
    plan, _ = with_override(plan_of("Lfm2MoeConfig", params={"num_hidden_layers": 3}))
    assert plan.params["layer_types"] == ["conv", "conv", "full_attention"]
    plan, _ = with_override(plan_of("DeepseekOcr2Config", params={"text_config": {"num_hidden_layers": 2}}))
    assert nested(plan.params)["text_config"]["mlp_layer_types"] == ["dense", "sparse"]


@given(st.integers(0, 40), st.lists(st.sampled_from("ab"), max_size=3), st.lists(st.sampled_from("cd"), min_size=1))
def test_per_layer_lists_begin_and_go_on_as_they_say(count: int, first: list[str], cycle: list[str]) -> None:
    layer = PerLayer(layers="text.n", default=5, first=tuple(first), cycle=tuple(cycle))
    values = layer.values({"text": {"n": count}})
    assert len(values) == count
    assert values[: len(first)] == first[:count]
    for at, value in enumerate(values[len(first) :]):
        assert value == cycle[at % len(cycle)]
    assert len(layer.values({})) == 5


def test_a_model_without_an_override_needs_none() -> None:
    assert overrides_for("LlamaConfig") is None
    plan = plan_of("LlamaConfig")
    assert with_override(plan) == (plan, None)


def test_overrides_of_one_architecture_add_to_those_of_its_class() -> None:
    both = overrides_for("DetrConfig", "DetrForSegmentation")
    assert both is not None
    assert both.params.keys() == {"use_timm_backbone", "backbone_config"}
    plain = overrides_for("DetrConfig", "DetrModel")
    assert plain is not None
    assert plain.params.keys() == {"use_timm_backbone"}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "must be a list"),
        (["x"], "entry 1: it must be a mapping"),
        ([{"config_class": "BertConfig", "parms": {}}], "entry 1: it must be a mapping of"),
        ([{"config_class": "bert", "params": {"a": 1}, "reason": "It is."}], "config_class must name"),
        ([{"config_class": "BertConfig", "params": {"a": 1}, "reason": "no sentence"}], r"\(BertConfig\): reason"),
        ([{"config_class": "BertConfig", "params": {"a": 1}}], "reason must be a sentence"),
        ([{"config_class": "BertConfig", "reason": "It is."}], "must give parameters"),
        ([{"config_class": "BertConfig", "params": [1], "reason": "It is."}], "must give parameters"),
        (
            [{"config_class": "BertConfig", "params": {"a": 1}, "architectures": "BertModel", "reason": "It is."}],
            "architectures must be a list",
        ),
        ([{"config_class": "BertConfig", "per_layer": {"a": {"cycle": []}}, "reason": "It is."}], "cycle a list"),
        ([{"config_class": "BertConfig", "per_layer": {"a": 3}, "reason": "It is."}], "a: it must be a mapping"),
    ],
)
def test_a_wrong_entry_is_named(document: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_overrides(document)
