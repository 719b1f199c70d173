"""Tables with more columns than a terminal has room for: those of least interest are left out, and named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from catalog.cli.output import Column, clean, is_terminal, terminal_width, write_table, write_text

_R = TypeVar("_R")
_GAP = 2


@dataclass(frozen=True, slots=True)
class Cell(Generic[_R]):
    """A column, and what stands in it.

    Attributes:
        column: The column.
        read: The text of a row.
        rank: The larger, the earlier it is left out where there is no room; 0 for what always stands.
    """

    column: Column
    read: Callable[[_R], str]
    rank: int = 0


def write_fitted(cells: Sequence[Cell[_R]], rows: Sequence[_R]) -> None:
    """Write a table to stdout; on a terminal without the columns that it has no room for.

    Args:
        cells: The columns.
        rows: The rows.
    """
    texts = {cell: [clean(cell.read(row)) for row in rows] for cell in cells}
    shown = [cell for cell in cells if not cell.column.hidden and any(texts[cell])]
    left_out: list[Cell[_R]] = []
    while is_terminal() and _width(shown, texts) > terminal_width() and any(cell.rank for cell in shown):
        last = max(shown, key=lambda cell: cell.rank)
        shown.remove(last)
        left_out.append(last)
    write_table([cell.column for cell in shown], list(zip(*(texts[cell] for cell in shown), strict=True)))
    if left_out:
        names = ", ".join(cell.column.title for cell in cells if cell in left_out)
        write_text(f"No room for {names}: a wider terminal, a pipe or --json has them.", style="dim")


def _width(shown: Sequence[Cell[_R]], texts: dict[Cell[_R], list[str]]) -> int:
    widths = (max(len(cell.column.title), *map(len, texts[cell])) + _GAP for cell in shown)
    return sum(widths) - _GAP
