"""Reads the parameters that a constructor takes from its ``**kwargs``, as the common base class did before 5.4."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from catalog.introspect.source_text import ClassText, ModuleText, nodes_of


def popped_defaults(module: ModuleText, text: ClassText) -> dict[str, str]:
    """Find what a constructor takes from its keyword arguments by name and sets on itself under that name.

    Args:
        module: Module of the class.
        text: The class.

    Returns:
        Public names with the source of their default, in the order of the code: ``self.x = kwargs.pop("x", 1)``, and
        the items of a mapping that a method of the class returns, where a loop takes each of them.
    """
    constructor = text.methods.get("__init__")
    if constructor is None or constructor.args.kwarg is None:
        return {}
    kwargs = constructor.args.kwarg.arg
    found: list[tuple[int, str, ast.expr]] = []
    for node in nodes_of(constructor):
        match node:
            case ast.Assign(targets=[ast.Attribute(value=ast.Name(id="self"), attr=attr)], value=value):
                found += [(node.lineno, name, default) for name, default in _taken(value, kwargs) if name == attr]
            case ast.For(iter=ast.Call(func=ast.Attribute(value=ast.Call(func=called), attr="items"))):
                found += [(node.lineno, name, default) for name, default in _returned(text, called)]
    found.sort(key=lambda item: item[0])
    return {name: module.expression(default) for _, name, default in found if not name.startswith("_")}


def _taken(value: ast.expr, kwargs: str) -> Iterator[tuple[str, ast.expr]]:
    """``kwargs.pop("x", 1)`` or ``kwargs.get("x", 1)`` anywhere in an expression."""
    for node in nodes_of(value):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=name), attr="pop" | "get"),
                args=[ast.Constant(value=str() as key), default],
            ) if name == kwargs:
                yield key, default


def _returned(text: ClassText, called: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Items of the dictionary that a method of the class returns."""
    method = text.methods.get(called.attr) if isinstance(called, ast.Attribute) else None
    for node in nodes_of(method) if method is not None else ():
        if isinstance(node, ast.Return) and isinstance(node.value, ast.Dict):
            for key, value in zip(node.value.keys, node.value.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value, value
