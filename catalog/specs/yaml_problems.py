"""Says in plain words what a YAML parser complains of, and what to do about it."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from yaml import MarkedYAMLError, YAMLError
from yaml.reader import ReaderError

from catalog.specs.faults import SYNTAX_ERROR, TAB_INDENTATION
from catalog.specs.nodes import Span
from catalog.specs.positions import Positions
from catalog.specs.rules import Rule

_NOT_PRINTABLE: Final = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_TAB_REMEDY: Final = "Indent with spaces; YAML allows no tabs there."
_QUOTE_REMEDY: Final = "Put the value in quotes."


class Problem(NamedTuple):
    """A parser's complaint in the terms of a finding."""

    fault: Rule
    span: Span
    message: str
    suggestion: str | None


class _Words(NamedTuple):
    """How a kind of complaint is put; `at_context` where the place that matters is where the construct began."""

    message: str
    suggestion: str | None
    at_context: bool = False


_BY_PROBLEM: Final[dict[str, _Words]] = {
    "block sequence entries are not allowed in this context": _Words(
        "A list item cannot begin here.", "Begin each '- ' on a line of its own, below the key."
    ),
    "did not find expected key": _Words(
        "This line fits no block above it: its indentation differs from its neighbours', or it is not 'key: value'.",
        "Indent all keys of a block alike, and write each as 'key: value'.",
    ),
    "did not find expected '-' indicator": _Words(
        "A list item was expected here, beginning with '- '.", "Begin the line with '- ', or indent it alike."
    ),
    "could not find expected ':'": _Words(
        "This line is not 'key: value': the ':' is missing, or no space follows it.",
        "Write a ':' and a space after the key.",
        at_context=True,
    ),
    "found unexpected end of stream": _Words(
        "The quotes that begin here are never closed.", "Add the closing quote.", at_context=True
    ),
    "found unexpected document indicator": _Words(
        "The quotes that begin here are not closed before the document ends.", "Add the closing quote.", at_context=True
    ),
    "found unknown escape character": _Words(
        "In double quotes a backslash begins an escape, and this one does not exist.",
        "Write '\\\\' for a backslash, or use single quotes.",
    ),
    "did not find expected node content": _Words(
        "A value is missing between the brackets or commas.", "Remove the extra comma, or write the value."
    ),
    "found incompatible YAML document": _Words(
        "The %YAML line names a version that is not supported.", "Remove the line, or write %YAML 1.2."
    ),
    "found undefined tag handle": _Words(
        "The tag's handle is not declared.", "Put a value that begins with '!' in quotes, or remove the tag."
    ),
    "did not find expected <document start>": _Words(
        "The document has ended before this line: it is indented less than the first one, or follows a lone value.",
        "Align it with the first line, or begin a new document with '---'.",
    ),
    "did not find URI escaped octet": _Words("The tag contains a broken %-escape.", _QUOTE_REMEDY),
}
_CANNOT_BEGIN: Final[dict[str, str]] = {
    "@": "A value cannot begin with '@'.",
    "`": "A value cannot begin with a backtick.",
    "%": "A value cannot begin with '%'.",
    "\ufeff": "A byte order mark stands in the middle of the file.",
}


def explain(error: YAMLError, text: str, positions: Positions, shift: int = 0) -> Problem:
    """Turn an error of PyYAML's parser into a problem with a place and a remedy.

    Args:
        error: What the parser raised.
        text: The whole text.
        positions: Its lines.
        shift: Offset in `text` at which the parser began.

    Returns:
        The problem, within the text.
    """
    if isinstance(error, ReaderError):
        return _unprintable(error, text, positions, shift)
    if not isinstance(error, MarkedYAMLError) or error.problem_mark is None:
        return Problem(SYNTAX_ERROR, positions.span(shift, shift), f"The YAML cannot be read: {error}.", None)
    offset = min(error.problem_mark.index + shift, len(text))
    problem = error.problem or "the YAML cannot be read"
    if "tab character" in problem or text[offset : offset + 1] == "\t":
        return Problem(TAB_INDENTATION, positions.span(offset, offset + 1), "A tab indents this line.", _TAB_REMEDY)
    began = offset if error.context_mark is None else min(error.context_mark.index + shift, len(text))
    if problem == "mapping values are not allowed in this context":
        return _stray_colon(text, offset, positions)
    words = _BY_PROBLEM.get(problem) or _reword(
        error, problem, text[offset : offset + 1], at_end=not text[offset:].strip()
    )
    if words.at_context:
        offset = began
    start, end = _place(text, offset)
    return Problem(SYNTAX_ERROR, positions.span(start, end), words.message, words.suggestion)


