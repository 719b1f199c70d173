"""Renders a report for programs, in the form that the interface promises."""

from __future__ import annotations

import json
from typing import Any

from catalog.specs.diagnostics import Finding
from catalog.specs.report import Report, is_fixable


def render(report: Report) -> str:
    """Render a report as one JSON document."""
    return json.dumps(as_data(report), indent=2)


def as_data(report: Report) -> dict[str, Any]:
    """The document as Python data."""
    return {
        "files": report.files,
        "findings": [_finding(finding) for finding in report.findings],
        "summary": dict(report.counts),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    span = finding.span
    return {
        "path": finding.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "code": finding.code,
        "rule": finding.rule,
        "severity": finding.severity,
        "parameter": finding.parameter,
        "message": finding.message,
        "suggestion": finding.suggestion,
        "fixable": is_fixable(finding),
    }
