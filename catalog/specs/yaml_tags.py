"""YAML tags: the few that a spec may have, and what they make of a scalar. Nothing is ever constructed from a tag."""

from __future__ import annotations

from typing import Final

from catalog.records import Json
from catalog.specs.faults import UNREPRESENTABLE_VALUE, UNSUPPORTED_TAG, Log
from catalog.specs.nodes import Span
from catalog.specs.yaml_scalars import read_plain

_PREFIX: Final = "tag:yaml.org,2002:"
_TYPES: Final[dict[str, type]] = {"str": str, "int": int, "float": float, "bool": bool, "null": type(None)}

MAPPING_TAGS: Final = frozenset({None, "!", f"{_PREFIX}map"})
SEQUENCE_TAGS: Final = frozenset({None, "!", f"{_PREFIX}seq"})


def scalar_kind(tag: str) -> str | None:
    """What a tag says a scalar is: ``str``, ``int``, ``float``, ``bool`` or ``null``; ``None`` for any other tag."""
    name = tag.removeprefix(_PREFIX)
    return name if name in _TYPES and tag.startswith(_PREFIX) else None


def tagged_value(kind: str, text: str, span: Span, log: Log) -> Json:
    """The value of a tagged scalar.

    Args:
        kind: What its tag says it is.
        text: The scalar.
        span: Where it stands.
        log: Takes a contradiction between the two.
    """
    if kind == "str":
        return text
    try:
        value, _ = read_plain(text)
        if kind == "float" and type(value) is int:
            value = float(value)
    except OverflowError:
        log.add(UNREPRESENTABLE_VALUE, span, "The number is larger than any that Python can hold.")
        return text
    if type(value) is not _TYPES[kind]:
        log.add(UNSUPPORTED_TAG, span, f"{text!r} is no {kind}, though its tag !!{kind} says so.")
    return value


def refuse_tag(tag: str, span: Span, log: Log) -> None:
    """Report a tag that a spec cannot have."""
    short = tag.replace(_PREFIX, "!!", 1)
    log.add(
        UNSUPPORTED_TAG,
        span,
        f"The tag {short} is not supported: a spec is made of strings, numbers, booleans, null, lists and blocks.",
        suggestion="Remove the tag, or quote a value that begins with '!'.",
    )
