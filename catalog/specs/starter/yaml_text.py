"""Writes entries as YAML that every reader understands alike, with comments beside the values."""

from __future__ import annotations

import json
import math
import re
import textwrap
from collections.abc import Iterable, Iterator, Mapping

from catalog.records import Json
from catalog.specs.starter.tree import Entry
from catalog.specs.yaml_scalars import read_plain

WIDTH = 100
"""Longest line, in characters."""

_STEP = "  "
_WIDEST_CODE = 42  # where a line's own text is longer, its comment does not push the others to the right
_NARROWEST_COMMENT = 32
_LONGEST_PART = 60  # lists within lists up to this length stay on one line
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t"}
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_./+-]*")


def scalar(value: Json) -> str:
    """Write a plain value so that YAML 1.1 and 1.2 read it alike.

    Args:
        value: Null, a boolean, a number or a string, in JSON form.

    Returns:
        Its text: ``1.0e-05`` rather than ``1e-05``, quotes around strings that would be read as anything else.
    """
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) is not None and read_plain(value) == (value, None)
        return value if plain else _quoted(value)
    return str(value)


def flow(value: Json) -> str:
    """Write any value on one line."""
    if isinstance(value, Mapping):
        if set(value) == {"$float"}:
            return _float(float(value["$float"]))
        return "{" + ", ".join(f"{scalar(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def block(entries: Iterable[Entry], *, indent: str = "") -> list[str]:
    """Write the entries of a block.

    Args:
        entries: The entries, in order.
        indent: What stands before each line.

    Returns:
        The lines. Those of an entry that is not active begin with ``# ``: without it they would be part of the block.
    """
    entries = tuple(entries)
    column = _comment_column(entries, indent)
    lines: list[str] = []
    for entry in entries:
        lines += _entry(entry, indent if entry.active else f"{indent}# ", column)
    return lines


def comment(text: str, *, indent: str = "") -> list[str]:
    """Write a text as comment lines of their own; each line of the text begins a new one."""
    lines: list[str] = []
    for paragraph in text.splitlines() or [""]:
        wrapped = textwrap.wrap(paragraph, WIDTH - len(indent) - 2, break_long_words=False, break_on_hyphens=False)
        lines += [f"{indent}# {line}".rstrip() for line in wrapped or [""]]
    return lines


def _entry(entry: Entry, start: str, column: int) -> list[str]:
    key = scalar(entry.name)
    nested = entry.children
    if nested is None and isinstance(entry.value, Mapping) and entry.value and "$float" not in entry.value:
        nested = tuple(Entry(name=str(name), value=value) for name, value in entry.value.items())
    if nested is not None:
        if not any(child.active for child in nested):
            return [*_with_note(f"{start}{key}: {{}}", entry.note, start, column), *block(nested, indent=start + _STEP)]
        return [*_with_note(f"{start}{key}:", entry.note, start, column), *block(nested, indent=start + _STEP)]
    code = f"{start}{key}: {flow(entry.value)}"
    if len(code) <= WIDTH:
        return _with_note(code, entry.note, start, column)
    return [*comment(entry.note, indent=start), *_wrapped(f"{start}{key}:", entry.value, start + _STEP)]


def _with_note(code: str, note: str, start: str, column: int) -> list[str]:
    """A line with its note beside it, and below where it is long; above it where the line leaves no room."""
    note = " ".join(note.split())
    if not note:
        return [code]
    if len(code) + 2 > column:
        whole = f"{code}  # {note}"
        return [whole] if len(whole) <= WIDTH else [*comment(note, indent=start), code]
    lines = textwrap.wrap(note, WIDTH - column - 2, break_long_words=False, break_on_hyphens=False)
    if any(len(line) > WIDTH - column - 2 for line in lines):
        return [*comment(note, indent=start), code]
    rest = start.ljust(column) if start.strip() else " " * column
    return [f"{code.ljust(column)}# {lines[0]}", *(f"{rest}# {line}" for line in lines[1:])]


def _wrapped(head: str, value: Json, indent: str) -> list[str]:
    """A long list, over several lines; anything else on one, since it has no place to break it."""
    if not isinstance(value, list):
        return [f"{head} {flow(value)}"]
    parts = [part for item in value for part in _parts(item, ",")]
    lines = _filled(parts, WIDTH - len(indent))
    return [f"{head} [", *(f"{indent}{line}" for line in lines), f"{indent.removesuffix(_STEP)}]"]


def _parts(value: Json, end: str) -> Iterator[str]:
    """The pieces of a value between which a line may end; the last one ends in `end`."""
    if not isinstance(value, list) or len(flow(value)) <= _LONGEST_PART:
        yield flow(value) + end
        return
    parts = [part for item in value[:-1] for part in _parts(item, ",")] + list(_parts(value[-1], f"]{end}"))
    yield f"[{parts[0]}"
    yield from parts[1:]


def _filled(words: Iterable[str], room: int) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > room:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line


def _comment_column(entries: tuple[Entry, ...], indent: str) -> int:
    """Where the notes of a block stand: right of the longest line, within reason."""
    widest = 0
    for entry in entries:
        bare = entry.children is not None or (isinstance(entry.value, Mapping) and entry.value)
        code = f"{scalar(entry.name)}:" if bare else f"{scalar(entry.name)}: {flow(entry.value)}"
        width = len(indent) + len(code) + (0 if entry.active else 2)
        if width <= _WIDEST_CODE + len(indent):
            widest = max(widest, width)
    return min(widest + 2, WIDTH - _NARROWEST_COMMENT)


def _quoted(text: str) -> str:
    """A string in double quotes. JSON's escapes would not do: PyYAML reads a surrogate pair as two characters."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code <= 0xFF else f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def _float(value: float) -> str:
    if math.isnan(value):
        return ".nan"
    if math.isinf(value):
        return ".inf" if value > 0 else "-.inf"
    mantissa, e, exponent = repr(value).partition("e")
    if not e:
        return mantissa
    sign = "" if exponent[0] in "+-" else "+"
    return f"{mantissa}{'' if '.' in mantissa else '.0'}e{sign}{exponent}"
