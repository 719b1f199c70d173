"""What the command line writes: data to stdout, messages to stderr.

A terminal gets rich tables, fitted to its width. A pipe or file gets aligned plain text, one line a row and
nothing cut off, and then rich is not even imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.console import Console

_GAP = "  "


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        title: Its heading.
        align: Side on which its text stands.
        style: Style on a terminal, in rich's words.
        wraps: True where a terminal breaks its text into lines; otherwise what does not fit ends in an ellipsis.
        fills: True for the column that takes the room that the others leave on a terminal.
        limit: Largest width on a terminal; ``None`` where there is none.
        hidden: True for a column that is left out here.
    """

    title: str
    align: Literal["left", "right"] = "left"
    style: str = ""
    wraps: bool = False
    fills: bool = False
    limit: int | None = None
    hidden: bool = False


def write(text: str) -> None:
    """Write a text to stdout as it is, and a line's end.

    Raises:
        SystemExit: With the status of a broken pipe, where nobody reads any more.
    """
    try:
        sys.stdout.write(text + "\n")
    except BrokenPipeError as error:
        from catalog.cli.errors import READER_GONE

        forget_stdout()
        raise SystemExit(READER_GONE) from error


def write_json(document: Any) -> None:
    """Write one JSON document to stdout, readable by people too."""
    import json

    utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    write(json.dumps(document, indent=2, ensure_ascii=not utf8, allow_nan=False))


def note(message: str) -> None:
    """Tell the person at the terminal something that is no data."""
    sys.stderr.write(clean(message, keep_lines=True) + "\n")
    sys.stderr.flush()


def forget_stdout() -> None:
    """Point stdout at nothing, so that the interpreter does not fail again on what is still buffered."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        return


def is_terminal() -> bool:
    """True where a person sees stdout directly."""
    return sys.stdout.isatty()


def terminal_width() -> int:
    """Columns of the terminal."""
    import shutil

    return shutil.get_terminal_size().columns


def clean(text: str, *, keep_lines: bool = False) -> str:
    """Make a text safe to show: no control characters that could steer the terminal.

    Args:
        text: Anything, for example a docstring from a wheel of unknown origin.
        keep_lines: Keep line breaks; otherwise all white space becomes single blanks.

    Returns:
        The text, with each control character written as its escape.
    """
    text = text.expandtabs(4) if keep_lines else " ".join(text.split())
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or (keep_lines and c == "\n") else repr(c)[1:-1] for c in text)


def write_table(columns: Sequence[Column], rows: Iterable[Sequence[str]], *, indent: int = 0) -> None:
    """Write a table to stdout.

    Args:
        columns: Its columns; those that are hidden, or empty in every row, are left out.
        rows: Cells, as many as columns.
        indent: Blanks before each line.
    """
    cells = [[clean(cell) for cell in row] for row in rows]
    kept = [i for i, column in enumerate(columns) if not column.hidden and any(row[i] for row in cells)]
    columns = [columns[index] for index in kept]
    cells = [[row[index] for index in kept] for row in cells]
    if is_terminal():
        _write_rich_table(columns, cells, indent)
    else:
        for line in _plain_table(columns, cells):
            write(" " * indent + line)


def write_heading(text: str) -> None:
    """Write a line that stands out on a terminal."""
    write_text(text, style="bold")


def write_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Write labels and values, aligned; those without a value are left out."""
    pairs = [(label, clean(value)) for label, value in facts if value]
    if not pairs:
        return
    width = max(len(label) for label, _ in pairs)
    if not is_terminal():
        for label, value in pairs:
            write(f"{label.ljust(width)}{_GAP}{value}")
        return
    from rich.table import Table

    grid = Table.grid(padding=(0, len(_GAP)))
    grid.add_column(style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    for label, value in pairs:
        grid.add_row(_styled(label), _styled(value))
    _console().print(grid)


def write_text(text: str, *, style: str = "", indent: int = 0) -> None:
    """Write running text: wrapped on a terminal, its own lines elsewhere."""
    text = clean(text, keep_lines=True)
    if not is_terminal():
        for line in text.splitlines():
            write((" " * indent + line).rstrip())
        return
    from rich.padding import Padding

    _console().print(Padding(_styled(text, style), (0, 0, 0, indent), expand=False))


def _plain_table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max([_width(column.title), *(_width(row[i]) for row in rows)]) for i, column in enumerate(columns)]
    for row in ([column.title for column in columns], *rows):
        cells = [_pad(cell, width, column.align) for cell, width, column in zip(row, widths, columns, strict=True)]
        yield _GAP.join(cells).rstrip()


def _pad(text: str, width: int, align: str) -> str:
    blanks = " " * (width - _width(text))
    return blanks + text if align == "right" else text + blanks


def _width(text: str) -> int:
    """Columns that a text takes on a terminal: East Asian characters take two."""
    if text.isascii():
        return len(text)
    import unicodedata

    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1 for c in text)


def _write_rich_table(columns: Sequence[Column], rows: Sequence[Sequence[str]], indent: int) -> None:
    from rich import box
    from rich.padding import Padding
    from rich.table import Table

    fills = any(column.fills for column in columns)
    table = Table(
        box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, header_style="bold", expand=fills
    )
    for column in columns:
        table.add_column(
            _styled(column.title),
            justify=column.align,
            style=column.style,
            no_wrap=not column.wraps,
            overflow="fold" if column.wraps else "ellipsis",
            ratio=1 if column.fills else None,
            max_width=column.limit,
        )
    for row in rows:
        table.add_row(*map(_styled, row))
    _console().print(Padding(table, (0, 0, 0, indent), expand=fills))


def _styled(text: str, style: str = "") -> Any:
    """A text that rich shows literally, square brackets included."""
    from rich.text import Text

    return Text(text, style=style)


def _console() -> Console:
    from rich.console import Console

    # Bold and dim are no colours to rich, but who sets NO_COLOR wants plain text.
    plain = bool(os.environ.get("NO_COLOR"))
    return Console(markup=False, highlight=False, emoji=False, color_system=None if plain else "auto")
