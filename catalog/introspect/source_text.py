"""Source text of modules and classes: annotations, defaults and methods as their authors wrote them."""

from __future__ import annotations

import ast
import functools
import textwrap
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field that a class declares.

    Attributes:
        annotation: The annotation's expression.
        default: The default's expression; ``None`` where it has none.
    """

    annotation: ast.expr | None
    default: ast.expr | None


@dataclass(frozen=True, slots=True)
class ClassText:
    """A class definition, taken apart.

    Attributes:
        node: The definition.
        fields: Annotated names of its body, in order.
        assignments: Plain assignments of its body.
        methods: Functions of its body; of two with one name (a property and its setter) the last one counts.
    """

    node: ast.ClassDef
    fields: dict[str, FieldText] = field(default_factory=dict)
    assignments: dict[str, ast.expr] = field(default_factory=dict)
    methods: dict[str, ast.FunctionDef] = field(default_factory=dict)


class ModuleText:
    """A module's source, parsed once.

    Args:
        text: The source.
        name: Name for error messages.

    Raises:
        SyntaxError: If it is no Python.
    """

    def __init__(self, text: str, *, name: str = "<source>") -> None:
        self.name = name
        self._lines = text.encode().splitlines(keepends=True)
        self.tree = ast.parse(text, filename=name)

    @cached_property
    def classes(self) -> dict[str, ClassText]:
        """Classes of the module's top level, those within ``if`` and ``try`` included."""
        return {node.name: _read_class(node) for node in _top_level(self.tree.body) if isinstance(node, ast.ClassDef)}

    @cached_property
    def assignments(self) -> dict[str, ast.expr]:
        """Names that the module's top level assigns, with their expressions."""
        found: dict[str, ast.expr] = {}
        for node in _top_level(self.tree.body):
            if isinstance(node, ast.Assign):
                found.update({target.id: node.value for target in node.targets if isinstance(target, ast.Name)})
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
                found[node.target.id] = node.value
        return found

    def segment(self, node: ast.expr | ast.stmt) -> str:
        """Source text of a node, its own indentation removed.

        Offsets of ``ast`` count UTF-8 bytes, hence lines are kept as bytes; ``ast.get_source_segment`` would split the
        whole file for each node.
        """
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        if first == last:
            return self._lines[first][node.col_offset : node.end_col_offset].decode()
        start = " " * node.col_offset + self._lines[first][node.col_offset :].decode()
        end = self._lines[last][: node.end_col_offset].decode()
        middle = (line.decode() for line in self._lines[first + 1 : last])
        return textwrap.dedent("".join([start, *middle, end]))

    def expression(self, node: ast.expr) -> str:
        """Source text of an expression on one line; one that spans lines is written anew."""
        return self.segment(node) if node.lineno == node.end_lineno else ast.unparse(node)

    def method(self, node: ast.FunctionDef) -> str:
        """Source text of a function with its decorators, at the left margin."""
        text = self.segment(node)
        return "".join(f"@{self.expression(item)}\n" for item in node.decorator_list) + text


@functools.lru_cache(maxsize=16)
def nodes_of(node: ast.AST) -> tuple[ast.AST, ...]:
    """A node and all nodes within it, in no particular order.

    What :func:`ast.walk` gives in half the time, kept for the nodes asked for last, since one function is searched for
    one thing after the other.
    """
    found = [node]
    for item in found:
        for name in item._fields:
            value = getattr(item, name, None)
            if isinstance(value, list):
                found.extend([inner for inner in value if isinstance(inner, ast.AST)])
            elif isinstance(value, ast.AST) and not isinstance(value, ast.expr_context):
                found.append(value)
    return tuple(found)


def _top_level(body: list[ast.stmt]) -> list[ast.stmt]:
    found: list[ast.stmt] = []
    for node in body:
        found.append(node)
        if isinstance(node, ast.If | ast.Try):
            blocks = [node.body, node.orelse]
            if isinstance(node, ast.Try):
                blocks += [node.finalbody, *(handler.body for handler in node.handlers)]
            for block in blocks:
                found.extend(_top_level(block))
    return found


def _read_class(node: ast.ClassDef) -> ClassText:
    text = ClassText(node)
    for item in node.body:
        if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
            text.fields[item.target.id] = FieldText(item.annotation, item.value)
        elif isinstance(item, ast.Assign):
            text.assignments.update({target.id: item.value for target in item.targets if isinstance(target, ast.Name)})
        elif isinstance(item, ast.FunctionDef):
            text.methods[item.name] = item
    return text
