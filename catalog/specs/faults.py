"""The faults that are found while a file is read, before any rule runs: codes C001 to C031.

They stand here together, so that reading a file loads one module; the page of each is the docstring of its file in
:mod:`catalog.specs.rules`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from catalog.specs.diagnostics import Finding, Fix, Severity
from catalog.specs.nodes import Span
from catalog.specs.rules import Rule

START: Final = Span(1, 1, 1, 1)
"""Where a finding points that concerns a whole file."""


UNREADABLE_FILE: Final = Rule("C001", "unreadable-file", "error")
SYNTAX_ERROR: Final = Rule("C002", "syntax-error", "error")
DUPLICATE_KEY: Final = Rule("C003", "duplicate-key", "error")
NOT_TEXT: Final = Rule("C004", "not-text", "error")
TOO_LARGE: Final = Rule("C005", "too-large", "error")
NO_SPEC: Final = Rule("C006", "no-spec", "error")
NOT_A_MAPPING: Final = Rule("C007", "not-a-mapping", "error")
NON_STRING_KEY: Final = Rule("C008", "non-string-key", "warning")
AMBIGUOUS_SCALAR: Final = Rule("C009", "ambiguous-scalar", "warning")
UNSUPPORTED_TAG: Final = Rule("C010", "unsupported-tag", "error")
RECURSIVE_ALIAS: Final = Rule("C011", "recursive-alias", "error")
INVALID_MERGE: Final = Rule("C012", "invalid-merge", "error")
UNREPRESENTABLE_VALUE: Final = Rule("C013", "unrepresentable-value", "warning")
TAB_INDENTATION: Final = Rule("C014", "tab-indentation", "error")
UNUSUAL_ENCODING: Final = Rule("C015", "unusual-encoding", "warning")
UNKNOWN_KEY: Final = Rule("C020", "unknown-key", "error")
NO_MODEL: Final = Rule("C021", "no-model", "error")
BLOCK_NOT_A_MAPPING: Final = Rule("C022", "block-not-a-mapping", "error")
FOREIGN_FILE: Final = Rule("C023", "foreign-file", "info")
WRONG_KEY_TYPE: Final = Rule("C024", "wrong-key-type", "error")
UNKNOWN_SUPPRESSION: Final = Rule("C030", "unknown-suppression", "warning")
UNUSED_SUPPRESSION: Final = Rule("C031", "unused-suppression", "warning")

FAULTS: Final[tuple[Rule, ...]] = (
    UNREADABLE_FILE,
    SYNTAX_ERROR,
    DUPLICATE_KEY,
    NOT_TEXT,
    TOO_LARGE,
    NO_SPEC,
    NOT_A_MAPPING,
    NON_STRING_KEY,
    AMBIGUOUS_SCALAR,
    UNSUPPORTED_TAG,
    RECURSIVE_ALIAS,
    INVALID_MERGE,
    UNREPRESENTABLE_VALUE,
    TAB_INDENTATION,
    UNUSUAL_ENCODING,
    UNKNOWN_KEY,
    NO_MODEL,
    BLOCK_NOT_A_MAPPING,
    FOREIGN_FILE,
    WRONG_KEY_TYPE,
    UNKNOWN_SUPPRESSION,
    UNUSED_SUPPRESSION,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of a file is read at most, so that no file takes all memory or time.

    Attributes:
        size: Bytes of the file. A published ``config.json`` is rarely above 1 MB.
        nodes: Keys and values, with aliases counted as often as they are used.
        depth: Blocks within blocks.
    """

    size: int = 10_000_000
    nodes: int = 500_000
    depth: int = 100


DEFAULT_LIMITS: Final = Limits()


MAX_FINDINGS: Final = 1000
"""How many findings one file is read for at most; a file with more was not written by hand."""


@dataclass(slots=True)
class Log:
    """Collects the findings of one file while it is read.

    Attributes:
        path: File, as the user named it.
        findings: What was found, in the order in which it was met.
        dropped: How many more there were.
    """

    path: str
    findings: list[Finding] = field(default_factory=list)
    dropped: int = 0

    def add(
        self,
        fault: Rule,
        span: Span,
        message: str,
        *,
        suggestion: str | None = None,
        fix: Fix | None = None,
        severity: Severity | None = None,
    ) -> None:
        """Note a finding."""
        if len(self.findings) >= MAX_FINDINGS:
            self.dropped += 1
            return
        self.findings.append(fault.found(self.path, span, message, suggestion=suggestion, fix=fix, severity=severity))
