"""Shows source text on a terminal: how wide it is, and what must be escaped."""

from __future__ import annotations

import unicodedata
from typing import Final, NamedTuple

TAB: Final = "    "
_ELLIPSIS: Final = "…"
_JOINERS: Final = frozenset("\u200c\u200d\ufe0e\ufe0f")


class Window(NamedTuple):
    """A part of a source line as it is shown, and where the underline goes.

    Attributes:
        text: What is shown.
        indent: Columns of the terminal before the underline.
        width: Columns of the underline, at least 1.
    """

    text: str
    indent: int
    width: int


def shown(character: str) -> str:
    """A character as it may stand on a terminal; one that controls it, or turns the text's direction, is escaped."""
    if character == "\t":
        return TAB
    if character.isprintable() or character in _JOINERS:
        return character
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def columns(text: str) -> int:
    """Columns that a text takes on a terminal: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(_width(character) for character in text)


def escaped(text: str) -> str:
    """A message with everything escaped that could break out of its line."""
    return text if text.isprintable() else "".join(map(shown, text))


def window(line: str, start: int, end: int, limit: int) -> Window:
    """The part of a line around a span.

    Args:
        line: The source line.
        start: Offset of the span's first character.
        end: Offset of the first one after it.
        limit: Columns to use at most.

    Returns:
        What to show, cut at either end where the line is too wide.
    """
    start = min(start, len(line))
    end = max(min(end, len(line)), start)
    cells = [shown(character) for character in line[max(start - 2 * limit, 0) : end + 2 * limit]]
    first = start - max(start - 2 * limit, 0)
    last = first + (end - start)
    cut_left, cut_right = start > first, len(line) > end + 2 * limit
    widths = [columns(cell) for cell in cells]
    left, right = _bounds(widths, first, last, limit - 2)
    before = _ELLIPSIS if cut_left or left > 0 else ""
    after = _ELLIPSIS if cut_right or right < len(cells) else ""
    return Window(
        before + "".join(cells[left:right]).rstrip() + after,
        len(before) + sum(widths[left:first]),
        max(sum(widths[first : min(last, right)]), 1),
    )


def _bounds(widths: list[int], first: int, last: int, limit: int) -> tuple[int, int]:
    """The cells to show: the whole line where it fits, else the span with a third of the rest before it."""
    if sum(widths) <= limit:
        return 0, len(widths)
    left, room = first, max(limit - sum(widths[first:last]), limit // 3) // 3
    while left > 0 and room >= widths[left - 1]:
        left -= 1
        room -= widths[left]
    right, used = left, 0
    while right < len(widths) and used + widths[right] <= limit:
        used += widths[right]
        right += 1
    while left > 0 and used + widths[left - 1] <= limit:
        left -= 1
        used += widths[left]
    return left, right


def _width(character: str) -> int:
    if unicodedata.east_asian_width(character) in ("W", "F"):
        return 2
    return 0 if character in _JOINERS or unicodedata.category(character) in ("Mn", "Me") else 1
