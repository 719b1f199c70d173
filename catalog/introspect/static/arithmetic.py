"""Arithmetic on constants within bounds: what a source text can cost is limited."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

MAX_WEIGHT = 20_000
"""Most characters and items of a folded value, nested ones included."""

MAX_BITS = 4096
"""Largest folded integer, in bits."""

SCALARS = (bool, int, float, str, bytes, type(None))
"""Types of constants that are no collection."""

_TEXT = (str, bytes)
_COLLECTIONS = (list, tuple, set, frozenset, range)


class NotConstantError(ValueError):
    """An expression whose value cannot be known without executing code."""


BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: operator.pow, ast.BitOr: operator.or_,
    ast.BitAnd: operator.and_, ast.LShift: operator.lshift, ast.RShift: operator.rshift,
}  # fmt: skip
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg, ast.UAdd: operator.pos, ast.Not: operator.not_, ast.Invert: operator.invert,
}  # fmt: skip
COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right, ast.NotIn: lambda left, right: left not in right,
}  # fmt: skip


def combine(op: ast.operator, left: Any, right: Any) -> Any:
    """Apply a binary operator, if the result stays within the bounds.

    Raises:
        NotConstantError: If the operands do not take it, or the result is too large.
    """
    numbers = isinstance(left, int | float) and isinstance(right, int | float)
    if isinstance(op, ast.Pow | ast.LShift) and not (numbers and _is_small_power(op, left, right)):
        raise NotConstantError("too large a power")
    if isinstance(op, ast.Mult) and not numbers:
        count = next((item for item in (left, right) if isinstance(item, int)), None)
        items = next((item for item in (left, right) if isinstance(item, str | list | tuple | bytes)), None)
        if count is None or items is None or count * max(weight(items), 1) > MAX_WEIGHT:
            raise NotConstantError("not a product of constants")
    if isinstance(op, ast.Mod) and not numbers:
        raise NotConstantError("not a remainder of numbers")
    return guarded(BINARY[type(op)], left, right)


def _is_small_power(op: ast.operator, left: float, right: float) -> bool:
    if isinstance(op, ast.LShift):
        return isinstance(right, int) and 0 <= right <= MAX_BITS
    return not (isinstance(left, int) and isinstance(right, int)) or left.bit_length() * max(right, 1) <= MAX_BITS


def guarded(function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
    """Call a pure function of constants.

    Raises:
        NotConstantError: If it does not take them, or the result is larger than the bounds allow.
    """
    try:
        value = function(*arguments, **keywords)
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        raise NotConstantError(str(error)) from error
    if isinstance(value, complex) or (isinstance(value, int) and value.bit_length() > 2 * MAX_BITS):
        raise NotConstantError("a number of another kind, or too large")
    weight(value)
    return value


def weight(value: Any) -> int:
    """Characters and items of a value, nested ones included: what going through it costs.

    Raises:
        NotConstantError: If these are more than the bounds allow.
    """
    total = 0
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, Mapping):
            total += len(item)
            inner = [*item.keys(), *item.values()] if total <= MAX_WEIGHT else []
        elif isinstance(item, _COLLECTIONS):
            total += len(item)
            inner = list(item) if total <= MAX_WEIGHT else []
        else:
            total += len(item) if isinstance(item, _TEXT) else 0
            inner = []
        if total > MAX_WEIGHT:
            raise NotConstantError("too large a value")
        pending += inner
    return total
