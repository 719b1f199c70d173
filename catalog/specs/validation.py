"""Takes files through all stages: find, read, check, silence, select, report; and mends them where asked to."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeAlias

from catalog.specs.diagnostics import Finding
from catalog.specs.discovery import Candidate, discover
from catalog.specs.faults import AMBIGUOUS_SCALAR
from catalog.specs.files import STDIN, Text
from catalog.specs.loading import LoadedFile, load_mapping, load_path
from catalog.specs.nodes import Spec
from catalog.specs.report import Report, in_order
from catalog.specs.selection import Selection
from catalog.specs.settings import Settings, SettingsSearch
from catalog.specs.suppression import suppress

_DEFAULTS: Final = Settings()

SpecCheck: TypeAlias = Callable[[Spec], Iterable[Finding]]
"""Gives the findings of one spec, such as :meth:`catalog.specs.checker.Checker.check`."""


@dataclass(frozen=True, slots=True)
class FixedFile:
    """A file that fixes changed.

    Attributes:
        path: The file, as the user named it.
        before: Its text.
        after: Its text with all safe fixes made.
        fixes: How many findings were mended.
    """

    path: str
    before: str
    after: str
    fixes: int


class Validation:
    """One run over files.

    Args:
        check: Checks one spec.
        settings: Where the settings of each file are found; ``None`` for none at all.
        select: Codes, prefixes or names of rules that report, in place of the settings'.
        ignore: Codes, prefixes or names of rules that do not, beside the settings'.

    Raises:
        UsageError: If `select` or `ignore` names no rule.
    """

    def __init__(
        self,
        check: SpecCheck,
        *,
        settings: SettingsSearch | None = None,
        select: Iterable[str] = (),
        ignore: Iterable[str] = (),
    ) -> None:
        self._check = check
        self._settings = settings
        self._select = tuple(select)
        self._ignore = tuple(ignore)
        self._by_folder: dict[str, Settings] = {}
        self._narrowed: dict[Path | None, Selection] = {}
        Selection().narrowed(select=self._select, ignore=self._ignore)

    def validate(self, paths: Iterable[str]) -> Report:
        """Check files, folders, patterns, or ``-`` for standard input.

        Raises:
            UsageError: If a ``pyproject.toml`` that holds for one of them is wrong.
        """
        return self._report(self._files(paths))

    def validate_mapping(self, mapping: Mapping[str, Any]) -> Report:
        """Check a spec that is given as Python data."""
        return self._report([load_mapping(mapping)])

    def findings(self, file: LoadedFile) -> tuple[Finding, ...]:
        """All that is to be reported of a file, in the order of its lines."""
        checked = [finding for spec in file.specs for finding in self._check(spec)]
        found = [*_unexplained(file.findings, checked), *checked]
        return self._selection(file.path).apply(in_order(suppress(file, found)))

    def fix(self, paths: Iterable[str], *, write: bool = True) -> tuple[list[FixedFile], Report]:
        """Apply all safe fixes of what is to be reported.

        Args:
            paths: Files, folders and patterns. Standard input is fixed, too, and cannot be written.
            write: False to leave the files as they are, to show what would be done.

        Returns:
            The files that change, and the report on all files as they are afterwards.

        Raises:
            WriteError: If a file cannot be written.
        """
        from catalog.specs.fixing import fix_until_stable  # noqa: PLC0415 (a check alone loads less)

        fixed: list[FixedFile] = []
        after: list[LoadedFile] = []
        for file in self._files(paths):
            result = fix_until_stable(file, self.findings) if file.source is not None else None
            if result is None or file.source is None or result.text == file.text:
                after.append(file)
                continue
            fixed.append(FixedFile(file.path, file.text, result.text, len(result.applied)))
            after.append(file.changed(result.text))
            if write and file.path != STDIN:
                _write(file.path, file.source, file.text, result.text)
        return fixed, self._report(after)

    def _files(self, paths: Iterable[str]) -> Iterator[LoadedFile]:
        settings = self._settings_of("")
        for candidate in discover(paths, exclude=settings.exclude):
            file = _read(candidate)
            if not file.skipped:
                yield file

    def _report(self, files: Iterable[LoadedFile]) -> Report:
        findings: list[Finding] = []
        sources: dict[str, str] = {}
        number = 0
        for file in files:
            number += 1
            found = self.findings(file)
            if found:
                findings += found
                sources[file.path] = file.text
        return Report(findings=tuple(findings), files=number, sources=sources)

    def _settings_of(self, path: str) -> Settings:
        """The settings that hold for a file: those of its folder."""
        if self._settings is None:
            return _DEFAULTS
        folder = os.path.dirname(path) if "\0" not in path else ""  # noqa: PTH120 (for thousands of files)
        found = self._by_folder.get(folder)
        if found is None:
            found = self._by_folder[folder] = self._settings.of(Path(folder))
        return found

    def _selection(self, path: str) -> Selection:
        selection = self._settings_of(path).selection
        if not self._select and not self._ignore:
            return selection
        key = self._settings_of(path).source
        if key not in self._narrowed:
            self._narrowed[key] = selection.narrowed(select=self._select, ignore=self._ignore)
        return self._narrowed[key]


def _unexplained(read: Iterable[Finding], checked: Iterable[Finding]) -> Iterator[Finding]:
    """The findings of reading without notes on a word that a rule takes for a mistake: it says more."""
    mistaken = {finding.span for finding in checked if finding.severity == "error"}
    return (finding for finding in read if finding.code != AMBIGUOUS_SCALAR.code or finding.span not in mistaken)


def _write(path: str, source: Text, before: str, after: str) -> None:
    from catalog.specs.fixing import WriteError, write_atomically  # noqa: PLC0415 (a check alone loads less)

    try:
        content = source.encode(after)
    except UnicodeEncodeError as error:
        raise WriteError(path, f"{source.encoding} has no {error.object[error.start]!r}") from error
    write_atomically(path, content, expected=source.encode(before))


def _read(candidate: Candidate) -> LoadedFile:
    if candidate.finding is not None:
        return LoadedFile(path=candidate.path, text="", findings=(candidate.finding,))
    return load_path(candidate.path, certain=candidate.certain)
