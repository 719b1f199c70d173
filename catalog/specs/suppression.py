"""Comments that silence findings: ``# catalog: ignore[C110]`` and ``# catalog: ignore-file[C110]``.

A comment at the end of a line silences findings that begin on that line; one on a line of its own silences those that
begin on the next line that says anything. JSON has no comments, so nothing is silenced there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as PythonSequence
from dataclasses import dataclass
from typing import Final

from catalog.specs.diagnostics import Edit, Finding, Fix
from catalog.specs.faults import TOO_LARGE, UNKNOWN_SUPPRESSION, UNUSED_SUPPRESSION
from catalog.specs.loading import LoadedFile
from catalog.specs.nodes import Mapping, Node, Scalar, Sequence, Span
from catalog.specs.positions import split_lines
from catalog.specs.rules import rule_codes
from catalog.specs.selection import ALWAYS, code_of
from catalog.specs.suggestions import either, nearest

_COMMENT: Final = re.compile(r"(?:^|(?<=[ \t]))#[ \t]*catalog[ \t]*:[ \t]*(?P<what>[^#\r\n]*)", re.IGNORECASE)
_IGNORE: Final = re.compile(
    r"(?P<word>ignore(?:-file)?)[ \t]*(?:\[(?P<names>[^\]]*)\])?[ \t]*(?P<rest>.*)", re.IGNORECASE
)
_MAX_COMMENTS: Final = 1000
_OWN: Final = frozenset({UNKNOWN_SUPPRESSION.code, UNUSED_SUPPRESSION.code})


@dataclass(frozen=True, slots=True)
class Suppression:
    """One comment.

    Attributes:
        codes: The codes it names.
        spans: Where each of them stands.
        line: The line whose findings it silences; ``None`` for the whole file.
        span: The comment.
    """

    codes: tuple[str, ...]
    spans: tuple[Span, ...]
    line: int | None
    span: Span


def suppress(file: LoadedFile, findings: PythonSequence[Finding], *, checked: bool = True) -> tuple[Finding, ...]:
    """Leave out the findings that the file's comments silence.

    Call it before :meth:`Selection.apply`, with the findings of all rules: a comment for a rule that was not run would
    seem unused.

    Args:
        file: The file.
        findings: All its findings, those of the checker included.
        checked: False where the checker did not run, so that nothing can be said of comments that silenced nothing.

    Returns:
        The findings that remain, with one for each comment that names no rule or silenced nothing.
    """
    if file.syntax != "yaml" or "catalog" not in file.text.lower():
        return tuple(findings)
    complaints: list[Finding] = []
    suppressions = list(_find(file, complaints))
    if not suppressions and not complaints:
        return tuple(findings)
    by_line: dict[tuple[int | None, str], list[int]] = {}
    for index, suppression in enumerate(suppressions):
        for code in suppression.codes:
            by_line.setdefault((suppression.line, code), []).append(index)
    used: set[tuple[int, str]] = set()
    kept = []
    for finding in findings:
        matching = [
            *by_line.get((finding.span.line, finding.code), ()),
            *by_line.get((None, finding.code), ()),
        ]
        used.update((index, finding.code) for index in matching)
        if not matching:
            kept.append(finding)
    # What keeps the rest of a file from being checked may be why a comment silences nothing.
    if checked and not any(finding.code in ALWAYS for finding in findings):
        complaints += _unused(file, suppressions, used)
    complaints = [c for c in complaints if not by_line.get((None, c.code)) and not by_line.get((c.span.line, c.code))]
    return (*kept, *complaints)


def _find(file: LoadedFile, complaints: list[Finding]) -> Iterator[Suppression]:
    lines = split_lines(file.text)
    covered = _Covered(file)
    found_so_far = 0
    following = 0  # the next line that holds more than a comment, found once for all comments above it
    for number, line in enumerate(lines, start=1):
        if "#" not in line:
            continue
        match = _COMMENT.search(line)
        if match is None or covered.contains(number, match.start() + 1):
            continue
        span = Span(number, match.start() + 1, number, len(line.rstrip()) + 1)
        found_so_far += 1
        if found_so_far > _MAX_COMMENTS:
            message = f"Only the first {_MAX_COMMENTS:,} comments for the catalog are heeded."
            complaints.append(TOO_LARGE.found(file.path, span, message, severity="warning"))
            return
        words = _IGNORE.fullmatch(match["what"].strip())
        if words is None:
            complaints += _unclear(file.path, span, match["what"].strip())
            continue
        whole_file = words["word"].lower() == "ignore-file"
        own_line = not line[: match.start()].strip()
        if own_line and not whole_file and following <= number:
            following = _next_line(lines, number)
        target = None if whole_file else following if own_line else number
        found = _parse(file.path, words["names"], line, span, complaints)
        if found:
            yield Suppression(tuple(code for code, _ in found), tuple(place for _, place in found), target, span)


def _parse(path: str, names: str | None, line: str, span: Span, complaints: list[Finding]) -> list[tuple[str, Span]]:
    """The codes that a comment names, each with its place."""
    if names is None or not names.strip():
        complaints.append(
            UNKNOWN_SUPPRESSION.found(
                path, span, "The comment names no rule, and silences nothing.", suggestion="Write ignore[CODE]."
            )
        )
        return []
    found = []
    start = line.index("[", span.column - 1) + 1
    for part in names.split(","):
        name = part.strip()
        column = start + len(part) - len(part.lstrip()) + 1
        start += len(part) + 1
        place = Span(span.line, column, span.line, column + len(name))
        code = code_of(name)
        if code is not None:
            found.append((code, place))
        elif name:
            complaints.append(_unknown(path, place, name))
    return found


def _unknown(path: str, place: Span, name: str) -> Finding:
    known = rule_codes()
    likely = nearest(name, [*known, *known.values()], limit=1)
    suggestion = f"Did you mean {likely[0].name}?" if likely else "See the rules with: catalog rules"
    fix = Fix(f"Write {likely[0].name}", (Edit(place, likely[0].name),), safe=False) if likely else None
    return UNKNOWN_SUPPRESSION.found(path, place, f"There is no rule {name!r}.", suggestion=suggestion, fix=fix)


def _unclear(path: str, span: Span, what: str) -> Iterator[Finding]:
    """A comment that was probably meant to silence something; any other is an ordinary comment."""
    likely = nearest(what.partition("[")[0].strip(), ("ignore", "ignore-file"), limit=2)
    if likely or "[" in what:
        yield UNKNOWN_SUPPRESSION.found(
            path,
            span,
            f"The catalog does not know the comment {what!r}, which silences nothing.",
            suggestion=f"Did you mean {either(found.name for found in likely)}?" if likely else "Write ignore[CODE].",
        )


def _next_line(lines: list[str], number: int) -> int:
    """The next line that holds more than a comment."""
    for following in range(number, len(lines)):
        text = lines[following].strip()
        if text and not text.startswith("#"):
            return following + 1
    return len(lines) + 1


def _unused(file: LoadedFile, suppressions: Iterable[Suppression], used: set[tuple[int, str]]) -> Iterator[Finding]:
    for index, suppression in enumerate(suppressions):
        idle = [
            (code, place)
            for code, place in zip(suppression.codes, suppression.spans, strict=True)
            if (index, code) not in used and code not in _OWN
        ]
        for code, place in idle:
            where = "in the file" if suppression.line is None else f"on line {suppression.line}"
            yield UNUSED_SUPPRESSION.found(
                file.path,
                place,
                f"Nothing {where} is reported as {code}.",
                suggestion="Remove it from the comment." if len(suppression.codes) > 1 else "Remove the comment.",
            )


class _Covered:
    """Where scalars stand that go over several lines or hold a ``#``: what looks like a comment there is none."""

    def __init__(self, file: LoadedFile) -> None:
        spans: list[tuple[tuple[int, int], tuple[int, int]]] = []
        for spec in file.specs:
            _collect(spec.root, spans)
        self._spans = sorted(set(spans))
        self._starts = [start for start, _ in self._spans]

    def contains(self, line: int, column: int) -> bool:
        index = bisect_right(self._starts, (line, column)) - 1
        return index >= 0 and self._spans[index][1] > (line, column)


def _collect(node: Node, spans: list[tuple[tuple[int, int], tuple[int, int]]]) -> None:
    if isinstance(node, Scalar):
        if "#" in node.text:
            span = node.span
            spans.append(((span.line, span.column), (span.end_line, span.end_column)))
    elif isinstance(node, Sequence):
        for item in node.items:
            _collect(item, spans)
    elif isinstance(node, Mapping):
        for entry in node.entries:
            _collect(entry.value, spans)
