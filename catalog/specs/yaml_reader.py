"""Reads YAML into nodes that know where they stand.

libyaml's events are turned into nodes one by one, so that depth and number of nodes are bounded while the file is
read and nothing is ever constructed from a tag. Plain scalars mean what YAML 1.2 says; merge keys (``<<``), which
YAML 1.2 dropped and everyone uses, work.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple

from yaml import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    SafeLoader,
    ScalarEvent,
    SequenceEndEvent,
    YAMLError,
    parse,
)

from catalog.records import Json
from catalog.specs.duplicates import report_duplicate
from catalog.specs.faults import (
    DEFAULT_LIMITS,
    RECURSIVE_ALIAS,
    SYNTAX_ERROR,
    TOO_LARGE,
    UNREPRESENTABLE_VALUE,
    Limits,
    Log,
)
from catalog.specs.nodes import Entry, Mapping, Node, Scalar, Sequence, Span
from catalog.specs.positions import Positions
from catalog.specs.yaml_keys import entry_of, merged_entries
from catalog.specs.yaml_scalars import Ambiguity, read_plain
from catalog.specs.yaml_tags import MAPPING_TAGS, SEQUENCE_TAGS, refuse_tag, scalar_kind, tagged_value

try:
    from yaml._yaml import CParser as _CParser

    _parser: Any = _CParser
except ImportError:  # PyYAML was built without libyaml: the same events, slower
    _parser = None

_PROPERTIES: Final = re.compile(r"(?:[&!]\S*\s+)+|[&!]\S*$")
_OTHER_LINE_ENDS: Final = re.compile("[\x85\u2028\u2029]")
_NEXT_DOCUMENT: Final = re.compile(r"^---(?=[ \t\r\n]|\Z)", re.MULTILINE)
_MAX_RESTARTS: Final = 20


class AmbiguousScalar(NamedTuple):
    """A plain scalar that readers of YAML 1.1 take for something else."""

    text: str
    span: Span
    value: Json
    ambiguity: Ambiguity
    is_key: bool


@dataclass(slots=True)
class YamlDocument:
    """One document of a file.

    Attributes:
        root: Its value; ``None`` where it is broken.
        ambiguous: Its scalars that YAML 1.1 reads differently.
    """

    root: Node | None
    ambiguous: list[AmbiguousScalar] = field(default_factory=list)


def read_yaml(text: str, log: Log, limits: Limits = DEFAULT_LIMITS) -> list[YamlDocument]:
    """Read all documents of a text.

    A document that is broken does not hide the next one: reading goes on at the next ``---``.

    Args:
        text: The text, without a byte order mark.
        log: Takes what is wrong.
        limits: How much is read at most.

    Returns:
        The documents in order, empty ones included.
    """
    documents: list[YamlDocument] = []
    positions = cache(lambda: Positions(text))
    exact = _OTHER_LINE_ENDS.search(text) is not None
    start = 0
    for _ in range(_MAX_RESTARTS):
        reader = _Reader(text, start, log, limits, positions=positions, exact=exact or start > 0)
        try:
            reader.read(documents)
        except YAMLError as error:
            from catalog.specs.yaml_problems import explain  # noqa: PLC0415 (good files do not need it)

            problem = explain(error, text, positions(), start)
            log.add(problem.fault, problem.span, problem.message, suggestion=problem.suggestion)
            documents.append(YamlDocument(None))
            offset = max(positions().range(problem.span)[0], start + 1)
        except _TooLargeError as error:
            log.add(TOO_LARGE, error.span, error.message, suggestion=error.remedy)
            documents.append(YamlDocument(None))
            return documents
        else:
            return documents
        following = _NEXT_DOCUMENT.search(text, offset)
        if following is None:
            return documents
        start = following.start()
    return documents


class _TooLargeError(Exception):
    """Reading stopped at a limit."""

    def __init__(self, span: Span, message: str, remedy: str) -> None:
        self.span = span
        self.message = message
        self.remedy = remedy
        super().__init__(message)


def _events(text: str) -> Callable[[], Any]:
    """A function that gives the next event at each call, and ``None`` at the end."""
    if _parser is not None:
        following: Callable[[], Any] = _parser(text).get_event
        return following
    events = parse(text, Loader=SafeLoader)
    return lambda: next(events, None)


class _Reader:
    """Turns the events of one stream into nodes.

    Args:
        text: The whole text.
        start: Where to begin.
        log: Takes what is wrong.
        limits: How much is read at most.
        positions: Gives the lines of the text.
        exact: True where the parser's own lines and columns are not those of the text.
    """

    def __init__(
        self, text: str, start: int, log: Log, limits: Limits, *, positions: Callable[[], Positions], exact: bool
    ) -> None:
        self._text = text
        self._start = start
        self._log = log
        self._limits = limits
        self._left = limits.nodes
        self._anchors: dict[str, tuple[Node, int] | None] = {}
        self._ambiguous: list[AmbiguousScalar] = []
        self._all_positions = positions
        self._positions = positions() if exact else None
        self._next = _events(text[start:] if start else text)

    def read(self, documents: list[YamlDocument]) -> None:
        """Append the stream's documents, as far as they can be read."""
        following = self._next
        following()  # the stream's start
        while type(following()) is DocumentStartEvent:
            self._anchors = {}
            self._ambiguous = []
            root = self._node(following(), 0)
            following()  # the document's end: what follows may show that it is broken
            documents.append(YamlDocument(root, self._ambiguous))

    def _span(self, start: Any, end: Any) -> Span:
        if self._positions is None:
            return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
        return self._positions.span(start.index + self._start, end.index + self._start)

    def _node(self, event: Any, depth: int) -> Node:
        kind = type(event)
        if kind is ScalarEvent:
            return self._scalar(event)
        if kind is AliasEvent:
            return self._alias(event)
        if depth >= self._limits.depth:
            span = self._span(event.start_mark, event.end_mark)
            raise _TooLargeError(
                span, f"Blocks are nested more than {self._limits.depth} deep.", "No configuration is nested that deep."
            )
        before = self._left
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._spend(1, event)
        node: Node
        if kind is MappingStartEvent:
            if event.tag not in MAPPING_TAGS:
                self._refuse_tag(event)
            node = self._mapping(event, depth + 1)
        else:
            if event.tag not in SEQUENCE_TAGS:
                self._refuse_tag(event)
            node = self._sequence(event, depth + 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, before - self._left)
        return node

    def _spend(self, count: int, event: Any) -> None:
        """Count nodes; an alias counts as much as what it stands for, so that a small file cannot grow without end."""
        self._left -= count
        if self._left < 0:
            raise _TooLargeError(
                self._span(event.start_mark, event.end_mark),
                f"The file holds more than {self._limits.nodes:,} keys and values, aliases counted as often as used.",
                "Split it into several files, or use fewer aliases.",
            )

    def _sequence(self, event: Any, depth: int) -> Sequence:
        items: list[Node] = []
        following = self._next
        while True:
            item = following()
            if type(item) is SequenceEndEvent:
                break
            items.append(self._node(item, depth))
        last = items[-1].span if items else None
        return Sequence(tuple(items), self._collection_span(event, item, last))

    def _mapping(self, event: Any, depth: int) -> Mapping:
        entries: list[Entry] = []
        merges: list[Entry] = []
        first: dict[str, Entry] = {}
        following = self._next
        while True:
            key_event = following()
            if type(key_event) is MappingEndEvent:
                break
            key_node = self._node(key_event, depth)
            if self._ambiguous and self._ambiguous[-1].span is key_node.span:
                if isinstance(key_node, Scalar) and key_node.text == "<<":
                    self._ambiguous.pop()
                else:
                    self._ambiguous[-1] = self._ambiguous[-1]._replace(is_key=True)
            value = self._node(following(), depth)
            entry = entry_of(key_node, value, self._log)
            if entry is None:
                continue
            if entry.key == "<<" and type(key_event) is ScalarEvent and key_event.implicit[0]:
                merges.append(entry)
                continue
            earlier = first.setdefault(entry.key, entry)
            if earlier is not entry:
                report_duplicate(self._log, earlier, entry)
            entries.append(entry)
        last = entries[-1].value.span if entries else None
        if merges:
            if last is None or merges[-1].value.span.line >= last.line:
                last = merges[-1].key_span
            merged = merged_entries(merges, first, self._log, spend=lambda count: self._spend(count, event))
            entries[:0] = merged
        return Mapping(tuple(entries), self._collection_span(event, key_event, last))

    def _collection_span(self, start: Any, end: Any, last: Span | None) -> Span:
        """A block collection ends with its last child; a flow collection with its bracket."""
        span = self._span(start.start_mark, end.end_mark)
        if start.flow_style or last is None:
            return span
        after = max((last.end_line, last.end_column), (span.line, span.column))
        return Span(span.line, span.column, *min(after, (span.end_line, span.end_column)))

    def _alias(self, event: Any) -> Node:
        span = self._span(event.start_mark, event.end_mark)
        name = event.anchor
        if name not in self._anchors:
            self._log.add(
                SYNTAX_ERROR,
                span,
                f"The alias *{name} names no anchor above it.",
                suggestion=f"Write &{name} before the value it should repeat, or quote the text.",
            )
            return Scalar(None, f"*{name}", False, span)  # noqa: FBT003
        known = self._anchors[name]
        if known is None:
            self._log.add(
                RECURSIVE_ALIAS,
                span,
                f"The alias *{name} stands within the block it names, which would never end.",
                suggestion="Write the value out.",
            )
            return Scalar(None, f"*{name}", False, span)  # noqa: FBT003
        node, size = known
        self._spend(size, event)
        return node

    def _scalar(self, event: Any) -> Scalar:
        self._left -= 1
        if self._left < 0:
            self._spend(0, event)
        start, end = event.start_mark, event.end_mark
        value = event.value
        style = event.style
        if event.anchor is not None or event.tag is not None or style in ("|", ">"):
            return self._unusual_scalar(event)
        span = self._span(start, end)
        if style:
            shift = self._start
            return Scalar(value, self._text[start.index + shift : end.index + shift], True, span)  # noqa: FBT003
        return self._plain(value, span)

    def _plain(self, text: str, span: Span) -> Scalar:
        try:
            value, ambiguity = read_plain(text)
        except OverflowError:
            self._log.add(
                UNREPRESENTABLE_VALUE, span, "The number is larger than any that Python can hold.", suggestion=None
            )
            return Scalar(float("-inf" if text.startswith("-") else "inf"), text, False, span)  # noqa: FBT003
        if ambiguity is not None:
            self._ambiguous.append(AmbiguousScalar(text, span, value, ambiguity, is_key=False))
        return Scalar(value, text, False, span)  # noqa: FBT003

    def _unusual_scalar(self, event: Any) -> Scalar:
        """A scalar with an anchor or a tag, or over several lines."""
        first = event.start_mark.index + self._start
        source = self._text[first : event.end_mark.index + self._start]
        skip = 0
        if (event.anchor is not None or event.tag is not None) and (match := _PROPERTIES.match(source)):
            skip = match.end()
        content = source[skip:]
        if event.style in ("|", ">"):
            content = content.rstrip()
        positions = self._positions
        if positions is None and (skip or event.style in ("|", ">")):
            positions = self._all_positions()
        span = (
            self._span(event.start_mark, event.end_mark)
            if positions is None
            else positions.span(first + skip, first + skip + len(content))
        )
        if event.tag is None or event.tag == "!":
            node = (
                self._plain(event.value, span)
                if not event.style and event.tag is None
                else Scalar(event.value, content, True, span)  # noqa: FBT003
            )
        else:
            node = self._tagged(event, content, span)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1)
        return node

    def _tagged(self, event: Any, content: str, span: Span) -> Scalar:
        """A scalar whose tag says what it is: ``!!str 5`` is a string, ``!!float 1`` is 1.0."""
        kind = scalar_kind(event.tag)
        if kind is None:
            self._refuse_tag(event)
            return Scalar(event.value, content, True, span) if event.style else self._plain(event.value, span)  # noqa: FBT003
        value = tagged_value(kind, event.value, span, self._log)
        return Scalar(value, content, kind == "str" or bool(event.style), span)

    def _refuse_tag(self, event: Any) -> None:
        refuse_tag(event.tag, self._span(event.start_mark, event.end_mark), self._log)
