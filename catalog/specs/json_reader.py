"""Reads JSON into nodes that know where they stand.

What Python's ``json`` reads is read: ``NaN`` and ``Infinity`` too, which published ``config.json`` files contain.
Where a person's slip is plain (a comma too many or too few, a comment, ``True`` for ``true``, single quotes) it is
reported and reading goes on, so that one slip does not hide the next.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from catalog.records import Json
from catalog.specs.diagnostics import Edit, Fix
from catalog.specs.duplicates import report_duplicate
from catalog.specs.faults import DEFAULT_LIMITS, SYNTAX_ERROR, TOO_LARGE, UNREPRESENTABLE_VALUE, Limits, Log
from catalog.specs.nodes import Entry, Mapping, Node, Scalar, Sequence, Span
from catalog.specs.positions import Positions
from catalog.specs.yaml_scalars import MAX_DIGITS

_SPACE: Final = re.compile(r"[ \t\n\r]*")
_COMMENT: Final = re.compile(r"//[^\n\r]*|#[^\n\r]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_STRING: Final = re.compile(r'"[^"\\\x00-\x1f]*"')
_LONG_STRING: Final = re.compile(r'"[^"\\\n\r]*(?:\\[^\n\r][^"\\\n\r]*)*"')
_SINGLE_QUOTED: Final = re.compile(r"'[^'\\\n\r]*(?:\\[^\n\r][^'\\\n\r]*)*'")
_NUMBER: Final = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_WORD: Final = re.compile(r"[-+]?[\w.$][-+\w.$]*")
_PLAIN_VALUE: Final = (
    r'("[^"\\\x00-\x1f]*")|(-?(?:0|[1-9][0-9]{0,17})(?![0-9.eE]))|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)'
    r"|(true|false|null)"
)
_ENTRY: Final = re.compile(
    rf'("[^"\\\x00-\x1f]*")[ \t\n\r]*:[ \t\n\r]*(?:{_PLAIN_VALUE})'
    r'[ \t\n\r]*(?:,[ \t\n\r]*(?=")|(?=}))'
)
_ITEM: Final = re.compile(rf'(?:{_PLAIN_VALUE})[ \t\n\r]*(?:,[ \t\n\r]*(?=["0-9a-z-])|(?=\]))')
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_SURROGATES: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_LONE_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_ESCAPES: Final = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_STRING_GROUP, _INT_GROUP, _FLOAT_GROUP = 1, 2, 3
_INFINITE: Final = (float("inf"), float("-inf"))
_CONSTANTS: Final[dict[str, Json]] = {
    "true": True,
    "false": False,
    "null": None,
    "NaN": float("nan"),
    "Infinity": float("inf"),
    "-Infinity": float("-inf"),
}
_FOREIGN_WORDS: Final = {"True": "true", "False": "false", "None": "null", "nan": "NaN", "inf": "Infinity"}


def read_json(text: str, log: Log, limits: Limits = DEFAULT_LIMITS) -> Node | None:
    """Read a JSON text.

    Args:
        text: The text, without a byte order mark.
        log: Takes what is wrong.
        limits: How much is read at most.

    Returns:
        The value; ``None`` where the text is empty or too broken to go on.
    """
    return _Reader(text, log, limits).read()


class _StopError(Exception):
    """The text is too broken, or too large, to go on; the reason is logged."""


class _Reader:
    """Reads one text from left to right."""

    def __init__(self, text: str, log: Log, limits: Limits) -> None:
        self._text = text
        self._log = log
        self._limits = limits
        self._left = limits.nodes
        self._positions = Positions(text)
        self._line = 0
        self._line_start = self._line_end = 0

    def read(self) -> Node | None:
        try:
            start = self._skip(0)
            if start == len(self._text):
                return None
            root, end = self._value(start, 0)
            end = self._skip(end)
        except _StopError:
            return None
        if end < len(self._text):
            self._wrong(end, "More text follows the JSON value.", "Remove it; a JSON file holds one value.")
        return root

    def _span(self, start: int, end: int) -> Span:
        """The span of a token, which never goes over the end of a line. Most tokens stand on the line of the last."""
        if not self._line_start <= start < self._line_end:
            self._line, _ = self._positions.at(start)
            self._line_start = self._positions.offset(self._line, 1)
            self._line_end = self._positions.offset(self._line + 1, 1)
        column = start - self._line_start + 1
        return Span(self._line, column, self._line, column + end - start)

    def _wrong(
        self, start: int, message: str, suggestion: str, *, end: int | None = None, replacement: str | None = None
    ) -> None:
        """Report a slip; `replacement` is what should stand from `start` to `end`."""
        span = self._positions.span(start, min(start + 1, len(self._text)) if end is None else end)
        fix = None if replacement is None else Fix(suggestion.rstrip("."), (Edit(span, replacement),))
        self._log.add(SYNTAX_ERROR, span, message, suggestion=suggestion, fix=fix)

    def _fail(self, start: int, message: str, suggestion: str) -> NoReturn:
        self._wrong(start, message, suggestion)
        raise _StopError

    def _skip(self, offset: int) -> int:
        """The next offset that is neither white space nor a comment."""
        match = _SPACE.match(self._text, offset)
        offset = match.end() if match else offset
        if self._text[offset : offset + 1] not in ("/", "#"):
            return offset
        while match := _COMMENT.match(self._text, offset):
            self._wrong(offset, "JSON has no comments.", "Remove the comment.", end=match.end())
            match = _SPACE.match(self._text, match.end())
            offset = match.end() if match else offset
        return offset

    def _value(self, offset: int, depth: int) -> tuple[Node, int]:
        """The value that begins at an offset, and the offset after it."""
        character = self._text[offset : offset + 1]
        self._left -= 1
        if self._left < 0 or depth > self._limits.depth:
            self._refuse(offset)
        if character == '"':
            value, end = self._string(offset)
            return Scalar(value, self._text[offset:end], True, self._span(offset, end)), end  # noqa: FBT003
        if character == "{":
            return self._mapping(offset, depth + 1)
        if character == "[":
            return self._sequence(offset, depth + 1)
        return self._bare(offset)

    def _refuse(self, offset: int) -> NoReturn:
        message = (
            f"The file holds more than {self._limits.nodes:,} keys and values."
            if self._left < 0
            else f"Blocks are nested more than {self._limits.depth} deep."
        )
        self._log.add(TOO_LARGE, self._positions.span(offset, offset + 1), message)
        raise _StopError

    def _mapping(self, start: int, depth: int) -> tuple[Mapping, int]:
        entries: list[Entry] = []
        first: dict[str, Entry] = {}
        offset = self._skip(start + 1)
        while not self._closes(offset, "}", start):
            if match := _ENTRY.match(self._text, offset):
                plain = self._plain(match, 1)
                if plain is not None:
                    span = self._span(offset, match.end(1))
                    self._add(entries, first, Entry(match[1][1:-1], span, plain))
                    offset = match.end()
                    continue
            key, end = self._key(offset)
            key_span = self._span(offset, end)
            offset = self._skip(end)
            if self._text[offset : offset + 1] != ":":
                self._fail(offset, "A ':' is missing after the key.", "Write ':' between key and value.")
            value, end = self._value(self._skip(offset + 1), depth)
            self._add(entries, first, Entry(key, key_span, value))
            offset = self._comma(end, "}")
        return Mapping(tuple(entries), self._positions.span(start, offset + 1)), offset + 1

    def _add(self, entries: list[Entry], first: dict[str, Entry], entry: Entry) -> None:
        entries.append(entry)
        earlier = first.setdefault(entry.key, entry)
        if earlier is not entry:
            report_duplicate(self._log, earlier, entry)

    def _plain(self, match: re.Match[str], before: int) -> Scalar | None:
        """The ordinary scalar that a pattern matched at once, after `before` groups; ``None`` if it needs care."""
        group = match.lastindex or 0
        text = match[group]
        self._left -= 1
        if self._left < 0:
            return None
        value: Json
        kind = group - before
        if kind == _STRING_GROUP:
            value = text[1:-1]
        elif kind == _INT_GROUP:
            value = int(text)
        elif kind == _FLOAT_GROUP:
            if "." not in text and "e" not in text and "E" not in text:
                return None
            value = float(text)
            if value in _INFINITE:
                return None
        else:
            value = _CONSTANTS[text]
        return Scalar(value, text, kind == _STRING_GROUP, self._span(match.start(group), match.end(group)))

    def _sequence(self, start: int, depth: int) -> tuple[Sequence, int]:
        items: list[Node] = []
        offset = self._skip(start + 1)
        while not self._closes(offset, "]", start):
            if match := _ITEM.match(self._text, offset):
                plain = self._plain(match, 0)
                if plain is not None:
                    items.append(plain)
                    offset = match.end()
                    continue
            item, end = self._value(offset, depth)
            items.append(item)
            offset = self._comma(end, "]")
        return Sequence(tuple(items), self._positions.span(start, offset + 1)), offset + 1

    def _closes(self, offset: int, bracket: str, start: int) -> bool:
        """True at the closing bracket; stops at the end of the text or at the other closing bracket."""
        character = self._text[offset : offset + 1]
        if character == bracket:
            return True
        if not character:
            opening = self._text[start]
            self._fail(start, f"The '{opening}' is never closed.", f"Add the closing '{bracket}'.")
        if character in "}]":
            line = self._positions.at(start)[0]
            self._fail(
                offset,
                f"'{character}' closes what '{self._text[start]}' on line {line} began.",
                f"Write '{bracket}'.",
            )
        return False

    def _comma(self, end: int, bracket: str) -> int:
        """The offset of the next entry, or of the closing bracket, after a value that ended at `end`."""
        offset = self._skip(end)
        character = self._text[offset : offset + 1]
        if character == ",":
            following = self._skip(offset + 1)
            if self._text[following : following + 1] == bracket:
                self._wrong(offset, "No value follows this comma.", "Remove the comma.", replacement="")
            return following
        if character not in (bracket, "", "}", "]"):
            if character not in "\"'{[-" and not character.isalnum():
                self._fail(offset, f"A ',' or '{bracket}' was expected here, not {character!r}.", "Write a comma.")
            self._wrong(end, "A ',' is missing after this value.", "Write a comma.", end=end, replacement=",")
        return offset

    def _key(self, offset: int) -> tuple[str, int]:
        character = self._text[offset]
        if character == '"':
            return self._string(offset)
        if character == "'":
            node, end = self._single_quoted(offset)
            return str(node.value), end
        if match := _WORD.match(self._text, offset):
            quoted = f'"{match[0]}"'
            self._wrong(offset, "A JSON key stands in quotes.", f"Write {quoted}.", end=match.end(), replacement=quoted)
            return match[0], match.end()
        return self._fail(offset, f"A key was expected here, not {character!r}.", 'Write "key": value.')

    def _string(self, offset: int) -> tuple[str, int]:
        if match := _STRING.match(self._text, offset):
            return match[0][1:-1], match.end()
        match = _LONG_STRING.match(self._text, offset)
        if match is None:
            self._fail(offset, "The quotes that begin here are not closed on this line.", "Add the closing quote.")
        body = match[0][1:-1]
        if found := _CONTROL.search(body):
            place = offset + 1 + found.start()
            name = "tab" if found[0] == "\t" else f"control character U+{ord(found[0]):04X}"
            self._wrong(place, f"A {name} stands in a string.", "Write it as an escape, such as \\t.")
        return self._unescape(body, offset + 1), match.end()

    def _unescape(self, body: str, start: int) -> str:
        def replace(match: re.Match[str]) -> str:
            escape = match[1]
            if len(escape) > 1:
                return chr(int(escape[1:], 16))
            if escape not in _ESCAPES:
                place = start + match.start()
                self._wrong(place, f"The escape \\{escape} does not exist in JSON.", "Write '\\\\' for a backslash.")
            return _ESCAPES.get(escape, escape)

        value = _ESCAPE.sub(replace, body)
        value = _SURROGATES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), value)
        if _LONE_SURROGATE.search(value):
            self._log.add(
                UNREPRESENTABLE_VALUE,
                self._positions.span(start - 1, start + len(body) + 1),
                "The string contains half a surrogate pair, which is no character.",
            )
            value = _LONE_SURROGATE.sub("\ufffd", value)
        return value

    def _bare(self, offset: int) -> tuple[Scalar, int]:
        """A number, a constant, or something that is not JSON."""
        text = self._text
        if text[offset : offset + 1] == "'":
            return self._single_quoted(offset)
        match = _WORD.match(text, offset)
        if match is None:
            self._missing(offset)
        word, end = match[0], match.end()
        span = self._span(offset, end)
        if word in _CONSTANTS:
            return Scalar(_CONSTANTS[word], word, False, span), end  # noqa: FBT003
        if number := _NUMBER.fullmatch(word):
            return Scalar(self._number(number, offset), word, False, span), end  # noqa: FBT003
        if word in _FOREIGN_WORDS:
            right = _FOREIGN_WORDS[word]
            self._wrong(offset, f"{word} is not JSON.", f"Write {right}.", end=end, replacement=right)
            return Scalar(_CONSTANTS[right], word, False, span), end  # noqa: FBT003
        if word[0].isalpha() or word[0] in "_$":
            self._wrong(offset, "A string stands in quotes in JSON.", f'Write "{word}".', end=end)
            return Scalar(word, word, False, span), end  # noqa: FBT003
        self._wrong(
            offset, f"{word} is no number in JSON.", "Write a number such as 0.5, 10 or 1e-5, without '+'.", end=end
        )
        return Scalar(_lenient_number(word), word, False, span), end  # noqa: FBT003

    def _missing(self, offset: int) -> NoReturn:
        character = self._text[offset : offset + 1]
        if character in ("", ",", "}", "]"):
            self._fail(offset, "A value is missing here.", "Write a value, or remove the comma before it.")
        self._fail(offset, f"A value cannot begin with {character!r}.", "Put the value in double quotes.")

    def _single_quoted(self, offset: int) -> tuple[Scalar, int]:
        match = _SINGLE_QUOTED.match(self._text, offset)
        if match is None:
            self._fail(offset, "The quotes that begin here are not closed on this line.", "Add the closing quote.")
        body = match[0][1:-1]
        plain = '"' not in body and "\\" not in body
        self._wrong(
            offset,
            "JSON knows double quotes only.",
            "Use double quotes.",
            end=match.end(),
            replacement=f'"{body}"' if plain else None,
        )
        value = self._unescape(body.replace("\\'", "'"), offset + 1)
        return Scalar(value, match[0], True, self._positions.span(offset, match.end())), match.end()  # noqa: FBT003

    def _number(self, match: re.Match[str], offset: int) -> float:
        whole, fraction, exponent = match.groups()
        if fraction is None and exponent is None and len(whole) <= MAX_DIGITS:
            return int(whole)
        value = float(match[0])
        if value in (float("inf"), float("-inf")):
            self._log.add(
                UNREPRESENTABLE_VALUE,
                self._positions.span(offset, offset + len(match[0])),
                "The number is larger than any that Python can hold.",
            )
        return value


def _lenient_number(word: str) -> Json:
    try:
        return float(word) if any(mark in word for mark in ".eE") else int(word)
    except ValueError:
        return word
