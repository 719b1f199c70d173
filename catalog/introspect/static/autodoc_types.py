"""Writes annotations as ``auto_docstring`` of transformers 5 does, which formats the annotation objects."""

from __future__ import annotations

import ast
import functools
import re
from collections.abc import Callable
from typing import TypeAlias

from catalog.introspect.static.folding import NotConstantError, parse_expression

Expand: TypeAlias = Callable[[str], str | None]
"""Source of the annotation that a name is an alias of; ``None`` for a class."""

_TYPING = frozenset({"Literal", "Optional", "Union", "List", "Dict", "Tuple", "Set", "FrozenSet", "Type", "Sequence"})
_ORIGINS = {"List": "list", "Dict": "dict", "Tuple": "tuple", "Set": "set", "FrozenSet": "frozenset", "Type": "type"}
_NO_ALIASES = frozenset({"int", "float", "str", "bool", "None", "list", "dict", "tuple", "set", "Any"}) | _TYPING
_NAME = re.compile(r"\b[A-Za-z_]\w*\b")
_OPTIONAL = re.compile(r"Optional\[(.*?)\]")
_FORWARD = re.compile(r"ForwardRef\('([\w.]+)'\)")


def annotation_words(source: str, expand: Expand, *, as_text: bool) -> tuple[str, bool]:
    """Format an annotation.

    Args:
        source: Its source.
        expand: Tells type aliases.
        as_text: True where the class keeps annotations as text (``from __future__ import annotations``).

    Returns:
        The type's words, and whether it allows ``None``.
    """
    if as_text:
        return _text_words(source)
    aliases = tuple((name, alias) for name in _names(source) if (alias := expand(name)) is not None)
    return _formatted(source, aliases)


@functools.lru_cache(maxsize=4096)
def _names(source: str) -> tuple[str, ...]:
    """Names in an annotation that are no built-in type's."""
    return tuple(name for name in dict.fromkeys(_NAME.findall(source)) if name not in _NO_ALIASES)


@functools.lru_cache(maxsize=4096)
def _formatted(source: str, aliases: tuple[tuple[str, str], ...]) -> tuple[str, bool]:
    """Format an annotation; cached, since 15,000 parameters share some hundred of them."""
    try:
        node = parse_expression(source)
    except NotConstantError:
        return source, False
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return _text_words(node.value)
    return _object_words(node, dict(aliases).get)


def _text_words(text: str) -> tuple[str, bool]:
    """Format an annotation that is text at run time."""
    optional = False
    if " | " in text:
        parts = [part.strip() for part in text.split(" | ")]
        optional = "None" in parts
        text = " | ".join(part for part in parts if part != "None")
        text = text.replace("typing.", "").replace("transformers.", "~").replace("builtins.", "")
    else:
        text = text.replace("typing.", "").replace("transformers.", "~")
    text = _FORWARD.sub(r"\1", text)
    if "Optional" in text:
        return _OPTIONAL.sub(r"\1", text), True
    return text, optional


def _object_words(node: ast.expr, expand: Expand) -> tuple[str, bool]:
    node = _expanded(node, expand)
    if _is_none(node):
        return "None", True
    members = _members(node, expand)
    if len(members) == 1 and not _is_union(node):
        return _words(node, expand), False
    words = [_words(member, expand) for member in members if not _is_none(member)]
    optional = len(words) < len(members)
    if not words:
        return "", optional
    return (words[0] if len(words) == 1 else f"Union[{', '.join(words)}]"), optional


def _expanded(node: ast.expr, expand: Expand) -> ast.expr:
    if isinstance(node, ast.Name) and (source := expand(node.id)) is not None:
        try:
            return parse_expression(source)
        except NotConstantError:
            return node
    return node


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _is_union(node: ast.expr) -> bool:
    if isinstance(node, ast.Subscript):
        return _last_name(node.value) in ("Optional", "Union")
    return isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr)


def _members(node: ast.expr, expand: Expand) -> list[ast.expr]:
    """Members of a union without repeats; the node itself where it is none."""
    node = _expanded(node, expand)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        found = [*_members(node.left, expand), *_members(node.right, expand)]
    elif isinstance(node, ast.Subscript) and _is_union(node):
        items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
        found = [member for item in items for member in _members(item, expand)]
        if _last_name(node.value) == "Optional":
            found.append(ast.Constant(None))
    else:
        return [node]
    return list({ast.dump(member): member for member in found}.values())


def _words(node: ast.expr, expand: Expand) -> str:
    node = _expanded(node, expand)
    match node:
        case ast.Constant(value=None):
            return "NoneType"
        case ast.Constant(value=value):
            return "..." if value is ... else str(value)
        case ast.Subscript(value=value) if not _is_union(node):
            items = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
            name = _last_name(value)
            return f"{_ORIGINS.get(name, name)}[{', '.join(_words(item, expand) for item in items)}]"
        case ast.BinOp() | ast.Subscript():
            members = _members(node, expand)
            words = [_words(member, expand) for member in members]
            if len(words) == 1:
                return words[0]
            typing = isinstance(node, ast.Subscript) or any(_is_typing(member) for member in members)
            return f"Union[{', '.join(words)}]" if typing else " | ".join(words)
    return _last_name(node)


def _is_typing(node: ast.expr) -> bool:
    """True for a form of ``typing``, with which ``|`` makes a ``typing.Union``."""
    return isinstance(node, ast.Subscript) and _last_name(node.value) in _TYPING


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ast.unparse(node)
