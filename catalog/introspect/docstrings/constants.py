"""Folds constant expressions (``4 * 768``, ``2048 ** -0.5``) without executing anything."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow,
}  # fmt: skip
_UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_,
}  # fmt: skip
_NO_NAMES: Mapping[str, Any] = MappingProxyType({})
_LARGEST = 10**6
"""Largest exponent or repetition that is folded: source text must not be able to exhaust memory."""


def fold_constant(node: ast.expr, names: Mapping[str, Any] = _NO_NAMES) -> Any:
    """Evaluate an expression of literals.

    Args:
        node: A parsed expression.
        names: Names that stand for values.

    Returns:
        Its value.

    Raises:
        ValueError: If it is no constant, or too large to be worth folding.
    """
    match node:
        case ast.Constant(value=value) if value is not ...:
            return value
        case ast.Name(id=name) if name in names:
            return names[name]
        case ast.UnaryOp(op=op, operand=operand) if type(op) in _UNARY:
            return _guarded(_UNARY[type(op)], fold_constant(operand, names))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _binary(op, fold_constant(left, names), fold_constant(right, names))
    return _fold_container(node, names)


def _fold_container(node: ast.expr, names: Mapping[str, Any]) -> Any:
    match node:
        case ast.List(elts=items):
            return [fold_constant(item, names) for item in items]
        case ast.Tuple(elts=items):
            return tuple(fold_constant(item, names) for item in items)
        case ast.Set(elts=items):
            return _guarded(set, [fold_constant(item, names) for item in items])
        case ast.Dict(keys=keys, values=values) if None not in keys:
            folded = [(fold_constant(key, names), item) for key, item in zip(keys, values, strict=True) if key]
            return _guarded(dict, [(key, fold_constant(item, names)) for key, item in folded])
        case ast.Call(func=ast.Name(id="float"), args=[ast.Constant(value=str() as text)], keywords=[]):
            return _guarded(float, text)
        case ast.Call(func=ast.Name(id="dict" | "list" | "tuple" | "set" as name), args=[], keywords=[]):
            return {"dict": dict, "list": list, "tuple": tuple, "set": set}[name]()
    raise ValueError(f"not a constant: {ast.unparse(node)[:80]}")


def _binary(op: ast.operator, left: Any, right: Any) -> Any:
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if isinstance(op, ast.Pow) and not (numbers and abs(right) <= 64 and abs(left) <= _LARGEST):
        raise ValueError("too large a power")
    if isinstance(op, ast.Mult) and not numbers:
        counts = [item for item in (left, right) if isinstance(item, int)]
        sizes = [len(item) for item in (left, right) if isinstance(item, list | tuple | str)]
        if len(counts) != 1 or len(sizes) != 1 or counts[0] * max(sizes[0], 1) > _LARGEST:
            raise ValueError("not a product of constants")
    if isinstance(op, ast.Mod) and not numbers:
        raise ValueError("not a remainder of numbers")
    return _guarded(_BINARY[type(op)], left, right)


def _guarded(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except (TypeError, ArithmeticError) as error:
        raise ValueError(str(error)) from error
