from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.history import REQUIRED, diff_class, diff_classes
from catalog.records import ConfigClass, Parameter


def parameter(name, default=None, **facts):
    return Parameter(name=name, position=0, default=default, **facts)


def config(*parameters, name="XConfig", module="transformers.models.x.configuration_x", **facts):
    return ConfigClass(name=name, module=module, parameters=parameters, **facts)


def changes(old, new, **bases):
    found = diff_class(config(*old), config(*new), release="2", **bases)
    return [(item.change, item.parameter, item.before, item.after) for item in found]


def test_parameters_come_go_and_change():
    old = (parameter("a", 1), parameter("b", 2, type="int"), parameter("c", 3))
    new = (parameter("b", 5, type="str"), parameter("c", 3), parameter("d", None))
    assert changes(old, new) == [
        ("removed", "a", 1, None),
        ("default", "b", 2, 5),
        ("type", "b", "int", "str"),
        ("added", "d", None, None),
    ]


def test_order_source_text_and_documented_words_are_no_change():
    old = (parameter("a", 3072, default_source="4 * 768"), parameter("b", 0, documented_type="int"))
    new = (parameter("b", 0.0, default_source="0.0"), dataclasses.replace(parameter("a", 3072), position=7))
    assert changes(old, new) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [([1, 2], [1.0, 2]), (0, 0.0), ({"a": 1}, {"a": 1.0})],
)
def test_values_that_mean_the_same_are_no_change(before, after):
    assert changes((parameter("a", before),), (parameter("a", after),)) == []


@pytest.mark.parametrize(("before", "after"), [(0, False), (1, "1"), ([], None), (None, 0), ([1], [1, 1])])
def test_values_that_differ_are_a_change_of_default(before, after):
    assert changes((parameter("a", before),), (parameter("a", after),)) == [("default", "a", before, after)]


def test_a_parameter_that_needs_a_value_now_changes_its_default():
    assert changes((parameter("a", 1),), (parameter("a", required=True),)) == [("default", "a", 1, REQUIRED)]
    assert changes((parameter("a", required=True),), (parameter("a", required=True),)) == []


def test_a_default_that_is_unknown_is_no_change_unless_both_are_and_their_sources_differ():
    unknown = parameter("a", default_known=False, default_source="f()")
    other = parameter("a", default_known=False, default_source="g()")
    assert changes((unknown,), (parameter("a", 1),)) == []
    assert changes((unknown,), (unknown,)) == []
    assert changes((unknown,), (other,)) == [("default", "a", {"$unknown": "f()"}, {"$unknown": "g()"})]


@pytest.mark.parametrize(
    ("before", "after", "default"),
    [
        (None, "int", 1),
        ("int", {"union": ["int", "null"]}, None),
        ("float", {"union": ["float", "int"]}, 1.0),
        ({"list": "any"}, {"list": "int"}, None),
        ({"list": "int"}, {"tuple": ["int", "int"]}, None),
        ("str", {"literal": ["a", "b"]}, "a"),
        ({"dict": ["str", "any"]}, {"union": [{"config": "AConfig"}, {"dict": ["str", "any"]}]}, None),
        ({"config": "AConfig"}, {"config": "PreTrainedConfig"}, None),
        ({"dict": ["str", "any"]}, {"dict": ["str", "int"]}, None),
    ],
)
def test_types_that_leave_open_what_the_other_states_are_the_same(before, after, default):
    for one, other in ((before, after), (after, before)):
        assert changes((parameter("a", default, type=one),), (parameter("a", default, type=other),)) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("int", "str"),
        ("int", {"union": ["float", "int"]}),
        ("int", {"union": ["int", "null"]}),
        ("int", {"list": "int"}),
        ({"list": "int"}, {"list": "str"}),
        ({"tuple": ["int", "int"]}, {"tuple": ["int", "int", "int"]}),
        ("int", {"literal": ["a"]}),
    ],
)
def test_types_that_differ_are_a_change(before, after):
    assert changes((parameter("a", 1, type=before),), (parameter("a", 1, type=after),)) == [
        ("type", "a", before, after)
    ]


def test_choices_change_by_what_the_code_enforces():
    literal = parameter("a", choices=("x", "y"), choices_source="literal")
    worded = parameter("a", choices=("x", "z"), choices_source="docstring")
    assert changes((literal,), (parameter("a", choices=("y", "x"), choices_source="validator"),)) == []
    assert changes((literal,), (parameter("a"),)) == [("choices", "a", ["x", "y"], None)]
    assert changes((worded,), (parameter("a"),)) == []
    assert changes((literal,), (worded,)) == [("choices", "a", ["x", "y"], ["x", "z"])]


