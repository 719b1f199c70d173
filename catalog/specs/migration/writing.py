"""Makes operations in the text of a spec: only the stretches that change are touched, so comments and layout stay."""

from __future__ import annotations

import json
import re
from typing import Final

from catalog.records import Json
from catalog.specs.edits import rename_key, replace_value
from catalog.specs.migration.operations import Insert, Operation, Path, Put, Remove, Rename
from catalog.specs.nodes import Entry, Mapping, Node, Scalar, Sequence
from catalog.specs.positions import Positions
from catalog.specs.starter.yaml_text import flow, scalar

_STEP: Final = "  "
_REST: Final = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?=\r|\n|$)")
_LINE_END: Final = re.compile(r"\r\n|\r|\n|$")


def write_operation(text: str, root: Mapping, operation: Operation, *, is_json: bool) -> str | None:
    """Make an operation in a text.

    Args:
        text: The file's text.
        root: The spec, as it was read from that text.
        operation: What to do.
        is_json: True for JSON, which has no comments and no plain strings.

    Returns:
        The new text; ``None`` where the place is written in a way that this cannot change. Whoever calls it reads the
        new text again and compares, since a value may stand behind an alias.
    """
    return _Writer(text, is_json=is_json).make(root, operation)


class _Writer:
    def __init__(self, text: str, *, is_json: bool) -> None:
        self._text = text
        self._positions = Positions(text)
        self._is_json = is_json
        self._newline = "\r\n" if "\r\n" in text else "\n"

    def make(self, root: Mapping, operation: Operation) -> str | None:
        if isinstance(operation, Insert):
            return self._insert(root, operation)
        block = _block(root, operation.block)
        entry = None if block is None else block.get(operation.key)
        if block is None or entry is None:
            return None
        match operation:
            case Rename(new=new, value=value, replaced=replaced):
                edit = rename_key(entry, new)
                start, end = self._positions.range(edit.span)
                if replaced:
                    value_start, value_end = self._positions.range(entry.value.span)
                    return self._cut(start, end, edit.text, value_start, value_end, self._value(value))
                return self._replace(start, end, edit.text)
            case Put(value=value) if isinstance(entry.value, Scalar):
                edit = replace_value(entry.value, value)
                return self._replace(*self._positions.range(edit.span), edit.text)
            case Remove():
                return self._remove(block, entry)
        return None

    def _replace(self, start: int, end: int, text: str) -> str:
        return self._text[:start] + text + self._text[end:]

    def _cut(self, start: int, end: int, text: str, second: int, last: int, other: str) -> str:
        return self._text[:start] + text + self._text[end:second] + other + self._text[last:]

    def _value(self, value: Json) -> str:
        return json.dumps(value, ensure_ascii=False) if self._is_json else flow(value)

    def _key(self, key: str) -> str:
        return json.dumps(key, ensure_ascii=False) if self._is_json else scalar(key)

    # Removing

    def _remove(self, block: Mapping, entry: Entry) -> str:
        start, end = self._start(entry), self._end(entry)
        place = block.entries.index(entry)
        if self._is_flow(block):
            if place + 1 < len(block.entries):
                return self._replace(start, self._start(block.entries[place + 1]), "")
            if place > 0:
                return self._replace(self._end(block.entries[place - 1]), end, "")
            return self._replace(start, end, "")
        line, rest = self._line_start(start), _REST.match(self._text, end)
        if len(block.entries) == 1:  # its comment goes with it, as that of any other entry does
            return self._replace(start, rest.end() if rest else end, "{}")
        if rest is not None and not self._text[line:start].strip():
            stop = _LINE_END.search(self._text, rest.end())
            return self._replace(line, stop.end() if stop else len(self._text), "")
        following = self._start(block.entries[place + 1]) if place + 1 < len(block.entries) else end
        return self._replace(start, following, "")

    # Inserting

    def _insert(self, root: Mapping, operation: Insert) -> str | None:
        block, path = root, list(operation.block)
        while path and isinstance(inner := _value_of(block, path[0]), Mapping):
            block = inner
            path.pop(0)
        key, value = operation.key, operation.value
        names = [*path, key]
        if path and path[0] in block:
            return self._fill(block, names, value)
        if self._is_flow(block):
            return self._insert_in_flow(block, names, value)
        return self._insert_lines(block, names, value, operation.comment)

    def _fill(self, block: Mapping, names: list[str], value: Json) -> str | None:
        """Give a block to a key that has none (``params:`` with nothing behind it)."""
        entry = block.get(names[0])
        if entry is None or not isinstance(entry.value, Scalar) or entry.value.value is not None:
            return None
        text = self._value(_nested(names[1:], value))
        if entry.value.text.strip():
            return self._replace(*self._positions.range(entry.value.span), text)
        colon = self._text.find(":", self._positions.range(entry.key_span)[1])
        return None if colon < 0 else self._replace(colon + 1, colon + 1, f" {text}")

    def _insert_in_flow(self, block: Mapping, names: list[str], value: Json) -> str:
        pair = f"{self._key(names[0])}: {self._value(_nested(names[1:], value))}"
        if not block.entries:
            start = self._positions.range(block.span)[0]
            return self._replace(start + 1, start + 1, pair)
        first, last = block.entries[0], block.entries[-1]
        start = self._start(first)
        line = self._line_start(start)
        indent = self._text[line:start]
        glue = f",{self._newline}{indent}" if not indent.strip() and line > 0 else ", "
        end = self._end(last)
        return self._replace(end, end, f"{glue}{pair}")

    def _insert_lines(self, block: Mapping, names: list[str], value: Json, comment: str) -> str | None:
        """Add lines behind the last entry of a block, at its indentation."""
        if not block.entries:
            return None
        indent = " " * (block.entries[0].key_span.column - 1)
        lines = [f"{indent}{_STEP * depth}{self._key(name)}:" for depth, name in enumerate(names)]
        lines[-1] += f" {self._value(value)}" + (f"  # {comment}" if comment else "")
        end = max(self._end(entry) for entry in block.entries)
        rest = _REST.match(self._text, end)
        if rest is None:
            return None
        return self._replace(rest.end(), rest.end(), self._newline + self._newline.join(lines))

    # Places

    def _is_flow(self, block: Mapping) -> bool:
        return self._text[self._positions.range(block.span)[0] :][:1] == "{"

    def _start(self, entry: Entry) -> int:
        return self._positions.range(entry.key_span)[0]

    def _end(self, entry: Entry) -> int:
        """Offset behind an entry's value, without the white space that a block's span may take in."""
        key_end = self._positions.range(entry.key_span)[1]
        end = max(key_end, self._node_end(entry.value))
        if end == key_end or (isinstance(entry.value, Scalar) and not entry.value.text.strip()):
            colon = self._text.find(":", key_end)
            end = colon + 1 if colon >= 0 else end
        return end

    def _node_end(self, node: Node) -> int:
        start, end = self._positions.range(node.span)
        if isinstance(node, Mapping) and node.entries and not self._is_flow(node):
            return max(self._end(entry) for entry in node.entries)
        if isinstance(node, Sequence) and node.items and self._text[start : start + 1] != "[":
            return max(map(self._node_end, node.items))
        return start + len(self._text[start:end].rstrip())

    def _line_start(self, offset: int) -> int:
        return max(self._text.rfind("\n", 0, offset), self._text.rfind("\r", 0, offset)) + 1


def _nested(names: list[str], value: Json) -> Json:
    for name in reversed(names):
        value = {name: value}
    return value


def _value_of(block: Mapping, key: str) -> Node | None:
    entry = block.get(key)
    return None if entry is None else entry.value


def _block(root: Mapping, path: Path) -> Mapping | None:
    node: Node | None = root
    for key in path:
        if not isinstance(node, Mapping):
            return None
        node = _value_of(node, key)
    return node if isinstance(node, Mapping) else None
