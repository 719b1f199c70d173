from __future__ import annotations

import pytest

from catalog.history import diff_class
from catalog.records import ConfigClass, Parameter

WORDS = "Number of attention heads of every layer of the encoder."


def parameter(name, default=None, description=None, **facts):
    return Parameter(name=name, position=0, default=default, description=description, **facts)


def renames(old, new, *, old_facts=None, new_facts=None, base=None):
    before = ConfigClass(name="XConfig", module="m", parameters=tuple(old), **(old_facts or {}))
    after = ConfigClass(name="XConfig", module="m", parameters=tuple(new), **(new_facts or {}))
    found = diff_class(before, after, release="2", new_base=base)
    return {item.parameter: (item.after, item.confidence) for item in found if item.change == "renamed"}


def test_the_new_class_maps_the_old_name():
    mapped = {"attribute_map": {"heads": "num_heads"}}
    assert renames([parameter("heads", 8)], [parameter("num_heads", 8)], new_facts=mapped) == {
        "heads": ("num_heads", "certain")
    }


def test_the_new_name_was_an_alias_before():
    mapped = {"attribute_map": {"num_heads": "heads"}}
    assert renames([parameter("heads", 8)], [parameter("num_heads", 16)], old_facts=mapped) == {
        "heads": ("num_heads", "certain")
    }


def test_the_constructor_reads_the_old_name_and_one_new_parameter_is_alike():
    accepted = {"accepted_keywords": ("use_fast_kernel",)}
    old = [parameter("use_fast_kernel", False)]
    assert renames(old, [parameter("use_kernel", False), parameter("extra", 1)], new_facts=accepted) == {
        "use_fast_kernel": ("use_kernel", "certain")
    }
    assert renames(old, [parameter("use_kernel", True)], new_facts=accepted) == {}
    assert renames(old, [parameter("use_kernel", False), parameter("use_other", False)], new_facts=accepted) == {}


def test_shared_code_converts_rotary_and_backbone_keywords():
    base = ConfigClass(name="PreTrainedConfig", module="b", is_base=True, accepted_keywords=("rope_theta",))
    old = [parameter("rope_theta", 10000.0), parameter("backbone", None), parameter("backbone_config", None)]
    new = [parameter("rope_parameters", None), parameter("backbone_config", None)]
    assert renames(old, new, base=base) == {
        "rope_theta": ("rope_parameters.rope_theta", "certain"),
        "backbone": ("backbone_config", "certain"),
    }


def test_the_same_default_and_description_under_another_name_is_likely():
    old = [parameter("n_head", 8, "`n_head`: " + WORDS)]
    new = [parameter("num_attention_heads", 8, "num_attention_heads: " + WORDS.upper())]
    assert renames(old, new) == {"n_head": ("num_attention_heads", "likely")}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([parameter("a", 8, WORDS)], [parameter("b", 9, WORDS)]),
        ([parameter("a", 8, "Size.")], [parameter("b", 8, "Size.")]),
        ([parameter("a", 8, WORDS)], [parameter("b", 8, WORDS), parameter("c", 8, WORDS)]),
        ([parameter("a", 8, WORDS), parameter("d", 8, WORDS)], [parameter("b", 8, WORDS)]),
        ([parameter("a", 8, WORDS)], [parameter("b", 8, WORDS, inferred_from="YConfig")]),
        ([parameter("a", 8, None)], [parameter("b", 8, None)]),
    ],
)
def test_weak_evidence_is_none(old, new):
    assert renames(old, new) == {}


def test_a_removed_parameter_that_is_still_taken_says_so():
    old = ConfigClass(name="XConfig", module="m", parameters=(parameter("frame_rate", 1),))
    new = ConfigClass(name="XConfig", module="m", accepted_keywords=("frame_rate",))
    (change,) = diff_class(old, new, release="2")
    assert (change.change, change.note) == ("removed", "the constructor still takes it")
