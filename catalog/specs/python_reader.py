"""Turns a Python mapping into nodes, so that it is checked like a file."""

from __future__ import annotations

import json
from collections.abc import Mapping as PythonMapping
from enum import Enum
from typing import Any, Final

from catalog.records import Json
from catalog.specs.faults import NON_STRING_KEY, START, TOO_LARGE, UNREPRESENTABLE_VALUE, Limits, Log
from catalog.specs.json_reader import read_json
from catalog.specs.nodes import Node
from catalog.values import to_json

_MAX_BITS: Final = 14_000
"""Size of the largest integer that Python writes out by default, which has 4,300 digits."""


def read_python(mapping: PythonMapping[Any, Any], log: Log, limits: Limits) -> tuple[Node | None, str]:
    """Read a Python mapping.

    Args:
        mapping: The mapping. Tuples and sets are lists, dtypes and enumerations their names.
        log: Takes what a spec cannot hold.
        limits: How much is read at most.

    Returns:
        The nodes, and the JSON text that their positions refer to; ``None`` and an empty text where it is too deep.
    """
    budget = _Budget(limits.nodes)
    try:
        plain = _plain(mapping, "", limits.depth, budget, log)
    except _TooLargeError:
        log.add(TOO_LARGE, START, "The mapping is nested too deep, contains itself, or holds too much.")
        return None, ""
    text = json.dumps(plain, indent=2, ensure_ascii=False)
    return read_json(text, log, limits), text


class _TooLargeError(Exception):
    """The mapping is beyond the limits."""


class _Budget:
    """Counts the values down."""

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _TooLargeError


def _plain(value: Any, path: str, depth: int, budget: _Budget, log: Log) -> Json:
    budget.spend()
    if depth < 0:
        raise _TooLargeError
    if value is None or isinstance(value, bool | str):
        return _text(value) if isinstance(value, str) else value
    if isinstance(value, Enum):
        return _plain(value.value, path, depth - 1, budget, log)
    if isinstance(value, int) and value.bit_length() <= _MAX_BITS:
        return int(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, PythonMapping):
        keys = {key: _key(key, path, log) for key in value}
        return {name: _plain(value[key], f"{path}{name}.", depth - 1, budget, log) for key, name in keys.items()}
    if isinstance(value, list | tuple | range):
        return [_plain(item, path, depth - 1, budget, log) for item in value]
    return _foreign(value, path, log)


def _text(value: str) -> str:
    """A string without lone surrogates, which no file can hold."""
    return value.encode("utf-8", "replace").decode("utf-8")


def _key(key: Any, path: str, log: Log) -> str:
    if isinstance(key, str):
        return _text(key)
    if isinstance(key, int) and not isinstance(key, bool) and key.bit_length() <= _MAX_BITS:
        return str(key)
    name = f"<{type(key).__name__}>" if isinstance(key, int) and not isinstance(key, bool) else str(key)
    log.add(NON_STRING_KEY, START, f"The key {path}{name} is not a string.", suggestion="Use a string as the key.")
    return name


def _foreign(value: Any, path: str, log: Log) -> Json:
    """An object that JSON has no word for: a dtype is its name, a set a list, anything else is reported."""
    known = {"$repr": ""} if isinstance(value, int) else to_json(value)
    if isinstance(known, dict) and len(known) == 1:
        if isinstance(members := known.get("$set"), list):
            return members
        log.add(
            UNREPRESENTABLE_VALUE,
            START,
            f"{path.rstrip('.') or 'The mapping'} is of type {type(value).__name__}, which a spec cannot hold.",
            suggestion="Give a string, number, boolean, list or mapping.",
        )
        return None
    return known
