"""The entries of a starter spec that holds certain values instead of the defaults."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.records import Json
from catalog.specs.json_schema.texts import value_text
from catalog.specs.starter.tree import Entry, lacks_words
from catalog.specs.views import ClassView, Views

_LONGEST = 40  # characters of a default that is told beside its value


def given_entries(view: ClassView, views: Views, values: Mapping[str, Json]) -> tuple[Entry, ...]:
    """Entries of the values that are given, and nothing else.

    Args:
        view: The class.
        views: The release's classes.
        values: Parameters with their values, nested for nested configurations.

    Returns:
        The entries, each with the default that it stands for, in the given order.
    """
    return tuple(_entry(view, views, name, value) for name, value in values.items())


def _entry(view: ClassView, views: Views, name: str, value: Json) -> Entry:
    sub = view.sub_configs.get(name)
    if sub is not None and isinstance(value, Mapping):
        nested = views.of_sub_config(sub, value.get("model_type", sub.model_type))
        if nested is not None:
            return Entry(name=name, note=nested.name, children=given_entries(nested, views, value))
    return Entry(name=name, value=value, note=_note(view, name, value))


def _note(view: ClassView, name: str, value: Json) -> str:
    """What the class has by default, where that is another value and short enough to be told."""
    parameter = view.parameter(name)
    if name == "model_type" or parameter is None or parameter.record.required or not parameter.record.default_known:
        return ""
    default = parameter.record.default if parameter.record.default is not None else parameter.effective
    if default == value or lacks_words(default):
        return ""
    if isinstance(default, list) and len(value_text(default)) > _LONGEST:
        return f"{len(default)} entries by default"
    if isinstance(default, Mapping):
        return ""
    return f"{value_text(default)} by default"
