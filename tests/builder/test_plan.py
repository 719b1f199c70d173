"""Parameters with dotted names, and values laid over others."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.builder.plan import BuildPlan, merged, nested

KEYS = st.text("abc_", min_size=1, max_size=4)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3),
    max_leaves=8,
)
MAPPINGS = st.dictionaries(KEYS, VALUES, max_size=4)


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, {}),
        ({"hidden_size": 3}, {"hidden_size": 3}),
        ({"text_config.num_hidden_layers": 2}, {"text_config": {"num_hidden_layers": 2}}),
        (
            {"text_config": {"hidden_size": 8}, "text_config.num_hidden_layers": 2, "a.b.c": 1},
            {"text_config": {"hidden_size": 8, "num_hidden_layers": 2}, "a": {"b": {"c": 1}}},
        ),
        ({"a.b": 1, "a": 2}, {"a": 2}),
        ({"id2label": {"0.5": "x"}}, {"id2label": {"0.5": "x"}}),
    ],
)
def test_dotted_names_become_mappings(params: dict[str, Any], expected: dict[str, Any]) -> None:
    assert nested(params) == expected


def test_another_model_type_replaces_a_nested_configuration_whole() -> None:
    below = {"text_config": {"model_type": "llama", "hidden_size": 8}}
    assert merged(below, {"text_config": {"model_type": "mistral"}}) == {"text_config": {"model_type": "mistral"}}
    assert merged(below, {"text_config": {"model_type": "llama"}}) == below


@given(MAPPINGS, MAPPINGS)
def test_what_lies_above_wins_and_what_it_leaves_out_stays(below: dict[str, Any], above: dict[str, Any]) -> None:
    both = merged(below, above)
    assert both.keys() == below.keys() | above.keys()
    for key, value in both.items():
        if key not in above:
            assert value == below[key]
        elif not (isinstance(above[key], dict) and isinstance(below.get(key), dict)):
            assert value == above[key]


@given(MAPPINGS)
def test_what_is_made_can_be_changed_without_changing_what_was_given(params: dict[str, Any]) -> None:
    before = pickle.dumps(params)
    made = nested(params)
    for value in made.values():
        if isinstance(value, dict):
            value["more"] = 1
        elif isinstance(value, list):
            value.append(1)
    assert pickle.dumps(params) == before


def test_a_plan_can_be_sent_to_another_process() -> None:
    plan = BuildPlan(config_class="LlamaConfig", module="m", params={"layer_types": ["a"]}, seed=3)
    assert pickle.loads(pickle.dumps(plan)) == plan
