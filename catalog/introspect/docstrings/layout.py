"""Finds the parameter sections of a docstring and cuts them into items, tolerant of how people really indent.

Transformers' docstrings are Google style with liberties: heads over several lines, colons within defaults,
items that are not indented below their header, sub-headings between items, text that falls out of its item.
This module only cuts lines; what the pieces mean is for :mod:`~catalog.introspect.docstrings.fields` and the
parsers of the two markups.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass, field

from catalog.introspect.docstrings.heads import indent_of, read_head
from catalog.records import DocstringIssue

_HEADER = re.compile(
    r"^(?P<indent>\s*)\**(?:Arg|Args|Argument|Arguments|Param|Params|Parameter|Parameters|Kwargs|"
    r"(?:Keyword|Other|Additional|Optional)\s+(?:arg|args|arguments|params|parameters))\**\s*:{1,2}\**\s*$",
    re.IGNORECASE,
)
_OTHER_SECTION = re.compile(
    r"^\s*(?:Examples?|Notes?|Returns?|Raises?|Attributes?|Warnings?|References?|Usage|Tips?)\s*:{1,2}\s*$",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"^`{0,2}(?P<name>[A-Za-z_]\w*)`{0,2}\s*:(?!:)(?:\s+(?P<rest>.*))?$")
_FENCE = re.compile(r"^\s*(?:```|~~~)")


@dataclass(slots=True)
class Item:
    """One documented parameter, uncut.

    Attributes:
        name: Its name.
        head: The text between the parentheses; ``None`` where there are none.
        line: Line of its head within the docstring, starting at 1.
        indent: Columns before its name.
        description: Lines of its description, as they stand.
    """

    name: str
    head: str | None
    line: int
    indent: int
    description: list[str] = field(default_factory=list)

    def dedented(self) -> list[str]:
        """The description's lines without common indentation; relative indentation stays."""
        first, rest = self.description[:1], self.description[1:]
        margin = min((indent_of(line) for line in rest if line.strip()), default=0)
        lines = [line.strip() for line in first] + [line[margin:].rstrip() for line in rest]
        while lines and not lines[-1]:
            lines.pop()
        while lines and not lines[0]:
            lines.pop(0)
        return lines


@dataclass(slots=True)
class Layout:
    """A docstring cut into pieces: its items, and the lines around them.

    Attributes:
        items: The parameters, in order.
        body: The other lines, without common indentation.
        body_lines: Line of each of them within the docstring, starting at 1.
        issues: What does not fit.
    """

    items: list[Item] = field(default_factory=list)
    body: list[str] = field(default_factory=list)
    body_lines: list[int] = field(default_factory=list)
    issues: list[DocstringIssue] = field(default_factory=list)


def cut(text: str) -> Layout:
    """Cut a docstring into parameters and body.

    Args:
        text: The docstring, indented or not.

    Returns:
        Its pieces. Without a parameter section, a list of typed items at the left margin counts as one, because
        transformers 5 writes its sources so.
    """
    lines, offset = _clean(text)
    has_header = any(_is_header(lines, index) for index in range(len(lines)))
    layout = Layout()
    fenced = False
    index = 0
    while index < len(lines):
        line = lines[index]
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced:
            if _is_header(lines, index):
                index = _Reader(lines, offset, layout).section(index)
                continue
            if not has_header and read_head(lines, index) is not None:
                index = _Reader(lines, offset, layout).items(index, floor=-1, listed=False)
                continue
        layout.body.append(line)
        layout.body_lines.append(offset + index)
        index += 1
    return layout


