"""Which rules report, and how severely: what ``--select``, ``--ignore`` and the settings say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias, get_args

from catalog.errors import UsageError
from catalog.specs.diagnostics import Finding, Severity
from catalog.specs.rules import rule_codes
from catalog.specs.suggestions import either, nearest

Level: TypeAlias = Literal["error", "warning", "info", "off"]

LEVELS: Final[tuple[str, ...]] = get_args(Level)
ALWAYS: Final = frozenset({"C001", "C002", "C004", "C005", "C014"})
"""Faults that keep a file from being checked. Selecting other rules does not silence them; ignoring their code does."""

_PREFIX: Final = re.compile(r"C\d{0,3}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Selection:
    """The rules that report.

    Attributes:
        select: Codes and prefixes of codes that report; all where it is empty.
        ignore: Codes and prefixes of codes that do not. Of two that match a code the longer one counts.
        severity: Severity by code or prefix, where it differs from the rule's own.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Level] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
        severity: Mapping[str, str] | None = None,
        *,
        where: str = "",
    ) -> Selection:
        """Make a selection from what a user wrote.

        Args:
            select: Codes, prefixes of codes (``C1``) or rule names, singly or with commas between them.
            ignore: The same, of what must not report.
            severity: Severity by code, prefix or name: ``error``, ``warning``, ``info`` or ``off``.
            where: Where it was written, for the message (``"--select"``).

        Returns:
            The selection.

        Raises:
            UsageError: If a code or name is no rule's, or a severity does not exist.
        """
        levels: dict[str, Level] = {}
        for name, level in (severity or {}).items():
            if level not in LEVELS:
                message = f"{where and where + ': '}{level!r} is no severity for {name}."
                raise UsageError(message, remedy=f"Use {either(LEVELS)}.")
            levels[_resolve(name, where)] = level  # type: ignore[assignment]  # checked just above
        return cls(_resolve_all(select, where), _resolve_all(ignore, where), levels)

    def narrowed(self, *, select: Iterable[str] = (), ignore: Iterable[str] = ()) -> Selection:
        """The selection that the command line makes of the settings': its ``--select`` replaces, ``--ignore`` adds.

        Raises:
            UsageError: If a code or name is no rule's.
        """
        selected = _resolve_all(select, "--select")
        ignored = _resolve_all(ignore, "--ignore")
        kept = () if selected else self.ignore
        return replace(self, select=selected or self.select, ignore=tuple(dict.fromkeys((*kept, *ignored))))

    def reports(self, code: str) -> bool:
        """True where a rule reports."""
        ignored = _longest(code, self.ignore)
        if code in ALWAYS:
            return ignored < len(code)
        selected = _longest(code, self.select) if self.select else 0
        if self.select and selected < 0:
            return False
        return ignored < 0 or (bool(self.select) and selected > ignored)

    def apply(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings that are to be reported, each with the severity that is wanted."""
        kept = []
        for finding in findings:
            level = self._level(finding.code)
            if level != "off" and self.reports(finding.code):
                kept.append(finding if level in (None, finding.severity) else replace(finding, severity=level))
        return tuple(kept)

    def _level(self, code: str) -> Severity | Literal["off"] | None:
        matching = [prefix for prefix in self.severity if code.startswith(prefix)]
        return self.severity[max(matching, key=len)] if matching else None


def _longest(code: str, prefixes: tuple[str, ...]) -> int:
    """Length of the longest prefix of a code; -1 where none is one."""
    return max((len(prefix) for prefix in prefixes if code.startswith(prefix)), default=-1)


def _resolve_all(names: Iterable[str], where: str) -> tuple[str, ...]:
    parts = [part.strip() for name in names for part in name.split(",")]
    return tuple(dict.fromkeys(_resolve(part, where) for part in parts if part))


def _resolve(name: str, where: str) -> str:
    """The code, or prefix of codes, that a user means."""
    if name.upper() == "ALL":
        return "C"
    code = code_of(name)
    if code is not None:
        return code
    known = rule_codes()
    if _PREFIX.fullmatch(name) and any(code.startswith(name.upper()) for code in known.values()):
        return name.upper()
    likely = nearest(name, [*known, *known.values()])
    remedy = f"Did you mean {either(found.name for found in likely)}?" if likely else "See them with: catalog rules"
    raise UsageError(f"{where and where + ': '}There is no rule {name!r}.", remedy=remedy)


def code_of(name: str) -> str | None:
    """The code of a rule, by its code or its name in any case; ``None`` where there is none."""
    known = rule_codes()
    if name.upper() in known.values():
        return name.upper()
    return known.get(name.lower().replace("_", "-"))
