"""What the checker finds, as data. Reporters turn it into text, the fixer into edits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from catalog.specs.nodes import Span

Severity: TypeAlias = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the text at `span` by `text`. An empty span inserts."""

    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """What would mend a finding.

    Attributes:
        title: The remedy in a few words (``"Rename to hidden_size"``).
        edits: Replacements that do not overlap, all or none to be made.
        safe: True where it cannot change what the spec means beyond the mend; only safe fixes are applied.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, doubtful or worth knowing in a spec.

    Attributes:
        path: File, as the user named it.
        span: Where; lines and columns start at 1.
        code: Stable code of the rule (``"C101"``).
        rule: Name of the rule, which states the fault (``"unknown-parameter"``).
        severity: How bad it is.
        parameter: Dotted path from the config's root (``"text_config.hidden_size"``); ``None`` where no parameter
            is concerned.
        message: What is wrong, in one sentence.
        suggestion: What would be right, in one sentence or value; ``None`` where nothing can be said.
        fix: Edits that mend it; ``None`` where a person must decide.
    """

    path: str
    span: Span
    code: str
    rule: str
    severity: Severity
    parameter: str | None
    message: str
    suggestion: str | None = None
    fix: Fix | None = None