def _reword(error: MarkedYAMLError, problem: str, character: str, *, at_end: bool) -> _Words:
    """Words for the complaints that depend on what is being read."""
    context = error.context or ""
    if problem == "found character that cannot start any token":
        return _Words(_CANNOT_BEGIN.get(character, f"A value cannot begin with {character!r}."), _QUOTE_REMEDY)
    if "alias" in context or "anchor" in context:
        what = "alias" if "alias" in context else "anchor"
        sign = "*" if what == "alias" else "&"
        return _Words(f"'{sign}' begins the name of an {what}, and no name follows.", _QUOTE_REMEDY, at_context=True)
    if match := re.fullmatch(r"did not find expected ',' or '(.)'", problem):
        opening = {"}": "{", "]": "["}[match[1]]
        if at_end:
            return _Words(f"The '{opening}' is never closed.", f"Close the block with '{match[1]}'.", at_context=True)
        return _Words(f"A ',' or '{match[1]}' is missing before this place.", f"Write ',' or close with '{match[1]}'.")
    sentence = f"{problem[:1].upper()}{problem[1:]}"
    return _Words(f"{sentence}{context and ' ' + context}.", None)


def _stray_colon(text: str, offset: int, positions: Positions) -> Problem:
    """A ``key:`` where none can stand: within a value, or in a line that YAML joins to the one above."""
    line = positions.at(offset)[0]
    start = positions.offset(line, 1)
    before = text[start:offset]
    if re.search(r":\s", before) or line == 1:
        span = positions.span(offset, offset + 1)
        return Problem(SYNTAX_ERROR, span, "The value contains a second ': '.", "Put the value in quotes.")
    above_line = line - 1
    while above_line > 1 and not _line(text, above_line, positions).strip():
        above_line -= 1
    above = _line(text, above_line, positions)
    content = above.strip()
    if not re.search(r":(\s|$)", above):
        begin = positions.offset(above_line, 1) + len(above) - len(above.lstrip())
        return Problem(
            SYNTAX_ERROR,
            positions.span(begin, begin + max(len(content), 1)),
            "This line has no ': ' between key and value.",
            "Write a ':' and a space after the key.",
        )
    return Problem(
        SYNTAX_ERROR,
        positions.span(start + len(before) - len(before.lstrip()), offset),
        f"This line is indented deeper than line {above_line}, which already has a value.",
        "Align the key with its neighbours.",
    )


def _line(text: str, number: int, positions: Positions) -> str:
    return text[positions.offset(number, 1) : positions.offset(number + 1, 1)].rstrip("\r\n")


def _place(text: str, offset: int) -> tuple[int, int]:
    """A stretch that can be seen: not empty, and not past the last line that says anything."""
    if offset >= len(text) or not text[offset:].strip():
        offset = max(len(text.rstrip()) - 1, 0)
    while offset < len(text) - 1 and text[offset] in "\r\n":
        offset += 1
    return offset, min(offset + 1, len(text))


def _unprintable(error: ReaderError, text: str, positions: Positions, shift: int) -> Problem:
    match = _NOT_PRINTABLE.search(text, shift)
    if match is None:
        return Problem(SYNTAX_ERROR, positions.span(shift, shift), f"The YAML cannot be read: {error.reason}.", None)
    return Problem(
        SYNTAX_ERROR,
        positions.span(match.start(), match.end()),
        f"The character U+{ord(match[0]):04X} is not allowed in YAML.",
        "Remove it, or write it as an escape in double quotes.",
    )
