"""Observes what constructing a class does to its parameters."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from catalog.introspect.parameters import Declared, declared_parameters
from catalog.introspect.reasons import one_line
from catalog.introspect.walk import Progress
from catalog.records import Json, Observation
from catalog.values import to_json


def observe(classes: Sequence[type], base: type, *, progress: Progress | None = None) -> tuple[Observation, ...]:
    """Construct every class with no arguments and note which parameters change while it does.

    Args:
        classes: Configuration classes.
        base: The common base class, whose parameters are compared too.
        progress: Told of each class.

    Returns:
        One observation a class, in the order given.
    """
    common = declared_parameters(base, base)
    found = []
    for number, cls in enumerate(classes):
        if progress is not None:
            progress("constructing", number, len(classes))
        found.append(observe_class(cls, common, base))
    return tuple(found)


def observe_class(cls: type, common: Sequence[Declared], base: type) -> Observation:
    """Construct one class."""
    try:
        config = cls()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a constructor raises is the observation
        return Observation(config_class=cls.__name__, constructs=False, reason=one_line(error))
    own = declared_parameters(cls, base)
    names = {item.name for item in own}
    effective: dict[str, Json] = {}
    for item in [*own, *(item for item in common if item.name not in names)]:
        value = _read(config, item.name)
        declared = None if item.required else to_json(item.default)
        if item.required or _differs(value, declared):
            effective[item.name] = value
    return Observation(config_class=cls.__name__, constructs=True, effective=effective)


def _differs(value: Json, declared: Json) -> bool:
    """True where two values differ in JSON, where ``1`` is neither ``1.0`` nor ``true``."""
    if value != declared or type(value) is not type(declared):
        return True
    return isinstance(value, list | dict) and json.dumps(value) != json.dumps(declared)


def _read(config: Any, name: str) -> Json:
    """Value of a parameter after construction.

    The instance's own dictionary is read first, so that no property runs, let alone one that warns.
    """
    values = vars(config)
    if name in values:
        return to_json(values[name])
    try:
        return to_json(getattr(config, name))
    except Exception as error:  # noqa: BLE001 - a property may raise anything; that it does is the observation
        return {"$repr": f"<unreadable: {one_line(error)}>"}
