from __future__ import annotations

from catalog.history import Appearance, class_history, parameter_history
from catalog.records import ConfigClass, Parameter


def config(**defaults):
    parameters = tuple(
        Parameter(name=name, position=number, default=value) for number, (name, value) in enumerate(defaults.items())
    )
    return ConfigClass(name="XConfig", module="m", parameters=parameters, attribute_map={"heads": "num_heads"})


FIRST, SECOND, THIRD = config(size=1, heads=8), config(size=2, heads=8), config(size=2, num_heads=8, extra=None)
TIMELINE = [
    Appearance(release="1.0", config=None),
    Appearance(release="1.1", config=FIRST),
    Appearance(release="1.2", config=FIRST),
    Appearance(release="2.0", config=SECOND),
    Appearance(release="2.1", config=THIRD),
    Appearance(release="3.0", config=None),
]


def rows(found):
    return [(item.release, item.change, item.parameter, item.before, item.after) for item in found]


def test_the_changes_of_a_class_come_in_order():
    assert rows(class_history(TIMELINE)) == [
        ("1.1", "class-added", None, None, "m"),
        ("2.0", "default", "size", 1, 2),
        ("2.1", "renamed", "heads", "heads", "num_heads"),
        ("2.1", "added", "extra", None, None),
        ("3.0", "class-removed", None, "m", None),
    ]


def test_a_parameter_comes_and_goes_with_its_class():
    assert rows(parameter_history(TIMELINE, "size")) == [
        ("1.1", "added", "size", None, 1),
        ("2.0", "default", "size", 1, 2),
        ("3.0", "removed", "size", 2, None),
    ]


def test_a_renamed_parameter_is_followed_from_either_name():
    expected = [
        ("1.1", "added", "heads", None, 8),
        ("2.1", "renamed", "heads", "heads", "num_heads"),
        ("3.0", "removed", "num_heads", 8, None),
    ]
    assert rows(parameter_history(TIMELINE, "heads")) == expected
    assert rows(parameter_history(TIMELINE, "num_heads")) == expected


def test_a_parameter_that_never_was_has_no_history():
    assert parameter_history(TIMELINE, "nothing") == ()
    assert class_history([]) == ()
