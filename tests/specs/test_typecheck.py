"""Types as tests on parsed values."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.records import Json
from catalog.specs.loading import load_text
from catalog.specs.nodes import Node
from catalog.specs.typecheck import admits_form, compiled, config_in, number_of
from catalog.types import parse_annotation


def _node(value: Json) -> Node:
    (spec,) = load_text(json.dumps({"config_class": "A", "params": {"value": value}}), "spec.json").specs
    assert spec.params is not None
    return spec.params.entries[0].value


@pytest.mark.parametrize(
    ("annotation", "good", "bad"),
    [
        ("int", [1, 0, -3], [1.0, "1", True, None, [1], {}]),
        ("float", [1, 0.5], ["0.5", False, None]),
        ("int | float | None", [1, 2.5, None], [True, "x"]),
        ("str", ["", "a"], [1, None, ["a"]]),
        ("bool", [True, False], [0, 1, "true", None]),
        ("list[int] | None", [[], [1, 2], None], [[1.5], 3, ["a"], [None]]),
        ("tuple[int, int] | int", [[1, 2], 3], [[1], [1, 2, 3], [1, "2"]]),
        ("list[list[int]]", [[[1], []]], [[1], [[1.5]]]),
        ("dict[str, int]", [{}, {"a": 1}], [{"a": "b"}, [], 1]),
        ("Literal['a', 1] | None", ["a", 1, None], ["b", True, 2]),
        ("CLIPTextConfig | dict | None", [{}, {"a": 1}, None], [1, "clip", []]),
        ("RopeParameters | dict | None", [{}, None], [1.0]),
        ("torch.dtype | str", ["float32"], [32]),
        ("Any", [1, "a", None, [], {}], []),
        ("SomethingElse", [1, "a", None], []),
    ],
)
def test_type_admits_what_transformers_means_by_it(annotation: str, good: list[Json], bad: list[Json]) -> None:
    test = compiled(parse_annotation(annotation))
    assert [value for value in good if not test(_node(value))] == []
    assert [value for value in bad if test(_node(value))] == []


def test_infinity_as_transformers_and_the_catalog_write_it() -> None:
    test = compiled("float")
    assert test(_node({"__float__": "Infinity"}))
    assert test(_node({"$float": "inf"}))
    assert not test(_node({"float": "inf"}))


@pytest.mark.parametrize(
    ("annotation", "number"),
    [
        ("int", "int"), ("int | None", "int"), ("float | int", "float"), ("list[int]", "int"), ("str", None),
        ("list[list[float]]", "float"), ("bool | None", None), ("tuple[int, float]", "float"), ("int | str", "int"),
    ],
)  # fmt: skip
def test_number_that_a_type_holds(annotation: str, number: str | None) -> None:
    assert number_of(parse_annotation(annotation)) == number


def test_forms_and_configurations_of_a_type() -> None:
    kind = parse_annotation("list[CLIPConfig] | dict[str, int] | bool | None")
    assert admits_form(kind, "null")
    assert admits_form(kind, "bool")
    assert admits_form(kind, "list")
    assert not admits_form(kind, "str")
    assert config_in(kind) == "CLIPConfig"
    assert config_in(parse_annotation("int")) is None


_KINDS = st.recursive(
    st.sampled_from(["int", "float", "str", "bool", "null", "any", "dtype"]),
    lambda inner: st.one_of(
        st.builds(lambda kind: {"list": kind}, inner),
        st.builds(lambda kinds: {"union": kinds}, st.lists(inner, min_size=2, max_size=3)),
        st.builds(lambda kinds: {"tuple": kinds}, st.lists(inner, max_size=3)),
        st.builds(lambda kind: {"dict": ["str", kind]}, inner),
    ),
    max_leaves=5,
)
_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.floats(allow_nan=False, width=16), st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=2)),
    max_leaves=5,
)


@given(_KINDS, _VALUES)
def test_any_type_answers_for_any_value(kind: Json, value: Json) -> None:
    node = _node(value)
    assert compiled(kind)(node) in (True, False)
    assert not compiled("null")(node) or compiled({"union": [kind, "null"]})(node)
