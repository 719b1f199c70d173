"""Applies fixes to a text, and writes a file so that it is never half written.

Edits replace stretches of the original text, so that comments, layout, line ends and a byte order mark stay.
"""

from __future__ import annotations

import os
import re
import stat
import tempfile
from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from catalog.errors import CatalogError
from catalog.specs.diagnostics import Finding, Severity
from catalog.specs.faults import DUPLICATE_KEY
from catalog.specs.loading import LoadedFile
from catalog.specs.positions import Positions
from catalog.specs.selection import ALWAYS

_RANKS: Final[dict[Severity, int]] = {"error": 0, "warning": 1, "info": 2}
_MAX_ROUNDS: Final = 10
_MAX_TRIALS: Final = 100
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class WriteError(CatalogError):
    """A file cannot be written.

    Attributes:
        path: The file.
        reason: Why.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path} cannot be written: {reason}.")


@dataclass(frozen=True, slots=True)
class FixResult:
    """A text after fixes.

    Attributes:
        text: The text.
        applied: The findings that were mended.
        skipped: The findings whose fix would have touched the same place as another one's.
    """

    text: str
    applied: tuple[Finding, ...]
    skipped: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """A stretch of the text by offsets, and what takes its place."""

    start: int
    end: int
    text: str


def apply_fixes(text: str, findings: Iterable[Finding], *, unsafe: bool = False) -> FixResult:
    """Apply the fixes of findings to the text they were found in.

    Where two fixes touch the same place the one of the graver finding is made, then the one that stands first, then
    the one of the lower code; the other is skipped, whole. Check the result again to make it.

    Args:
        text: The text, without a byte order mark.
        findings: Its findings; those without a fix are passed over.
        unsafe: True to apply fixes, too, that may change what the spec means.

    Returns:
        The new text, and which fixes were made.
    """
    wanted = [f for f in findings if f.fix is not None and f.fix.edits and (f.fix.safe or unsafe)]
    wanted.sort(key=_rank)
    positions = Positions(text)
    accepted = _Accepted()
    applied: list[Finding] = []
    skipped: list[Finding] = []
    for finding in wanted:
        changes = list(_changes(finding, text, positions))
        (applied if accepted.take(changes) else skipped).append(finding)
    return FixResult(accepted.apply(text), tuple(applied), tuple(skipped))


def fix_until_stable(
    file: LoadedFile, check: Callable[[LoadedFile], Iterable[Finding]], *, unsafe: bool = False
) -> FixResult:
    """Apply fixes, check again and go on until nothing is left to fix.

    Args:
        file: The file as it is.
        check: Gives all findings of a file, those of reading it included, as they would be reported.
        unsafe: True to apply unsafe fixes, too.

    Returns:
        The text after the last round, all that was mended, and what could not be. Fixes after which the file could not
        be read, or a key would stand twice, are not made.
    """
    current = file
    findings = list(check(file))
    applied: list[Finding] = []
    seen = {file.text}
    skipped: tuple[Finding, ...] = ()
    for _ in range(_MAX_ROUNDS):
        result = apply_fixes(current.text, findings, unsafe=unsafe)
        changed = current.changed(result.text)
        if _damage(changed) > _damage(current):
            result = _one_by_one(current, result.applied, unsafe=unsafe)
            changed = current.changed(result.text)
        skipped = result.skipped
        if result.text in seen:
            break
        seen.add(result.text)
        current = changed
        applied += result.applied
        findings = list(check(current))
    return FixResult(current.text, tuple(applied), skipped)


def _one_by_one(file: LoadedFile, findings: Iterable[Finding], *, unsafe: bool) -> FixResult:
    """Apply fixes that do harm together, leaving out those that do it."""
    wanted = tuple(findings)
    kept: list[Finding] = []
    for finding in wanted[:_MAX_TRIALS]:
        trial = apply_fixes(file.text, [*kept, finding], unsafe=unsafe)
        if _damage(file.changed(trial.text)) <= _damage(file):
            kept.append(finding)
    result = apply_fixes(file.text, kept, unsafe=unsafe)
    return FixResult(result.text, result.applied, tuple(finding for finding in wanted if finding not in kept))


def _damage(file: LoadedFile) -> int:
    """How much stands in the way of reading a file as it is meant."""
    return sum(finding.code in ALWAYS or finding.code == DUPLICATE_KEY.code for finding in file.findings)


def unified_diff(path: str, before: str, after: str) -> str:
    """The changes of a text as a unified diff, empty where there are none.

    Args:
        path: The file, for the diff's head.
        before: The text as it was.
        after: The text as it is.
    """
    import difflib  # noqa: PLC0415 (only a diff needs it)

    name = path.lstrip("/")
    lines = difflib.unified_diff(_LINE.findall(before), _LINE.findall(after), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def write_atomically(path: str, content: bytes, *, expected: bytes | None = None) -> None:
    """Replace a file's content, so that at any moment it holds all of the old one or all of the new one.

    Its permissions stay; where the path is a symbolic link, the file that it leads to is replaced.

    Args:
        path: The file.
        content: What it shall hold.
        expected: What it should hold now; a file that somebody has changed since is left alone.

    Raises:
        WriteError: If it cannot be written, or holds something else than expected.
    """
    try:
        target = Path(path).resolve(strict=True)
        if not os.access(target, os.W_OK):
            raise WriteError(path, "it is read-only")
        if expected is not None and target.read_bytes() != expected:
            raise WriteError(path, "it has changed since it was read")
        _replace(target, content)
    except OSError as error:
        raise WriteError(path, error.strerror or str(error)) from error


def _replace(target: Path, content: bytes) -> None:
    mode = stat.S_IMODE(target.stat().st_mode)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:50]}.", suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _rank(finding: Finding) -> tuple[int, int, int, str]:
    return _RANKS[finding.severity], finding.span.line, finding.span.column, finding.code


def _changes(finding: Finding, text: str, positions: Positions) -> Iterator[_Change]:
    newline = "\r\n" if "\r\n" in text else "\n"
    for edit in finding.fix.edits if finding.fix else ():
        start, end = positions.range(edit.span)
        yield _Change(start, end, edit.text.replace("\r\n", "\n").replace("\n", newline))


class _Accepted:
    """Changes that do not touch each other."""

    def __init__(self) -> None:
        self._sorted: list[tuple[int, int, str]] = []

    def take(self, changes: list[_Change]) -> bool:
        """Accept all changes of a fix or, where one of them touches an accepted one, none.

        The same change twice is one: a value that is used through aliases is mended once.
        """
        taken: list[tuple[int, int, str]] = []
        for change in changes:
            if self._has(change):
                continue
            if self._touches(change):
                for item in taken:
                    self._sorted.remove(item)
                return False
            taken.append((change.start, change.end, change.text))
            insort(self._sorted, taken[-1])
        return True

    def apply(self, text: str) -> str:
        parts: list[str] = []
        offset = 0
        for start, end, replacement in self._sorted:
            parts += (text[offset:start], replacement)
            offset = end
        return "".join((*parts, text[offset:]))

    def _has(self, change: _Change) -> bool:
        item = (change.start, change.end, change.text)
        index = bisect_left(self._sorted, item)
        return index < len(self._sorted) and self._sorted[index] == item

    def _touches(self, change: _Change) -> bool:
        index = bisect_right(self._sorted, (change.start, change.end, chr(0x10FFFF)))
        around = self._sorted[max(index - 1, 0) : index + 1]
        # Two changes that begin at the same place touch, too: which of them comes first would be arbitrary.
        return any(start == change.start or (start < change.end and change.start < end) for start, end, _ in around)
