"""Edits that hold in YAML and in JSON: a key or string keeps the quotes it was written with."""

from __future__ import annotations

import json
import re
from typing import Final

from catalog.records import Json
from catalog.specs.diagnostics import Edit
from catalog.specs.nodes import Entry, Scalar
from catalog.specs.yaml_scalars import read_plain

_PLAIN: Final = re.compile(r"[A-Za-z_][\w./+-]*(?: [\w./+-]+)*")


def rename_key(entry: Entry, name: str) -> Edit:
    """Replace a key, in quotes where the old one had them."""
    span = entry.key_span
    plain = span.end_line == span.line and span.end_column - span.column == len(entry.key)
    return Edit(span, name if plain and _is_plain(name) else json.dumps(name, ensure_ascii=False))


def replace_value(scalar: Scalar, value: Json) -> Edit:
    """Replace a scalar by another one.

    Args:
        scalar: What stands there.
        value: What should; a string keeps the quotes of the string it replaces.

    Returns:
        The edit.
    """
    if not isinstance(value, str):
        return Edit(scalar.span, _number(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False))
    if scalar.quoted and scalar.text[:1] == "'" and "'" not in value and value.isprintable():
        return Edit(scalar.span, f"'{value}'")
    if not scalar.quoted and isinstance(scalar.value, str) and _is_plain(value):
        return Edit(scalar.span, value)
    # YAML folds or refuses some characters that JSON lets stand (a next line, a delete): those are written escaped.
    return Edit(scalar.span, json.dumps(value, ensure_ascii=not value.isprintable()))


def _is_plain(text: str) -> bool:
    """True where YAML of either version reads the text as that string without quotes."""
    if not _PLAIN.fullmatch(text):
        return False
    value, ambiguity = read_plain(text)
    return value == text and ambiguity is None


def _number(value: float) -> str:
    """A float as YAML 1.1, YAML 1.2 and JSON all read it: ``1e-05`` becomes ``1.0e-05``."""
    text = json.dumps(value)
    mantissa, mark, exponent = text.partition("e")
    return text if not mark or "." in mantissa else f"{mantissa}.0e{exponent}"
