"""Normalised types as tests on parsed values, made once a type and kept.

A type admits what transformers means by it, which is a little more than it says: an int stands for a float, a list
for a tuple, the name of a dtype for the dtype. A truth value is no number, and a number in quotes is a string.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Literal, TypeAlias, cast

from catalog.records import Json
from catalog.specs.nodes import Entry, Mapping, Node, Scalar, Sequence, Span
from catalog.types import members_of, union

Test: TypeAlias = Callable[[Node], bool]
"""True where a node's value is of the type."""

_NOWHERE = Span(1, 1, 1, 1)

Number: TypeAlias = Literal["int", "float"]

# transformers writes infinities into JSON as {"__float__": "Infinity"}, the catalog as {"$float": "inf"}.
_FLOAT_TAGS = frozenset({"__float__", "$float"})


def compiled(kind: Json) -> Test:
    """The test for a normalised type; everything is of an unknown type."""
    if isinstance(kind, str):
        return _SIMPLE.get(kind, _anything)
    return _compiled(json.dumps(kind, sort_keys=True))


@lru_cache(maxsize=4096)
def _compiled(text: str) -> Test:
    kind: Json = json.loads(text)
    if not isinstance(kind, dict) or len(kind) != 1:
        return _anything
    ((form, inner),) = kind.items()
    make = _FORMS.get(form)
    return make(inner) if make else _anything


def _anything(_: Node) -> bool:
    return True


def _is_int(node: Node) -> bool:
    return isinstance(node, Scalar) and type(node.value) is int


def _is_float(node: Node) -> bool:
    if isinstance(node, Scalar):
        return type(node.value) is float or type(node.value) is int
    return isinstance(node, Mapping) and len(node.entries) == 1 and node.entries[0].key in _FLOAT_TAGS


def _is_str(node: Node) -> bool:
    return isinstance(node, Scalar) and type(node.value) is str


def _is_bool(node: Node) -> bool:
    return isinstance(node, Scalar) and type(node.value) is bool


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _is_mapping(node: Node) -> bool:
    return isinstance(node, Mapping)


def _union(members: list[Json]) -> Test:
    tests = tuple(map(compiled, members))
    if _anything in tests:
        return _anything
    if len(tests) == 2:
        first, second = tests
        return lambda node: first(node) or second(node)
    return lambda node: any(test(node) for test in tests)


def _list(member: Json) -> Test:
    test = compiled(member)
    if test is _anything:
        return lambda node: isinstance(node, Sequence)
    return lambda node: isinstance(node, Sequence) and all(test(item) for item in node.items)


def _tuple(members: list[Json]) -> Test:
    tests = tuple(map(compiled, members))
    return lambda node: (
        isinstance(node, Sequence)
        and len(node.items) == len(tests)
        and all(test(item) for test, item in zip(tests, node.items, strict=True))
    )


def _dict(members: list[Json]) -> Test:
    test = compiled(members[1]) if len(members) == 2 else _anything
    if test is _anything:
        return _is_mapping
    return lambda node: isinstance(node, Mapping) and all(test(entry.value) for entry in node.entries)


def _literal(values: list[Json]) -> Test:
    allowed = frozenset((type(value), cast("Any", value)) for value in values)
    return lambda node: isinstance(node, Scalar) and (type(node.value), node.value) in allowed


_SIMPLE: dict[str, Test] = {
    "int": _is_int,
    "float": _is_float,
    "str": _is_str,
    "bool": _is_bool,
    "null": _is_null,
    "dtype": _is_str,
    "device": _is_str,
    "bytes": _is_str,
}

_FORMS: dict[str, Callable[[Any], Test]] = {
    "union": _union,
    "list": _list,
    "tuple": _tuple,
    "dict": _dict,
    "literal": _literal,
    "config": lambda _: _is_mapping,
    # Named classes of which the catalog knows the shape; any other is left alone.
    "class": lambda name: _is_mapping if name in ("RopeParameters", "TypedDict") else _anything,
}


def widened(kind: Json, default: Json) -> Json:
    """A type to which a value belongs as well.

    Args:
        kind: A normalised type; ``None`` where it is not known.
        default: A value in JSON form. Null changes nothing: whether a parameter takes it is another question.

    Returns:
        The type itself where the value belongs to it, else its union with the kind of the value.
    """
    if kind is None or default is None or compiled(kind)(_node(default)):
        return kind
    return union([kind, _kind_of(default)])


def _kind_of(value: Json) -> Json:
    if isinstance(value, list):
        return {"list": "any"}
    if isinstance(value, dict):
        return "float" if "$float" in value else {"dict": ["str", "any"]}
    return type(value).__name__


def _node(value: Json) -> Node:
    """A value in JSON form as a node that stands nowhere."""
    if isinstance(value, list):
        return Sequence(tuple(map(_node, value)), _NOWHERE)
    if isinstance(value, dict):
        if "$float" in value:
            return Scalar(float(value["$float"]), "", quoted=False, span=_NOWHERE)
        return Mapping(tuple(Entry(key, _NOWHERE, _node(item)) for key, item in value.items()), _NOWHERE)
    return Scalar(value, "", quoted=False, span=_NOWHERE)


def number_of(kind: Json) -> Number | None:
    """The number that a type holds, alone or in lists; a float where both are allowed."""
    if isinstance(kind, str):
        return cast("Number", kind) if kind in ("int", "float") else None
    found = {_number_of_member(member) for member in members_of(kind)}
    return "float" if "float" in found else "int" if "int" in found else None


def _number_of_member(member: Json) -> Number | None:
    if member in ("int", "float"):
        return cast("Number", member)
    if not isinstance(member, dict):
        return None
    ((form, inner),) = member.items()
    parts = [inner] if form == "list" else inner if form == "tuple" else []
    held = {number_of(part) for part in parts}
    return "float" if "float" in held else "int" if "int" in held else None


def admits_form(kind: Json, form: str) -> bool:
    """Tell whether a type has a simple member or form by that name (``"bool"``, ``"null"``, ``"list"``, ``"dict"``)."""
    return any(
        member == form or (isinstance(member, dict) and (form in member or (form == "list" and "tuple" in member)))
        for member in members_of(kind)
    )


def config_in(kind: Json) -> str | None:
    """Name of the configuration class that a type mentions, alone or in a list or dict; ``None`` where it does not."""
    for member in members_of(kind):
        if isinstance(member, dict):
            ((form, inner),) = member.items()
            if form == "config":
                return str(inner)
            for part in [inner] if form == "list" else inner if form in ("tuple", "dict") else []:
                if found := config_in(part):
                    return found
    return None
