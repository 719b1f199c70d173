"""Reads the first line of a documented parameter: ``hidden_size (`int`, *optional*, defaults to 768):``."""

from __future__ import annotations

import re
from typing import NamedTuple

_NAME = re.compile(r"^\*{0,2}`{0,2}(?P<name>[A-Za-z_]\w*)`{0,2}\s*(?=\()")
_TYPED = re.compile(
    r"`|\boptional\b|\bdefaults?\b|^\s*(?:int|float|str|string|bool|boolean|dict|list|tuple)\b", re.IGNORECASE
)
_COLON = re.compile(r"[\s,.;`*]*:")
_ENDS = re.compile(r"\)(?=[\s,.;]*:(?:\s|$))")
_MAX_LINES = 12
"""Most lines that one head may take."""


class RawHead(NamedTuple):
    """A head as it stands.

    Attributes:
        name: The parameter.
        text: What is between its parentheses.
        rest: What follows its colon on the same line.
        after: Index of the line after it.
        colon: False where the colon is missing.
    """

    name: str
    text: str
    rest: str
    after: int
    colon: bool


def read_head(lines: list[str], index: int) -> RawHead | None:
    """Read a head with parentheses at a line, over further lines where its parentheses are still open.

    Args:
        lines: The docstring.
        index: The line.

    Returns:
        The head; ``None`` where the line is none, or what is in its parentheses does not look like a type.
    """
    match = _NAME.match(lines[index].strip())
    if match is None:
        return None
    found = _balanced(lines, index, match.end()) or _unbalanced(lines, index, match.end())
    if found is None:
        return None
    text, end, after = found
    head, rest = text[match.end() + 1 : end], text[end + 1 :].lstrip()
    if not _TYPED.search(head):
        return None
    if colon := _COLON.match(rest):
        return RawHead(match["name"], head, rest[colon.end() :].strip(), after, colon=True)
    if rest or not _is_deeper(lines, after, than=index):
        return None
    return RawHead(match["name"], head, "", after, colon=False)


def indent_of(line: str) -> int:
    """Columns before a line's text."""
    return len(line) - len(line.lstrip())


def _balanced(lines: list[str], index: int, opening: int) -> tuple[str, int, int] | None:
    """Text up to the line where the opening parenthesis is closed, index of the closing one, and the line after."""
    text, end = "", None
    for after, line in _candidates(lines, index):
        text = f"{text} {line}" if text else line
        end = _closing(text, opening)
        if end is not None:
            return text, end, after
    return None


def _unbalanced(lines: list[str], index: int, opening: int) -> tuple[str, int, int] | None:
    """The same where a parenthesis is missing: the head then ends with the first one that a colon follows."""
    text = ""
    for after, line in _candidates(lines, index):
        text = f"{text} {line}" if text else line
        if match := _ENDS.search(text, opening):
            return text, match.start(), after
    return None


def _candidates(lines: list[str], index: int) -> list[tuple[int, str]]:
    """Lines that may belong to a head, with the index after each: up to a blank line or another head."""
    found = [(index + 1, lines[index].strip())]
    for number in range(index + 1, min(len(lines), index + _MAX_LINES)):
        line = lines[number]
        if not line.strip() or (_NAME.match(line.strip()) and indent_of(line) <= indent_of(lines[index])):
            break
        found.append((number + 1, line.strip()))
    return found


def _closing(text: str, opening: int) -> int | None:
    """Index of the parenthesis that closes the one at `opening`; ``None`` where none does."""
    depth = 0
    for index in range(opening, len(text)):
        if text[index] in "([{":
            depth += 1
        elif text[index] in ")]}":
            depth -= 1
            if depth == 0:
                return index if text[index] == ")" else None
    return None


def _is_deeper(lines: list[str], index: int, *, than: int) -> bool:
    return index < len(lines) and bool(lines[index].strip()) and indent_of(lines[index]) > indent_of(lines[than])
