"""Evaluates the expressions that auto mappings are made of, without executing anything."""

from __future__ import annotations

import ast
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

_MAX_ITEMS = 100_000
"""Most items of one sequence: a few lines of source can ask for billions."""


_MAX_NODES = 1_000
"""Most parts of one entry that are looked at."""


class Symbol(str):
    """A name that nothing in the auto modules defines: a class, known by name only."""

    __slots__ = ()


def evaluate(node: ast.expr, values: Mapping[str, Any]) -> Any:
    """Value of an expression made of literals, names and dictionary constructors; ``None`` for any other part.

    Of a conditional expression both branches count: what a class needs installed is no matter here.
    """
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return values.get(name, Symbol(name))
        case ast.Tuple(elts=items) | ast.List(elts=items) | ast.Set(elts=items):
            found = tuple(itertools.islice(_evaluate_items(items, values), _MAX_ITEMS + 1))
            if len(found) > _MAX_ITEMS:
                raise ValueError(f"a sequence has more than {_MAX_ITEMS} items")
            return found
        case ast.Dict(keys=keys, values=items):
            return _evaluate_dict(keys, items, values)
        case ast.IfExp(body=body, orelse=other):
            return _evaluate_either(body, other, values)
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return _merged([evaluate(left, values), evaluate(right, values)])
        case ast.Call(func=ast.Name() | ast.Subscript() as function, args=args, keywords=keywords):
            return _evaluate_call(function, args, keywords, values)
        case ast.Call(func=ast.Attribute(value=value, attr="items" | "copy"), args=[]):
            return evaluate(value, values)
        case _:
            return None


def _evaluate_items(items: list[ast.expr], values: Mapping[str, Any]) -> Iterator[Any]:
    for item in items:
        if isinstance(item, ast.Starred):
            inner = evaluate(item.value, values)
            yield from inner.items() if isinstance(inner, dict) else inner if isinstance(inner, tuple) else ()
        else:
            yield evaluate(item, values)


def _evaluate_call(
    function: ast.Name | ast.Subscript, args: list[ast.expr], keywords: list[ast.keyword], values: Mapping[str, Any]
) -> Any:
    """``OrderedDict(…)``, ``OrderedDict[str, str](…)``, ``dict(…)``, ``list(…)``; ``None`` for any other call."""
    name = function.value if isinstance(function, ast.Subscript) else function
    match name:
        case ast.Name(id="list" | "tuple") if len(args) == 1:
            return evaluate(args[0], values)
        case ast.Name(id="OrderedDict" | "dict"):
            named: dict[Any, Any] = {}
            for keyword in keywords:
                value = evaluate(keyword.value, values)
                named.update({keyword.arg: value} if keyword.arg else _merged([value]))
            return _merged([*(evaluate(item, values) for item in args), named])
        case _:
            return None


def _evaluate_dict(keys: list[ast.expr | None], items: list[ast.expr], values: Mapping[str, Any]) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key, item in zip(keys, items, strict=True):
        value = evaluate(item, values)
        if key is None:
            result.update(_merged([value]))
        elif isinstance(name := evaluate(key, values), str):
            result[name] = value
    return result


def _evaluate_either(body: ast.expr, other: ast.expr, values: Mapping[str, Any]) -> Any:
    found = [value for value in (evaluate(body, values), evaluate(other, values)) if value not in (None, (), {})]
    return found[0] if len(found) == 1 else tuple(found)


def _merged(parts: list[Any]) -> dict[Any, Any]:
    """One dictionary of dictionaries and sequences of pairs."""
    result: dict[Any, Any] = {}
    for part in parts:
        if isinstance(part, dict):
            result.update(part)
        elif isinstance(part, tuple):
            pairs = [item for item in part if isinstance(item, tuple) and len(item) == 2 and isinstance(item[0], str)]
            result.update(pairs)
    return result


def class_names(value: Any) -> Iterator[str]:
    """Strings within a value, in order: the class names of a mapping's entry, however it groups them."""
    stack = [value]
    for _ in range(_MAX_NODES):
        if not stack:
            return
        item = stack.pop()
        if isinstance(item, str):
            yield str(item)
        elif isinstance(item, dict):
            stack.extend(reversed(item.values()))
        elif isinstance(item, tuple):
            stack.extend(reversed(item))
