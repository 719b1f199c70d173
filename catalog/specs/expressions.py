"""Evaluates Python expressions over the values of a spec, without running Python.

Only what stands in the tables below is understood: reading attributes of ``self``, arithmetic, comparisons, a few
builtins and methods of strings, lists and dicts. Whatever else occurs, and whatever value is not known, makes the
result unknown. Numbers and steps are bounded, so that no expression takes long.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from catalog.specs.values import UNKNOWN, Unknown, Values

_MAX_STEPS: Final = 20_000
"""Expressions evaluated, and items of a range, at most."""

_MAX_NUMBER: Final = 10**15
"""Largest number that is computed with."""


class UnknownError(Exception):
    """Something is not understood or not known."""


@dataclass
class Evaluator:
    """Evaluates the expressions of one method.

    Attributes:
        values: What ``self`` stands for.
        locals: Values of local names, `UNKNOWN` where they are not known.
        origins: The parameters that the value of a local name was computed from.
        read: The parameters read so far, dotted where they lie in nested configurations.
    """

    values: Values
    locals: dict[str, Any] = field(default_factory=dict)
    origins: dict[str, tuple[str, ...]] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    _steps: int = 0

    def value(self, node: ast.expr) -> Any:
        """Evaluate an expression.

        Raises:
            UnknownError: If it is not understood, or depends on what is not known.
        """
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise UnknownError
        evaluate = _EVALUATORS.get(type(node))
        if evaluate is None:
            raise UnknownError
        result = evaluate(self, node)
        if isinstance(result, Unknown):
            raise UnknownError
        return result

    def items(self, node: ast.expr) -> list[Any]:
        """The items of an iterable expression."""
        value = self.value(node)
        if not isinstance(value, list | tuple | set | frozenset | dict | str | range) and not _is_view(value):
            raise UnknownError
        if isinstance(value, range) and len(value) > _MAX_STEPS:
            raise UnknownError
        return list(value)


def _is_view(value: Any) -> bool:
    return isinstance(value, type({}.values()) | type({}.keys()) | type({}.items()) | zip | enumerate)


def _constant(_: Evaluator, node: Any) -> Any:
    return node.value


def _name(state: Evaluator, node: Any) -> Any:
    if node.id == "self":
        return state.values
    if node.id in state.locals:
        state.read.extend(state.origins.get(node.id, ()))
        return state.locals[node.id]
    return _TYPES.get(node.id, UNKNOWN)


def _attribute(state: Evaluator, node: Any) -> Any:
    owner = state.value(node.value)
    if not isinstance(owner, Values):
        raise UnknownError
    path = _path_of(node)
    if path is not None:
        state.read.append(path)
    return owner.get(node.attr)


def _path_of(node: ast.expr) -> str | None:
    """``self.text_config.hidden_size`` → ``text_config.hidden_size``."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join(reversed(parts)) if isinstance(node, ast.Name) and node.id == "self" else None


def _subscript(state: Evaluator, node: Any) -> Any:
    owner, key = state.value(node.value), state.value(node.slice)
    try:
        return owner[key] if isinstance(owner, list | tuple | dict | str) else UNKNOWN
    except (LookupError, TypeError):
        raise UnknownError from None


def _binary(state: Evaluator, node: Any) -> Any:
    left, right = state.value(node.left), state.value(node.right)
    compute = _BINARY.get(type(node.op))
    if compute is None or not _computable(left, right):
        raise UnknownError
    try:
        return compute(left, right)
    except (ArithmeticError, TypeError, ValueError):
        raise UnknownError from None


def _computable(left: Any, right: Any) -> bool:
    if isinstance(left, bool | int | float) and isinstance(right, bool | int | float):
        return abs(left) <= _MAX_NUMBER and abs(right) <= _MAX_NUMBER
    return isinstance(left, list | str | set) and type(left) is type(right)


def _power(left: float, right: float) -> float:
    if abs(right) > 64 or abs(left) > 2**16:
        raise ValueError
    result: float = left**right
    return result


def _unary(state: Evaluator, node: Any) -> Any:
    value = state.value(node.operand)
    if isinstance(node.op, ast.Not):
        return not value
    if isinstance(node.op, ast.USub) and isinstance(value, int | float):
        return -value
    raise UnknownError


def _boolean(state: Evaluator, node: Any) -> Any:
    """``and`` and ``or``: an unknown operand matters only if no other one decides."""
    decisive = isinstance(node.op, ast.Or)
    unknown = False
    value: Any = not decisive
    for operand in node.values:
        try:
            value = state.value(operand)
        except UnknownError:
            unknown = True
            continue
        if bool(value) is decisive:
            return value
    if unknown:
        raise UnknownError
    return value


def _compare(state: Evaluator, node: Any) -> Any:
    left = state.value(node.left)
    for compare, comparator in zip(node.ops, node.comparators, strict=True):
        right = state.value(comparator)
        test = _COMPARISONS.get(type(compare))
        if test is None or (isinstance(left, Values) and not isinstance(compare, ast.Is | ast.IsNot)):
            raise UnknownError
        try:
            if not test(left, right):
                return False
        except TypeError:
            raise UnknownError from None
        left = right
    return True


def _conditional(state: Evaluator, node: Any) -> Any:
    return state.value(node.body if state.value(node.test) else node.orelse)


def _sequence(state: Evaluator, node: Any) -> Any:
    items = [state.value(item) for item in node.elts]
    return items if isinstance(node, ast.List) else tuple(items) if isinstance(node, ast.Tuple) else set(items)


