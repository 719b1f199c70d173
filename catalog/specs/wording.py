"""How values and types are written in messages."""

from __future__ import annotations

import json

from catalog.records import Json
from catalog.specs.nodes import Entry, Mapping, Node, Sequence
from catalog.types import members_of, to_text

_LONGEST = 60


def shown(node: Node) -> str:
    """A value as a message quotes it: strings in quotes, numbers as they were written, lists by their length."""
    if isinstance(node, Sequence):
        return f"a list of {len(node.items)}" if node.items else "an empty list"
    if isinstance(node, Mapping):
        return "a mapping" if node.entries else "an empty mapping"
    text = f"'{node.value}'" if isinstance(node.value, str) else node.text or "null"
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def subject(entry: Entry, node: Node) -> str:
    """What a message is about: a key's value, or an entry of it."""
    return f"'{entry.key}'" if node is entry.value else f"An entry of '{entry.key}'"


def kind_of(node: Node) -> str:
    """What a value is, in a word: ``a string``, ``a list``."""
    if isinstance(node, Sequence):
        return "a list"
    if isinstance(node, Mapping):
        return "a mapping"
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    return {int: "an integer", float: "a float", str: "a string"}.get(type(value), "a value")


def type_text(kind: Json) -> str:
    """A normalised type for readers of YAML and JSON: ``integer or null``, ``list of integers``."""
    members = members_of(kind)
    if "float" in members:
        members = [member for member in members if member != "int"]
    texts = list(dict.fromkeys(_member_text(member) for member in members))
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


_PLAIN = {
    "int": "an integer", "float": "a number", "str": "a string", "bool": "true or false", "null": "null",
    "any": "any value", "dtype": "the name of a dtype",
}  # fmt: skip
_PLURAL = {"int": "integers", "float": "numbers", "str": "strings", "bool": "booleans"}


def _member_text(member: Json) -> str:
    if isinstance(member, str):
        return _PLAIN.get(member, member)
    if isinstance(member, dict):
        ((form, inner),) = member.items()
        if form == "literal":
            return " or ".join(json.dumps(value) for value in inner)
        if form == "list":
            items = [item for item in members_of(inner) if item != "int" or "float" not in members_of(inner)]
            plain = [_PLURAL.get(item, "") if isinstance(item, str) else "" for item in items]
            return f"a list of {' or '.join(plain)}" if all(plain) else "a list"
        if form == "tuple":
            return f"a list of {len(inner)} values"
        if form in ("dict", "config", "class"):
            return "a mapping"
    return to_text(member)


def number_text(value: float) -> str:
    """A number without a needless fraction."""
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))


def scalar_text(value: Json) -> str:
    """A plain value as YAML and JSON write it."""
    return json.dumps(value)
