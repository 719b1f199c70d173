"""How changes read: one line each, grouped by release or by class."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from catalog.cli.output import Column, note, write, write_heading, write_table

if TYPE_CHECKING:
    from catalog.history import Change

COLUMNS = (
    Column("CHANGE", style="cyan"),
    Column("CLASS"),
    Column("PARAMETER"),
    Column("BEFORE", wraps=True, limit=44),
    Column("AFTER", wraps=True, limit=44),
    Column("NOTE", wraps=True, fills=True),
)


def write_history(changes: Sequence[Change], dates: dict[str, str | None]) -> None:
    """Write the changes of one class or parameter, by release, each with its date."""
    several = len({change.config_class for change in changes}) > 1
    for number, (release, group) in enumerate(itertools.groupby(changes, key=lambda change: change.release)):
        if number:
            write("")
        date = (dates.get(release) or "")[:10]
        write_heading(f"{release}  {date}".rstrip())
        _write(group, classes=several, indent=2)


def write_diff(changes: Sequence[Change]) -> None:
    """Write the changes between two releases, by class."""
    for number, (name, group) in enumerate(itertools.groupby(changes, key=lambda change: change.config_class)):
        if number:
            write("")
        write_heading(name)
        _write(group, classes=False, indent=2)


def write_left_out(shown: int, found: Sequence[Change]) -> None:
    """Say how many changes the filters left out."""
    texts = sum(change.change == "description" for change in found)
    if texts and len(found) - texts == shown:
        note(f"{texts:,} changed {'description is' if texts == 1 else 'descriptions are'} hidden: see --descriptions.")
    elif len(found) > shown:
        note(f"{len(found) - shown:,} other changes are hidden.")


def _write(changes: Iterable[Change], *, classes: bool, indent: int) -> None:
    columns = [Column("") if column.title == "CLASS" and not classes else column for column in COLUMNS]
    write_table(columns, [_row(change, classes=classes) for change in changes], indent=indent)


def _row(change: Change, *, classes: bool) -> tuple[str, ...]:
    from catalog.history.texts import after_text, before_text, note_text

    name = change.config_class if classes else ""
    return change.change, name, change.parameter or "", before_text(change), after_text(change), note_text(change)
