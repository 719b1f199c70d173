"""Cuts a modeling file down to what describes its interface, so that parsing it costs a quarter.

A release has 530 modeling files with 25 MB of source, of which 6 MB matter here: imports, string constants (old
releases keep documentation in them), and per class its header, docstring, annotated fields and the signature of
``forward`` with its docstring. The rest is dropped line by line before :mod:`ast` sees it.

The cut relies on how Python source is laid out: what starts in column 0 is a top-level statement, what starts in column
4 within a class is a member of it, unless it lies within a triple-quoted string. Where a file breaks these rules the
skeleton does not parse, and the caller parses the whole file instead; a test compares both on every file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTES = re.compile(r"'''|\"\"\"")
_STATEMENT = re.compile(r"^(?:    )?(?=[^\s#)\]}])", re.MULTILINE)
_CLASS_HEADER = re.compile(r"class\s+\w+\s*(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?\s*:")
_SIGNATURE_END = re.compile(r":[ \t]*(?:#[^\n]*)?(?:\n|\Z)")
_DOCSTRING = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*[ \t]*[rRuU]?(\"\"\"|'''|\"|')")
_STRING_CONSTANT = re.compile(r"(?:\w+ *=[ (\n]*[rR]?[\"']|\w*DOC\w* *=)")
_ALIAS = re.compile(r"\w+ = \w+\n")
_MEMBER = re.compile(r"(?!(?:else|try|finally)\b)(?:\w+ *:|config_class *=|forward *=)")
_RETURNED_OUTPUT = re.compile(r"\n +return (\w*Output\w*)\(")
_MADE_OUTPUT = re.compile(r"\n +\w+ = (\w*Output\w*)\(")
_KEPT_STATEMENTS = ("from ", "import ", "if ", "else", "elif ", "try", "except", "finally")
_BODY = re.compile(r"[ \t]*(?:\.\.\.[ \t]*(?:#[^\n]*)?(?:\n|\Z)|(?:#[^\n]*)?\n(?:[ \t]*(?:#[^\n]*)?\n)* {4}(?=\S))")
_INDENT = 4
_MAX_HEADER = 10_000


class UnusualLayoutError(ValueError):
    """The file is laid out in a way that cannot be cut by lines."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the statements of a file start, and where its triple-quoted strings lie."""

    starts: list[int]
    columns: list[int]
    string_ends: dict[int, int]


def skeleton(text: str) -> str:
    """Reduce a Python file to its interface.

    Args:
        text: Source of a modeling file.

    Returns:
        Python source with the same imports, string constants and classes, without other functions and bodies. The body
        of a ``forward`` whose return annotation names no output class is replaced by ``return`` and the one that it
        returns or makes last.

    Raises:
        UnusualLayoutError: If the file cannot be cut by lines.
    """
    layout = _lay_out(text)
    out: list[str] = []
    decorators: int | None = None
    within_class = False
    resume = 0
    for index in range(len(layout.starts) - 1):
        start, column = layout.starts[index], layout.columns[index]
        if start < resume or (column and not within_class):
            continue
        at = start + column
        if text[at] == "@":
            within_class = bool(column)
            if decorators is None:
                decorators = start
            continue
        begin, decorators = start if decorators is None else decorators, None
        if column:
            _keep_member(text, layout, index, begin, out)
            continue
        within_class = text.startswith("class ", at)
        if within_class:
            resume = _keep_class_header(text, layout, start, begin, out)
        elif text.startswith(_KEPT_STATEMENTS, at) or _STRING_CONSTANT.match(text, at) or _ALIAS.match(text, at):
            out.append(text[start : _next_top_level(layout, index)])
    return "".join(out)


def _lay_out(text: str) -> _Layout:
    strings = _triple_quoted(text)
    starts: list[int] = []
    columns: list[int] = []
    position, count = 0, len(strings)
    for match in _STATEMENT.finditer(text):
        start = match.start()
        while position < count and strings[position][1] <= start:
            position += 1
        if position < count and strings[position][0] < start:
            continue
        starts.append(start)
        columns.append(match.end() - start)
    starts.append(len(text))
    columns.append(0)
    return _Layout(starts, columns, dict(strings))


def _triple_quoted(text: str) -> list[tuple[int, int]]:
    """Start and end of each triple-quoted string, in order."""
    strings = []
    position = 0
    while match := _QUOTES.search(text, position):
        end = text.find(match[0], match.end())
        while end > 0 and text[end - 1] == "\\":
            end = text.find(match[0], end + 1)
        if end < 0:
            raise UnusualLayoutError("a triple quote is not closed")
        position = end + 3
        strings.append((match.start(), position))
    return strings


def _next_top_level(layout: _Layout, index: int) -> int:
    index += 1
    while layout.columns[index]:
        index += 1
    return layout.starts[index]


def _keep_class_header(text: str, layout: _Layout, start: int, begin: int, out: list[str]) -> int:
    """Keep decorators, header and docstring of a class; return where its body goes on."""
    header = _CLASS_HEADER.match(text, start, start + _MAX_HEADER)
    if header is None or not _BODY.match(text, header.end()):
        raise UnusualLayoutError("a class has a body that is not indented by four columns")
    out.append(text[begin : header.end()])
    end = _docstring_end(text, layout, header.end())
    out.append(text[header.end() : end])
    out.append("\n    pass\n")
    return max(end, start + 1)


def _keep_member(text: str, layout: _Layout, index: int, begin: int, out: list[str]) -> None:
    start, end = layout.starts[index], layout.starts[index + 1]
    at = start + _INDENT
    if text.startswith("def forward", at):
        _keep_forward(text, layout, start, begin, end, out)
    elif not text.startswith(("def ", "class ", "async "), at) and _MEMBER.match(text, at):
        out.append(text[start:end])
        if out[-1][-1] != "\n":
            out.append("\n")


def _keep_forward(text: str, layout: _Layout, start: int, begin: int, end: int, out: list[str]) -> None:
    signature = _SIGNATURE_END.search(text, start)
    if signature is None:
        raise UnusualLayoutError("a signature does not end")
    colon = signature.start() + 1
    body = _docstring_end(text, layout, colon)
    out.append(text[begin:colon])
    out.append(text[colon:body])
    made: list[str] = []
    if "Output" not in text[start:colon].rpartition("->")[2 if "->" in text[start:colon] else 1]:
        made = _RETURNED_OUTPUT.findall(text, body, end) or _MADE_OUTPUT.findall(text, body, end)
    out.append(f"\n        return {made[-1]}\n" if made else "\n        pass\n")


def _docstring_end(text: str, layout: _Layout, position: int) -> int:
    """End of the docstring that starts after `position`; `position` itself where there is none."""
    match = _DOCSTRING.match(text, position)
    if match is None:
        return position
    end = match.end() if len(match[1]) == 1 else layout.string_ends.get(match.start(1))
    if end is None:
        raise UnusualLayoutError("a docstring is not where it should be")
    # To the end of the line: old files call format() on a docstring.
    line_end = text.find("\n", end)
    return line_end if line_end >= 0 else len(text)