class _Reader:
    """Reads the items of one section from a line on."""

    def __init__(self, lines: list[str], offset: int, layout: Layout) -> None:
        self._lines = lines
        self._offset = offset
        self._layout = layout

    def section(self, header: int) -> int:
        """Read the section below a header; return the line after it."""
        start = _next_text(self._lines, header + 1)
        floor = indent_of(self._lines[header])
        listed = indent_of(self._lines[start]) > floor
        return self.items(start, floor=floor if listed else floor - 1, listed=listed)

    def items(self, index: int, *, floor: int, listed: bool) -> int:
        """Read items until a line at or left of `floor`; return the line where the list ends.

        Args:
            index: First line of the list.
            floor: Indentation that ends the list.
            listed: True within a section whose items are indented; false where only typed heads are items.
        """
        lines, layout = self._lines, self._layout
        indent = indent_of(lines[index])
        current: Item | None = None
        fenced = False
        while index < len(lines):
            line = lines[index]
            at = indent_of(line)
            if not line.strip() or fenced:
                fenced ^= bool(_FENCE.match(line))
                self._keep(current, line, index)
                index += 1
                continue
            if at <= floor or (at <= indent and _OTHER_SECTION.match(line)):
                break
            head = self._head(index, indent=indent, listed=listed)
            if head is not None:
                current, index = head
                layout.items.append(current)
                continue
            if at <= indent and not listed:
                break
            fenced = bool(_FENCE.match(line))
            if at <= indent:
                current = self._stray(current, index)
            else:
                self._keep(current, line, index)
            index += 1
        return index

    def _keep(self, current: Item | None, line: str, index: int) -> None:
        if current is not None:
            current.description.append(line)
        else:
            self._layout.body.append(line)
            self._layout.body_lines.append(self._offset + index)

    def _stray(self, current: Item | None, index: int) -> Item | None:
        """Place a line that is indented like an item but is none: a continuation, or a sub-heading."""
        line = self._lines[index]
        follows = index > 0 and bool(self._lines[index - 1].strip())
        if current is not None and follows and not line.lstrip().startswith(">"):
            self._issue(f"Line of the description of {current.name!r} is not indented below it.", index)
            current.description.append(" " * (current.indent + 4) + line.strip())
            return current
        if not line.lstrip().startswith(">"):
            self._issue(f"Text within the parameter section belongs to no parameter: {line.strip()[:80]!r}.", index)
            self._keep(None, line.strip(), index)
        return None

    def _head(self, index: int, *, indent: int, listed: bool) -> tuple[Item, int] | None:
        """Read a head at a line; return the item and the line after its head, or ``None`` where there is none."""
        line = self._lines[index]
        at = indent_of(line)
        if at > indent + 2:
            return None
        typed = read_head(self._lines, index)
        if typed is None and listed and at == indent and (plain := _PLAIN.match(line.strip())):
            item = Item(plain["name"], None, self._offset + index, at, [plain["rest"] or ""])
            return item, index + 1
        if typed is None:
            return None
        if at != indent:
            self._issue(f"Parameter {typed.name!r} is indented by {at} columns, its neighbours by {indent}.", index)
        if not typed.colon:
            self._issue(f"No colon after the type of parameter {typed.name!r}.", index)
        return Item(typed.name, typed.text, self._offset + index, at, [typed.rest]), typed.after

    def _issue(self, message: str, index: int) -> None:
        self._layout.issues.append(DocstringIssue(message=message, line=self._offset + index))


def _clean(text: str) -> tuple[list[str], int]:
    """Lines without common indentation and blank ends, and the number of the first one within the docstring.

    Text that starts right after the quotes says nothing of its indentation. A header there is taken to be indented
    less than what follows it.
    """
    lines = text.expandtabs().splitlines()
    first = next((number for number, line in enumerate(lines) if line.strip()), 0)
    if first == 0 and lines and _HEADER.match(lines[0]):
        margin = min((indent_of(line) for line in lines[1:] if line.strip()), default=0)
        lines = ["", " " * (margin - 4) + lines[0].lstrip(), *lines[1:]]
    return inspect.cleandoc("\n".join(lines)).splitlines(), first + 1


def _is_header(lines: list[str], index: int) -> bool:
    """True for a section header that items follow."""
    match = _HEADER.match(lines[index])
    if match is None:
        return False
    start = _next_text(lines, index + 1)
    if start >= len(lines):
        return False
    return indent_of(lines[start]) > len(match["indent"]) or read_head(lines, start) is not None


def _next_text(lines: list[str], index: int) -> int:
    while index < len(lines) and not lines[index].strip():
        index += 1
    return index
