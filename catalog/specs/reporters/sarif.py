"""Renders a report as SARIF 2.1.0, which code scanning services read."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from catalog._version import __version__
from catalog.specs.diagnostics import Edit, Finding, Severity
from catalog.specs.nodes import Span
from catalog.specs.positions import split_lines
from catalog.specs.report import Report
from catalog.specs.rules import Rule, rule

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FINGERPRINTED: Final = 500  # characters of a line that tell it apart
_LEVELS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "info": "note"}


def render(report: Report) -> str:
    """Render a report as one SARIF log with one run."""
    codes = sorted({finding.code for finding in report.findings})
    known = [(code, rule(code)) for code in codes]
    places = {code: index for index, code in enumerate(codes)}
    lines: dict[str, list[str]] = {}
    for finding in report.findings:
        if finding.path not in lines:
            lines[finding.path] = split_lines(report.sources.get(finding.path, ""))
    log = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "catalog",
                        "fullName": "transformers-catalog",
                        "version": __version__,
                        "rules": [_descriptor(code, found) for code, found in known],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [_result(found, places[found.code], lines[found.path]) for found in report.findings],
            }
        ],
    }
    return json.dumps(log, indent=2)


def _descriptor(code: str, found: Rule | None) -> dict[str, Any]:
    if found is None:
        return {"id": code}
    return {
        "id": code,
        "name": found.name,
        "shortDescription": {"text": found.summary},
        "help": {"text": found.page, "markdown": found.page},
        "defaultConfiguration": {"level": _LEVELS[found.severity]},
    }


def _result(finding: Finding, index: int, lines: list[str]) -> dict[str, Any]:
    text = finding.message if finding.suggestion is None else f"{finding.message} {finding.suggestion}"
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": {"uri": _uri(finding.path)}, "region": _region(finding.span)}
    }
    if finding.parameter is not None:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.parameter, "kind": "member"}]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [location],
        "partialFingerprints": {"finding/v1": _fingerprint(finding, lines)},
    }
    if finding.fix is not None:
        result["fixes"] = [
            {
                "description": {"text": finding.fix.title},
                "artifactChanges": [
                    {
                        "artifactLocation": {"uri": _uri(finding.path)},
                        "replacements": [_replacement(edit) for edit in finding.fix.edits],
                    }
                ],
            }
        ]
    return result


def _replacement(edit: Edit) -> dict[str, Any]:
    return {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
    }


def _uri(path: str) -> str:
    """A path as a URI: relative ones stay relative, to the root of the repository."""
    pure = PurePath(path)
    if pure.is_absolute():
        return pure.as_uri()
    normal = os.path.normpath(path).replace(os.sep, "/")
    return quote(normal.encode("utf-8", "surrogatepass"))


def _fingerprint(finding: Finding, lines: list[str]) -> str:
    """What stays the same while lines move: the rule, the parameter and the words of the line."""
    line = lines[finding.span.line - 1][:_FINGERPRINTED] if 0 < finding.span.line <= len(lines) else ""
    content = "\0".join((finding.code, finding.parameter or "", " ".join(line.split())))
    return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]
