"""Turns offsets of a text into lines and columns, and back."""

from __future__ import annotations

import re
from bisect import bisect_right

from catalog.specs.nodes import Span

_LINE_END = re.compile(r"\r\n|\r|\n")


class Positions:
    """Where the lines of a text begin.

    A line ends with a line feed, a carriage return, or both, as editors count; YAML's own further line ends (next
    line, line separator, paragraph separator) do not count here.
    """

    __slots__ = ("_length", "_starts")

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _LINE_END.finditer(text))]
        self._length = len(text)

    @property
    def lines(self) -> int:
        """How many lines there are; a text that ends with a line end has an empty last one."""
        return len(self._starts)

    def at(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both starting at 1."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """The stretch from one offset to another."""
        line, column = self.at(start)
        end_line, end_column = self.at(end)
        return Span(line, column, end_line, end_column)

    def offset(self, line: int, column: int) -> int:
        """Offset of a line and column; a place beyond the text is its end."""
        if line > len(self._starts):
            return self._length
        return min(self._starts[line - 1] + column - 1, self._length)

    def range(self, span: Span) -> tuple[int, int]:
        """First offset of a span and the first one after it."""
        start = self.offset(span.line, span.column)
        return start, max(start, self.offset(span.end_line, span.end_column))


def split_lines(text: str) -> list[str]:
    """The lines of a text without their ends, counted as :class:`Positions` counts them."""
    return _LINE_END.split(text)
