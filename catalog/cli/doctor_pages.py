"""The report of ``catalog doctor``, for people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from catalog.cli.formats import shortened
from catalog.cli.output import Column, is_terminal, write, write_heading, write_table, write_text
from catalog.values import same_value, to_python_text

if TYPE_CHECKING:
    from catalog.query.health import DoctorReport

_Table: TypeAlias = tuple[Sequence[Column], list[tuple[str, ...]]]

_CLASS = Column("CONFIG CLASS")
_PARAMETER = Column("PARAMETER", style="cyan")
_HEADINGS = {
    "wrong-default": "Documented defaults that the code contradicts",
    "computed-default": "Documented defaults that are computed when the parameter is left out",
    "rounded-default": "Documented defaults with fewer digits than the code has",
    "undocumented": "Parameters without a description of their own",
    "failure": "What did not import, construct or parse",
    "effective-default": "Declared defaults that change when the class constructs itself",
}
_COUNTED = ("computed-default", "rounded-default", "undocumented", "effective-default")
"""Kinds that the report without ``--kind`` counts only: they are long, or mislead nobody."""


def write_report(report: DoctorReport, kind: str | None) -> None:
    """Write the report.

    Args:
        report: What was found.
        kind: Only this kind, in full; ``None`` for all, the long ones counted.
    """
    makers: dict[str, Callable[[DoctorReport], _Table]] = {
        **{name: partial(_faults, kind=name) for name in ("wrong-default", "computed-default", "rounded-default")},
        "undocumented": _undocumented,
        "failure": _failures,
        "effective-default": _computed,
    }
    for name, heading in _HEADINGS.items():
        if kind not in (None, name):
            continue
        columns, rows = makers[name](report)
        write_heading(f"{heading}: {len(rows):,}")
        if rows and kind is None and name in _COUNTED:
            write_text(f"catalog doctor --kind {name}", style="dim", indent=2)
        elif rows:
            write_table(columns, rows, indent=2)
        write("")
    write_text(f"transformers {report.release}", style="dim")


def _faults(report: DoctorReport, *, kind: str) -> _Table:
    columns = (
        _CLASS,
        _PARAMETER,
        Column("DOCUMENTED", wraps=True),
        Column("CODE", wraps=True),
        Column("LEFT OUT", wraps=True),
    )
    rows: list[tuple[str, ...]] = [
        (
            fault.config_class,
            fault.parameter,
            _cell(fault.documented),
            _cell(to_python_text(fault.actual)),
            "" if same_value(fault.actual, fault.effective) else _cell(to_python_text(fault.effective)),
        )
        for fault in report.faults
        if fault.kind == kind
    ]
    return columns, rows


def _undocumented(report: DoctorReport) -> _Table:
    columns = (_CLASS, _PARAMETER, Column("DESCRIPTION TAKEN FROM"))
    return columns, [(item.config_class, item.parameter, item.inferred_from or "") for item in report.undocumented]


def _failures(report: DoctorReport) -> _Table:
    columns = (Column("WHAT"), Column("STAGE"), Column("REASON", wraps=True, fills=True))
    return columns, [(failure.subject, failure.stage, failure.reason) for failure in report.failures]


def _computed(report: DoctorReport) -> _Table:
    columns = (_CLASS, _PARAMETER, Column("DECLARED", wraps=True), Column("EFFECTIVE", wraps=True, fills=True))
    rows: list[tuple[str, ...]] = [
        (
            item.config_class,
            item.parameter,
            _cell(to_python_text(item.declared)),
            _cell(to_python_text(item.effective)),
        )
        for item in report.computed
    ]
    return columns, rows


def _cell(text: str) -> str:
    return shortened(text) if is_terminal() else text
