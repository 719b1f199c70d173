"""Renders a report for people: each finding with its source line, the place underlined, and the remedy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalog.specs.diagnostics import Finding, Severity
from catalog.specs.positions import split_lines
from catalog.specs.report import Report, is_fixable
from catalog.specs.reporters.display import escaped, window

SNIPPET_WIDTH: Final = 100
"""Columns that a source line takes at most."""

_RESET: Final = "\x1b[0m"
_BOLD: Final = "\x1b[1m"
_GUTTER: Final = "\x1b[1;34m"
_HELP: Final = "\x1b[1;36m"
_COLORS: Final[dict[Severity, str]] = {"error": "\x1b[1;31m", "warning": "\x1b[1;33m", "info": "\x1b[1;36m"}
_PLURALS: Final[dict[Severity, tuple[str, str]]] = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "info": ("note", "notes"),
}


def render(report: Report, *, color: bool = False) -> str:
    """Render a report.

    Args:
        report: What was found.
        color: True to colour it with terminal codes.

    Returns:
        One block a finding, and a summary in the last line.
    """
    lines: dict[str, list[str]] = {}
    blocks = []
    for finding in report.findings:
        if finding.path not in lines:
            lines[finding.path] = split_lines(report.sources.get(finding.path, ""))
        blocks.append("\n".join(_block(finding, lines[finding.path], color=color)))
    return "\n\n".join([*blocks, summary(report)])


def summary(report: Report) -> str:
    """One sentence on the whole run, such as ``Found 3 errors, 1 warning in 1 file (2 fixable with --fix)``."""
    files = _count(report.files, ("file", "files"))
    if not report.findings:
        return f"Checked {files}: nothing to report."
    kinds = ", ".join(_count(number, _PLURALS[severity]) for severity, number in report.counts.items() if number)
    fixable = f" ({report.fixable} fixable with --fix)" if report.fixable else ""
    return f"Found {kinds} in {files}{fixable}."


def _block(finding: Finding, lines: list[str], *, color: bool) -> Iterator[str]:
    span = finding.span
    tint = _COLORS[finding.severity]
    place = _paint(f"{escaped(finding.path)}:{span.line}:{span.column}:", _BOLD, color=color)
    kind = _paint(f"{finding.severity}[{finding.code}]", tint, color=color)
    yield f"{place} {kind} {escaped(finding.message)}"
    margin = " " * len(str(span.line))
    bar = _paint(f" {margin} |", _GUTTER, color=color)
    source = lines[span.line - 1] if 0 < span.line <= len(lines) else ""
    if source and not source.isspace():
        end = span.end_column - 1 if span.end_line == span.line else len(source)
        part = window(source, span.column - 1, end, SNIPPET_WIDTH)
        yield bar
        yield f"{_paint(f' {span.line} |', _GUTTER, color=color)} {part.text}".rstrip()
        yield f"{bar} {' ' * part.indent}{_paint('^' * part.width, tint, color=color)}"
    equals = _paint(f" {margin} =", _GUTTER, color=color)
    if finding.parameter and "." in finding.parameter:
        yield f"{equals} {_paint('parameter:', _BOLD, color=color)} {escaped(finding.parameter)}"
    if finding.suggestion:
        yield f"{equals} {_paint('help:', _HELP, color=color)} {escaped(finding.suggestion)}{_mark(finding)}"


def _mark(finding: Finding) -> str:
    return " (--fix)" if is_fixable(finding) else ""


def _count(number: int, words: tuple[str, str]) -> str:
    return f"{number:,} {words[0] if number == 1 else words[1]}"


def _paint(text: str, code: str, *, color: bool) -> str:
    return f"{code}{text}{_RESET}" if color else text
