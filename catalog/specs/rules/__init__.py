"""The rules, one a file. A file's name is its rule's code and name: ``c110_unknown_parameter.py``.

A rule's module has a docstring, from which its page is generated, and one :class:`Rule` named ``RULE``. The
docstring's first line states the fault; it is followed by the headings of :data:`HEADINGS`. What a rule checks is up
to the stage that calls it (:mod:`catalog.specs.engine` for specs, the reader for files); nothing here imports a rule
until it is asked for, so that checking a spec loads only what it needs.
"""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from pathlib import Path

from catalog.specs.diagnostics import Finding, Fix, Severity
from catalog.specs.nodes import Span

HEADINGS = ("What it does", "Why it matters", "Example", "Remedy")
"""The sections of a rule's page, in order."""

_FILE_NAME = re.compile(r"(c\d{3})_(\w+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of fault.

    Attributes:
        code: Stable code (``"C110"``).
        name: States the fault (``"unknown-parameter"``).
        severity: How bad a finding is unless the rule itself says otherwise for a case.
    """

    code: str
    name: str
    severity: Severity

    @property
    def page(self) -> str:
        """The rule's page, as Markdown: its module's docstring."""
        return (importlib.import_module(_modules()[self.code]).__doc__ or "").strip()

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.page.partition("\n")[0]

    def found(
        self,
        path: str,
        span: Span,
        message: str,
        *,
        parameter: str | None = None,
        suggestion: str | None = None,
        fix: Fix | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """Make a finding of this rule.

        Args:
            path: File, as the user named it.
            span: Where.
            message: What is wrong, in one sentence.
            parameter: Dotted path of the parameter, if one is concerned.
            suggestion: What would be right.
            fix: Edits that mend it.
            severity: How bad it is, where that differs from the rule's own.
        """
        return Finding(
            path=path,
            span=span,
            code=self.code,
            rule=self.name,
            severity=severity or self.severity,
            parameter=parameter,
            message=message,
            suggestion=suggestion,
            fix=fix,
        )


def rules() -> tuple[Rule, ...]:
    """All rules, sorted by code."""
    return tuple(_load(module) for _, module in sorted(_modules().items()))


def rule(code: str) -> Rule | None:
    """The rule of a code or name, in any case; ``None`` where there is none."""
    wanted = code.strip().lower().replace("_", "-")
    for found, module in _modules().items():
        name = module.rpartition(".")[2].partition("_")[2].replace("_", "-")
        if wanted in (found.lower(), name):
            return _load(module)
    return None


def rule_codes() -> dict[str, str]:
    """Name → code of every rule, told from the file names alone."""
    return {module.rpartition(".")[2][5:].replace("_", "-"): code for code, module in _modules().items()}


def _modules() -> dict[str, str]:
    """Code → import path, from the names of the files beside this one."""
    names = (path.stem for path in Path(__file__).parent.glob("c[0-9]*.py"))
    matches = (_FILE_NAME.fullmatch(name) for name in names)
    return {match[1].upper(): f"{__name__}.{match[0]}" for match in matches if match}


def _load(module: str) -> Rule:
    loaded: Rule = importlib.import_module(module).RULE
    return loaded
