"""Renders a report as workflow commands, which GitHub shows as annotations beside the lines."""

from __future__ import annotations

from typing import Final

from catalog.specs.diagnostics import Finding, Severity
from catalog.specs.report import Report
from catalog.specs.reporters.display import escaped

_COMMANDS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "info": "notice"}


def render(report: Report) -> str:
    """Render a report, one command a line."""
    return "\n".join(_command(finding) for finding in report.findings)


def _command(finding: Finding) -> str:
    span = finding.span
    properties = {"file": finding.path, "line": span.line, "col": span.column}
    if span.end_line == span.line:
        # GitHub refuses columns that end on another line.
        properties["endColumn"] = span.end_column
    else:
        properties["endLine"] = span.end_line
    properties["title"] = f"{finding.code} {finding.rule}"
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    text = escaped(finding.message)
    if finding.suggestion is not None:
        text += f"\nhelp: {escaped(finding.suggestion)}"
    return f"::{_COMMANDS[finding.severity]} {listed}::{_message(text)}"


def _message(text: str) -> str:
    """Escape what would end the command."""
    return _printable(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Escape what would end the property or the command."""
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def _printable(text: str) -> str:
    """A text that UTF-8 can hold: a path may contain bytes that are none."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