def _comprehension(state: Evaluator, node: Any) -> Any:
    if len(node.generators) != 1 or not isinstance(node.generators[0].target, ast.Name):
        raise UnknownError
    generator = node.generators[0]
    kept = []
    for item in state.items(generator.iter):
        state.locals[generator.target.id] = item
        if all(state.value(test) for test in generator.ifs):
            kept.append(state.value(node.elt))
    return set(kept) if isinstance(node, ast.SetComp) else kept


def _formatted(state: Evaluator, node: Any) -> Any:
    parts = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
            continue
        value = state.value(part.value)
        if isinstance(value, Values):
            raise UnknownError
        parts.append(repr(value) if part.conversion == ord("r") else str(value))
    return "".join(parts)


def _call(state: Evaluator, node: Any) -> Any:
    if node.keywords:
        raise UnknownError
    if isinstance(node.func, ast.Name):
        return _call_builtin(state, node.func.id, node.args)
    if isinstance(node.func, ast.Attribute):
        return _call_method(state, node.func, node.args)
    raise UnknownError


def _call_builtin(state: Evaluator, name: str, arguments: list[ast.expr]) -> Any:
    if name in ("getattr", "hasattr"):
        return _call_getattr(state, name, arguments)
    if name == "isinstance" and len(arguments) == 2:
        return _is_instance(state, arguments[0], arguments[1])
    function = _FUNCTIONS.get(name)
    if function is None:
        raise UnknownError
    try:
        return function(*(state.value(argument) for argument in arguments))
    except (TypeError, ValueError, ArithmeticError):
        raise UnknownError from None


def _call_getattr(state: Evaluator, name: str, arguments: list[ast.expr]) -> Any:
    owner, attribute = state.value(arguments[0]), state.value(arguments[1])
    if not isinstance(owner, Values) or not isinstance(attribute, str):
        raise UnknownError
    if owner is state.values:
        state.read.append(attribute)
    exists = owner.has(attribute)
    if name == "hasattr":
        return exists
    if exists is False and len(arguments) == 3:
        return state.value(arguments[2])
    return owner.get(attribute)


def _is_instance(state: Evaluator, subject: ast.expr, kinds: ast.expr) -> Any:
    value = state.value(subject)
    names = [item.id if isinstance(item, ast.Name) else "" for item in getattr(kinds, "elts", [kinds])]
    if isinstance(value, Values):
        lineage = {value.view.name, *value.view.record.ancestors}
        return bool(lineage.intersection(names))
    types = [_TYPES.get(name) for name in names]
    if None in types:
        raise UnknownError
    return isinstance(value, tuple(kind for kind in types if kind is not None))


def _call_method(state: Evaluator, function: ast.Attribute, arguments: list[ast.expr]) -> Any:
    if isinstance(function.value, ast.Name) and function.value.id == "math":
        compute = _MATH.get(function.attr)
        if compute is None:
            raise UnknownError
        try:
            return compute(*(state.value(argument) for argument in arguments))
        except (TypeError, ValueError, OverflowError):
            raise UnknownError from None
    owner = state.value(function.value)
    if function.attr not in _METHODS.get(type(owner), ()):
        raise UnknownError
    try:
        return getattr(owner, function.attr)(*(state.value(argument) for argument in arguments))
    except (TypeError, ValueError, LookupError):
        raise UnknownError from None


def _bounded_range(*arguments: int) -> range:
    found = range(*arguments)
    if len(found) > _MAX_STEPS:
        raise ValueError
    return found


def _zipped(*lists: Any) -> list[Any]:
    return list(zip(*lists, strict=False))


def _numbered(items: Any) -> Iterator[tuple[int, Any]]:
    return enumerate(items)


_TYPES: Final[dict[str, type]] = {
    "int": int, "float": float, "str": str, "bool": bool, "list": list, "tuple": list, "dict": dict, "set": set,
}  # fmt: skip
_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "len": len, "min": min, "max": max, "sum": sum, "abs": abs, "int": int, "float": float, "bool": bool, "any": any,
    "all": all, "sorted": sorted, "set": set, "list": list, "tuple": list, "range": _bounded_range, "zip": _zipped,
    "enumerate": _numbered,
}  # fmt: skip
_MATH: Final[dict[str, Callable[..., Any]]] = {
    "sqrt": math.sqrt, "isfinite": math.isfinite, "ceil": math.ceil, "floor": math.floor,
}  # fmt: skip
_METHODS: Final[dict[type, frozenset[str]]] = {
    str: frozenset({"split", "startswith", "endswith", "lower", "strip", "join"}),
    dict: frozenset({"get", "keys", "values", "items"}),
    set: frozenset({"difference", "intersection", "union", "issubset"}),
    list: frozenset({"index", "count"}),
}
_BINARY: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod, ast.Pow: _power, ast.BitAnd: operator.and_,
    ast.BitOr: operator.or_,
}  # fmt: skip
_COMPARISONS: Final[dict[type[ast.cmpop], Callable[[Any, Any], bool]]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt,
    ast.GtE: operator.ge, ast.Is: operator.is_, ast.IsNot: operator.is_not,
    ast.In: lambda left, right: left in right, ast.NotIn: lambda left, right: left not in right,
}  # fmt: skip
_EVALUATORS: Final[dict[type[ast.expr], Callable[[Evaluator, Any], Any]]] = {
    ast.Constant: _constant, ast.Name: _name, ast.Attribute: _attribute, ast.Subscript: _subscript,
    ast.BinOp: _binary, ast.UnaryOp: _unary, ast.BoolOp: _boolean, ast.Compare: _compare, ast.IfExp: _conditional,
    ast.List: _sequence, ast.Tuple: _sequence, ast.Set: _sequence, ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension, ast.SetComp: _comprehension, ast.JoinedStr: _formatted, ast.Call: _call,
}  # fmt: skip