def test_a_description_in_other_markup_or_lines_is_no_change():
    rst = parameter("a", description="Size of the\n:obj:`hidden` layers, see `the paper <https://e.org/1>`__")
    markdown = parameter("a", description="Size of the `hidden` layers, see [the paper](https://e.org/2).")
    other = parameter("a", description="Number of layers.")
    lent = parameter("a", description="Number of heads.", inferred_from="YConfig")
    assert changes((rst,), (markdown,)) == []
    assert changes((rst,), (other,)) == [("description", "a", rst.description, other.description)]
    assert changes((other,), (lent,)) == []
    assert changes((other,), (parameter("a"),)) == []


def test_a_parameter_of_the_common_base_moves_to_the_class():
    base = config(parameter("tie", True), parameter("pad", None), name="PretrainedConfig", is_base=True)
    old, new = (parameter("a"),), (parameter("a"), parameter("tie", False), parameter("pad", None), parameter("b"))
    found = diff_class(config(*old), config(*new), release="2", old_base=base)
    assert [(item.change, item.parameter, item.before, item.after, item.confidence) for item in found] == [
        ("moved", "tie", "PretrainedConfig", "XConfig", "certain"),
        ("default", "tie", True, False, "likely"),
        ("moved", "pad", "PretrainedConfig", "XConfig", "certain"),
        ("added", "b", None, None, "certain"),
    ]


def test_a_parameter_moves_to_the_common_base():
    base = config(parameter("dtype", None), name="PreTrainedConfig", is_base=True)
    assert changes((parameter("dtype", None),), (), new_base=base) == [
        ("moved", "dtype", "XConfig", "PreTrainedConfig")
    ]


def test_what_a_settable_property_keeps_in_a_private_field_goes_by_its_public_name():
    old = config(parameter("out_features", None))
    new = config(parameter("_out_features", None), properties=("out_features",))
    assert diff_class(old, new, release="2") == ()


def test_classes_come_go_move_and_are_renamed():
    old = [
        config(name="PretrainedConfig", is_base=True, module="b"),
        config(name="GoneConfig", module="gone"),
        config(name="OldConfig", module="models.old"),
        config(parameter("a"), parameter("b"), name="A_Config", model_type="a", module="m"),
    ]
    new = [
        config(name="PreTrainedConfig", is_base=True, module="b"),
        config(name="NewConfig", module="new"),
        config(name="OldConfig", module="models.deprecated.old", deprecated=True),
        config(parameter("a"), parameter("b"), name="AConfig", model_type="a", module="m"),
    ]
    found = diff_classes(old, new, release="2")
    assert [(item.change, item.config_class, item.before, item.after, item.confidence) for item in found] == [
        ("renamed", "AConfig", "A_Config", "AConfig", "likely"),
        ("class-removed", "GoneConfig", "gone", None, "certain"),
        ("class-added", "NewConfig", None, "new", "certain"),
        ("moved", "OldConfig", "models.old", "models.deprecated.old", "certain"),
        ("renamed", "PreTrainedConfig", "PretrainedConfig", "PreTrainedConfig", "certain"),
    ]
    assert next(item for item in found if item.change == "moved").note == "deprecated"


_json = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.0, 1.5, "a", [], [1], {"a": 1}])
_kinds = st.none() | st.sampled_from(["int", "any", {"list": "int"}, {"union": ["int", "null"]}, {"literal": ["a"]}])
_parameters = st.builds(
    Parameter,
    name=st.sampled_from(["a", "b", "_b", "c_rope", "rope_parameters"]),
    position=st.just(0),
    default=_json,
    type=_kinds,
    required=st.booleans(),
    default_known=st.booleans(),
    default_source=st.none() | st.sampled_from(["x", "y"]),
    description=st.none() | st.text(max_size=40),
    choices=st.none() | st.lists(_json, max_size=3).map(tuple),
)
_configs = st.builds(
    config,
    st.lists(_parameters, max_size=4, unique_by=lambda item: item.name),
    attribute_map=st.dictionaries(st.sampled_from("abc"), st.sampled_from("abc"), max_size=2),
    accepted_keywords=st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
    properties=st.lists(st.sampled_from("abc"), max_size=2).map(tuple),
).map(lambda item: dataclasses.replace(item, parameters=tuple(item.parameters[0])))


@given(_configs)
def test_nothing_changes_between_a_class_and_itself(item):
    assert diff_class(item, item, release="2") == ()
    assert diff_class(item, dataclasses.replace(item, parameters=item.parameters[:]), release="2") == ()


@given(_configs, _configs)
def test_every_lost_parameter_is_accounted_for_once(old, new):
    found = diff_class(old, new, release="2")
    gone = {name for name in _public(old) if name not in _public(new)}
    told = [item.parameter for item in found if item.change in ("removed", "renamed")]
    assert sorted(told) == sorted(gone)


def _public(item):
    from catalog.history import public_parameters

    return public_parameters(item)
