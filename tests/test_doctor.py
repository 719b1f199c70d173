from __future__ import annotations

import pytest

from catalog.doctor import (
    computed_defaults,
    documentation_faults,
    is_undocumented,
    undocumented_parameters,
)
from catalog.introspect.docstrings import parse_docstring
from catalog.records import ConfigClass, Json, Observation, Parameter, Release
from catalog.values import same_value


def faults(words, default: Json, *, source: str | None = None, effective: dict[str, Json] | None = None, others=()):
    """Faults of one parameter `p` that is documented with these words."""
    entry = parse_docstring(f"Args:\n    p (`Any`, *optional*, defaults to {words}):\n        Text.\n").parameters["p"]
    parameter = Parameter(
        name="p",
        position=0,
        default=default,
        default_source=source,
        documented_default=entry.default,
        documented_default_text=entry.default_text,
    )
    config = ConfigClass(
        name="XConfig",
        module="m",
        attribute_map={"alias": "size"},
        parameters=(parameter, *(Parameter(name=name, position=1, default=value) for name, value in others)),
    )
    observation = Observation(config_class="XConfig", constructs=True, effective=effective or {})
    return documentation_faults([config], [observation])


SPELLINGS = [
    ("`1e-5`", 0.00001),
    ("1", 1.0),
    ("`(1, 2)`", [1, 2]),
    ("`gelu`", "gelu"),
    ('`"gelu"`', "gelu"),
    ("`None`", None),
    ("`'None'`", None),
    ("`true`", True),
    ("2048^-0.5", 2048**-0.5),
    ("`2048 ** -0.5`", 0.02209708691207961),
    ("`(0.0, inf)`", [0.0, {"$float": "inf"}]),
    ("0.707 (which is about `sqrt(0.5)`", 0.707),
]


@pytest.mark.parametrize(("words", "default"), SPELLINGS)
def test_spelling_is_no_fault(words, default):
    assert faults(words, default) == ()


WRONG = [
    ("`128`", 5),
    ("`True`", False),
    ("`1`", True),
    ("`[1, 2]`", [1, 3]),
    ('`"a"`', "b"),
    ("0.1", 0.0),
    ("256", None),
]


@pytest.mark.parametrize(("words", "default"), WRONG)
def test_another_value_is_wrong(words, default):
    (fault,) = faults(words, default)
    assert fault.kind == "wrong-default"
    assert (fault.config_class, fault.parameter, fault.actual) == ("XConfig", "p", default)
    assert fault.message.startswith("XConfig.p is documented as ")


def test_a_value_that_construction_yields_is_computed():
    (fault,) = faults("`[7, 7]`", None, effective={"p": [7, 7]})
    assert fault.kind == "computed-default"
    assert fault.effective == [7, 7]
    assert fault.message.endswith(
        "the code says None, which becomes the documented value when the class is constructed."
    )


def test_a_sub_configuration_that_construction_makes_is_computed():
    (fault,) = faults("`SuperPointConfig`", None, effective={"p": {"$config": "SuperPointConfig"}})
    assert fault.kind == "computed-default"
    (fault,) = faults("`ResNetConfig()`", None, effective={"p": {"$config": "SwinConfig"}})
    assert fault.kind == "wrong-default"
    assert "which becomes SwinConfig() when" in fault.message


def test_fewer_digits_are_rounded():
    assert faults("1.34", 1.335442066192627)[0].kind == "rounded-default"
    assert faults("0.1", 0.05)[0].kind == "wrong-default"


def test_the_name_of_a_constant_is_no_fault():
    assert faults("`OPENAI_CLIP_MEAN`", [0.48, 0.45], source="tuple(OPENAI_CLIP_MEAN)") == ()
    assert faults("`OPENAI_CLIP_STD`", [0.48, 0.45], source="tuple(OPENAI_CLIP_MEAN)") != ()


def test_other_parameters_are_taken_for_their_values():
    others = [("size", 64), ("heads", 8)]
    assert faults("`size // heads`", None, effective={"p": 8}, others=others) == ()
    assert faults("`size // heads`", None, others=others) == ()
    assert faults("`heads ** -0.5`", None, effective={"p": 8**-0.5}, others=others) == ()
    assert faults("`alias`", 64, others=others) == ()
    assert faults("`size`", 65, others=others)[0].kind == "wrong-default"
    assert faults("`unknown`", 65, others=others)[0].kind == "wrong-default"


def test_what_cannot_be_compared_is_no_fault():
    text = {"documented_default": 5, "documented_default_text": "5"}
    required = Parameter(name="p", position=0, required=True, **text)
    unknown = Parameter(name="q", position=1, default_known=False, **text)
    assert documentation_faults([ConfigClass(name="X", module="m", parameters=(required, unknown))]) == ()


def test_undocumented_parameters_name_their_stand_in():
    own = Parameter(name="a", position=0, description="Text.")
    inferred = Parameter(name="b", position=1, description="Text.", inferred_from="YConfig")
    missing = Parameter(name="c", position=2)
    found = undocumented_parameters([ConfigClass(name="X", module="m", parameters=(own, inferred, missing))])
    assert [(item.parameter, item.inferred_from) for item in found] == [("b", "YConfig"), ("c", None)]
    assert not is_undocumented(own)


def test_the_installed_release(installed_release: Release):
    records = {record.name: record for record in installed_release.classes}
    found = documentation_faults(installed_release.classes, installed_release.observations)
    assert found == tuple(sorted(found, key=lambda fault: (fault.config_class, fault.parameter)))
    for fault in found:
        parameter = next(item for item in records[fault.config_class].parameters if item.name == fault.parameter)
        assert not same_value(parameter.documented_default, parameter.default)
        if fault.kind == "wrong-default":
            assert not same_value(parameter.documented_default, fault.effective)
    if installed_release.version == "5.23.0":
        assert len(found) == 107
        kinds = [fault.kind for fault in found]
        assert {kind: kinds.count(kind) for kind in kinds} == {
            "computed-default": 62,
            "wrong-default": 44,
            "rounded-default": 1,
        }


def test_computed_defaults_of_the_installed_release(installed_release: Release):
    found = computed_defaults(installed_release.classes, installed_release.observations)
    values = {(item.config_class, item.parameter): (item.declared, item.effective) for item in found}
    assert values["LlamaConfig", "head_dim"] == (None, 128)
    assert ("LlamaConfig", "id2label") not in values
    if installed_release.version == "5.23.0":
        assert (len(found), len({item.config_class for item in found})) == (1202, 557)
