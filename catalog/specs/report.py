"""The outcome of checking files: all findings, with the texts they point into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, get_args

from catalog.specs.diagnostics import Finding, Severity

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)


@dataclass(frozen=True, kw_only=True)
class Report:
    """The findings of one run.

    Attributes:
        findings: What was found, in the order of the files and of their lines.
        files: How many files were read.
        sources: Text by path, for the files that have findings.
    """

    findings: tuple[Finding, ...] = ()
    files: int = 0
    sources: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def counts(self) -> dict[Severity, int]:
        """Number of findings of each severity."""
        counts = dict.fromkeys(SEVERITIES, 0)
        for finding in self.findings:
            counts[finding.severity] += 1
        return counts

    @cached_property
    def fixable(self) -> int:
        """How many findings ``--fix`` mends."""
        return sum(is_fixable(finding) for finding in self.findings)

    @property
    def ok(self) -> bool:
        """True where nothing is wrong: notes and warnings are no errors."""
        return self.counts["error"] == 0


def is_fixable(finding: Finding) -> bool:
    """True where ``--fix`` mends a finding."""
    return finding.fix is not None and finding.fix.safe


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings of one file by place, each once: a value that is used through aliases is met several times."""
    unique = {(f.path, f.span, f.code, f.parameter, f.message): f for f in findings}
    return tuple(sorted(unique.values(), key=_place))


def _place(finding: Finding) -> tuple[int, int, str, str]:
    return finding.span.line, finding.span.column, finding.code, finding.parameter or ""
