"""Folds constant expressions of a configuration file, names included, without executing anything.

Whatever is no constant raises :class:`NotConstantError`: a default is known, or it is marked as unknown.
"""

from __future__ import annotations

import ast
import functools
import math
import string
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Protocol

from catalog.introspect.static.arithmetic import (
    BINARY,
    COMPARE,
    SCALARS,
    UNARY,
    NotConstantError,
    combine,
    guarded,
    weight,
)

__all__ = ["Names", "NotConstantError", "fold_literal", "fold_source", "parse_expression"]

MAX_DEPTH = 60
"""Deepest nesting of expressions and names that is followed."""

MAX_STEPS = 100_000
"""Most nodes and items that folding one expression goes through."""


class Names(Protocol):
    """Tells what the names of an expression stand for."""

    def value_of(self, name: str, *, depth: int) -> Any:
        """Value of a name.

        Raises:
            NotConstantError: If it is not known.
        """

    def attribute_of(self, node: ast.Attribute, *, depth: int) -> Any:
        """Value of a dotted name (``Side.LEFT``, ``module.CONSTANT``).

        Raises:
            NotConstantError: If it is not known.
        """


@functools.lru_cache(maxsize=16_384)
def parse_expression(source: str) -> ast.expr:
    """Parse an expression that may span lines.

    Raises:
        NotConstantError: If it is none.
    """
    if not source.strip():
        raise NotConstantError("nothing there")
    try:
        return ast.parse(f"({source}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotConstantError(f"not an expression: {error}") from error


def fold_literal(source: str) -> Any:
    """Value of an expression without names; shared between callers, who must not change it.

    Raises:
        NotConstantError: If it is no constant.
    """
    known, value = _literal(source)
    if not known:
        raise NotConstantError(value)
    return value


@functools.lru_cache(maxsize=16_384)
def _literal(source: str) -> tuple[bool, Any]:
    """Whether an expression without names is constant, and its value or the reason: most defaults repeat."""
    try:
        return True, _Folder(None).fold(parse_expression(source), 0)
    except NotConstantError as error:
        return False, str(error)


def fold_source(source: str, names: Names, *, depth: int = 0) -> Any:
    """Value of a constant expression; shared between callers, who must not change it.

    Args:
        source: The expression.
        names: What its names stand for.
        depth: How deep it is nested already, names followed included.

    Returns:
        Its value.

    Raises:
        NotConstantError: If it is no constant, or larger than the bounds allow.
    """
    known, value = _literal(source)
    return value if known else _Folder(names).fold(parse_expression(source), depth)


class _Folder:
    """Evaluates one expression.

    Args:
        names: What its names stand for; ``None`` where none is known.
    """

    def __init__(self, names: Names | None) -> None:
        self._names = names
        self._locals: list[dict[str, Any]] = []
        self._steps = 0

    def fold(self, node: ast.expr, depth: int) -> Any:
        if depth > MAX_DEPTH:
            raise NotConstantError("nested too deeply")
        evaluate = _NODES.get(type(node))
        if evaluate is None:
            raise NotConstantError(f"{type(node).__name__} is no constant")
        self._spend(1)
        return evaluate(self, node, depth + 1)

    def _spend(self, steps: int) -> None:
        self._steps += steps
        if self._steps > MAX_STEPS:
            raise NotConstantError("too long a computation")

    def _call(self, function: Callable[..., Any], *arguments: Any, **keywords: Any) -> Any:
        value = guarded(function, *arguments, **keywords)
        self._spend(weight(value))
        return value

    def _constant(self, node: ast.Constant, depth: int) -> Any:
        del depth
        if not isinstance(node.value, SCALARS):
            raise NotConstantError("not a constant of a kind that is kept")
        return node.value

    def _name(self, node: ast.Name, depth: int) -> Any:
        for scope in reversed(self._locals):
            if node.id in scope:
                return scope[node.id]
        if self._names is None:
            raise NotConstantError(f"the value of {node.id!r} is not known")
        return self._names.value_of(node.id, depth=depth)

    def _attribute(self, node: ast.Attribute, depth: int) -> Any:
        if isinstance(node.value, ast.Name) and (node.value.id, node.attr) in _KNOWN_ATTRIBUTES:
            return _KNOWN_ATTRIBUTES[node.value.id, node.attr]
        if self._names is None:
            raise NotConstantError(f"the value of {ast.unparse(node)!r} is not known")
        return self._names.attribute_of(node, depth=depth)

    def _unary(self, node: ast.UnaryOp, depth: int) -> Any:
        return self._call(UNARY[type(node.op)], self.fold(node.operand, depth))

    def _binary(self, node: ast.BinOp, depth: int) -> Any:
        if type(node.op) not in BINARY:
            raise NotConstantError(f"{type(node.op).__name__} is not folded")
        return self._call(combine, node.op, self.fold(node.left, depth), self.fold(node.right, depth))

    def _items(self, nodes: list[ast.expr], depth: int) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found.extend(self._iterate(node.value, depth))
            else:
                found.append(self.fold(node, depth))
        return found

    def _iterate(self, node: ast.expr, depth: int) -> list[Any]:
        value = self.fold(node, depth)
        if not isinstance(value, list | tuple | set | frozenset | dict | range | str):
            raise NotConstantError("not iterable")
        self._spend(len(value))
        return list(value)

    def _list(self, node: ast.List, depth: int) -> Any:
        return self._call(list, self._items(node.elts, depth))

    def _tuple(self, node: ast.Tuple, depth: int) -> Any:
        return self._call(tuple, self._items(node.elts, depth))

    def _set(self, node: ast.Set, depth: int) -> Any:
        return self._call(set, self._items(node.elts, depth))

    def _dict(self, node: ast.Dict, depth: int) -> Any:
        pairs: list[tuple[Any, Any]] = []
        for key, value in zip(node.keys, node.values, strict=True):
            inner = self.fold(value, depth)
            if key is not None:
                pairs.append((self.fold(key, depth), inner))
            elif isinstance(inner, Mapping):
                pairs.extend(inner.items())
            else:
                raise NotConstantError("not a mapping")
        return self._call(dict, pairs)

    def _joined(self, node: ast.JoinedStr, depth: int) -> Any:
        parts: list[str] = []
        for part in node.values:
            match part:
                case ast.Constant(value=str() as text):
                    parts.append(text)
                case ast.FormattedValue(value=value, conversion=conversion, format_spec=None):
                    inner = self.fold(value, depth)
                    if not isinstance(inner, SCALARS):
                        raise NotConstantError("not a constant to format")
                    parts.append(self._call(repr if conversion == ord("r") else str, inner))
                case _:
                    raise NotConstantError("not a constant to format")
        return self._call("".join, parts)

    def _subscript(self, node: ast.Subscript, depth: int) -> Any:
        container = self.fold(node.value, depth)
        if isinstance(node.slice, ast.Slice):
            parts = (node.slice.lower, node.slice.upper, node.slice.step)
            key: Any = slice(*(None if part is None else self.fold(part, depth) for part in parts))
        else:
            key = self.fold(node.slice, depth)
        return self._call(lambda: container[key])

    def _conditional(self, node: ast.IfExp, depth: int) -> Any:
        return self.fold(node.body if self.fold(node.test, depth) else node.orelse, depth)

    def _boolean(self, node: ast.BoolOp, depth: int) -> Any:
        value: Any = None
        for item in node.values:
            value = self.fold(item, depth)
            if bool(value) is isinstance(node.op, ast.Or):
                break
        return value

    def _compare(self, node: ast.Compare, depth: int) -> Any:
        left = self.fold(node.left, depth)
        for op, comparator in zip(node.ops, node.comparators, strict=True):
            right = self.fold(comparator, depth)
            if not self._call(COMPARE[type(op)], left, right):
                return False
            left = right
        return True

    def _function(self, node: ast.Call, depth: int) -> Any:
        match node.func:
            case ast.Name(id=name) if name in _FUNCTIONS and (not node.keywords or name == "dict"):
                return self._call(_FUNCTIONS[name], *self._items(node.args, depth), **self._keywords(node, depth))
            case ast.Attribute(value=owner, attr="format"):
                text, values = self.fold(owner, depth), self._items(node.args, depth)
                return self._call(_format, text, values, self._keywords(node, depth))
            case ast.Attribute(value=owner, attr=attr) if attr in _METHODS and not node.keywords:
                return self._call(_method, self.fold(owner, depth), attr, self._items(node.args, depth))
        raise NotConstantError("a call is no constant")

    def _keywords(self, node: ast.Call, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for item in node.keywords:
            value = self.fold(item.value, depth)
            if item.arg is not None:
                found[item.arg] = value
            elif isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
                found.update(value)
            else:
                raise NotConstantError("not a mapping")
        return found

    def _generated(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, depth: int) -> Any:
        values = [self.fold(node.elt, depth) for _ in self._scopes(node.generators, depth)]
        return self._call(set if isinstance(node, ast.SetComp) else list, values)

    def _generated_dict(self, node: ast.DictComp, depth: int) -> Any:
        pairs = [
            (self.fold(node.key, depth), self.fold(node.value, depth)) for _ in self._scopes(node.generators, depth)
        ]
        return self._call(dict, pairs)

    def _scopes(self, generators: list[ast.comprehension], depth: int) -> Iterator[None]:
        """Go through a comprehension's loops; at each step its variables are bound."""
        if not generators:
            yield
            return
        for item in self._iterate(generators[0].iter, depth):
            self._locals.append(_bind(generators[0].target, item))
            try:
                if all(self.fold(test, depth) for test in generators[0].ifs):
                    yield from self._scopes(generators[1:], depth + 1)
            finally:
                self._locals.pop()


def _bind(target: ast.expr, value: Any) -> dict[str, Any]:
    match target:
        case ast.Name(id=name):
            return {name: value}
        case ast.Tuple(elts=parts) if isinstance(value, list | tuple) and len(parts) == len(value):
            return {
                name: item
                for part, inner in zip(parts, value, strict=True)
                for name, item in _bind(part, inner).items()
            }
    raise NotConstantError("cannot unpack")


def _method(owner: Any, attr: str, arguments: list[Any]) -> Any:
    if isinstance(owner, Mapping) and attr in ("copy", "keys", "values", "items", "get"):
        value = getattr(owner, attr)(*arguments)
        return value if attr in ("copy", "get") else list(value)
    if isinstance(owner, list) and attr == "copy":
        return list(owner)
    if isinstance(owner, str) and attr in ("lower", "upper", "strip", "replace"):
        # What replacing could grow to is checked beforehand: it inserts its second argument at most once a character.
        if attr == "replace" and len(arguments) == 2 and (len(owner) + 1) * (len(arguments[1]) + 1) > MAX_STEPS:
            raise NotConstantError("too large a value")
        return getattr(owner, attr)(*arguments)
    if isinstance(owner, str) and attr == "join":
        if len(owner) > 100:
            raise NotConstantError("too large a value")
        return owner.join(*arguments)
    raise NotConstantError(f"{attr} of a {type(owner).__name__} is not folded")


def _format(text: Any, values: list[Any], keywords: dict[str, Any]) -> str:
    """``"{} of {name}".format(...)`` without format specifications, conversions and attributes."""
    if not isinstance(text, str) or len(text) > MAX_STEPS:
        raise NotConstantError("not a text")
    parts: list[str] = []
    for number, (literal, name, specification, conversion) in enumerate(string.Formatter().parse(text)):
        parts.append(literal)
        if name is None:
            continue
        if specification or conversion or not (name == "" or name.isdigit() or name.isidentifier()):
            raise NotConstantError("not a plain format")
        value = keywords[name] if name.isidentifier() else values[int(name) if name else number]
        if not isinstance(value, SCALARS):
            raise NotConstantError("not a constant to format")
        parts.append(str(value))
    return "".join(parts)


def _range(*arguments: Any) -> range:
    if any(not isinstance(item, int) or abs(item) > MAX_STEPS for item in arguments):
        raise NotConstantError("too large a range")
    return range(*arguments)


_KNOWN_ATTRIBUTES = {("math", "pi"): math.pi, ("math", "inf"): math.inf, ("np", "inf"): math.inf, ("math", "e"): math.e}
_METHODS = frozenset({"copy", "keys", "values", "items", "get", "lower", "upper", "strip", "join", "replace"})
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "dict": dict, "OrderedDict": dict, "list": list, "tuple": tuple, "set": set, "frozenset": frozenset,
    "float": float, "int": int, "str": str, "bool": bool, "len": len, "abs": abs, "min": min, "max": max, "sum": sum,
    "round": round, "range": _range, "sorted": sorted, "reversed": lambda items: list(reversed(items)),
}  # fmt: skip
_NODES: dict[type[ast.expr], Callable[[_Folder, Any, int], Any]] = {
    ast.Constant: _Folder._constant, ast.Name: _Folder._name, ast.Attribute: _Folder._attribute,
    ast.UnaryOp: _Folder._unary, ast.BinOp: _Folder._binary, ast.List: _Folder._list, ast.Tuple: _Folder._tuple,
    ast.Set: _Folder._set, ast.Dict: _Folder._dict, ast.JoinedStr: _Folder._joined,
    ast.Subscript: _Folder._subscript, ast.IfExp: _Folder._conditional, ast.BoolOp: _Folder._boolean,
    ast.Compare: _Folder._compare, ast.Call: _Folder._function, ast.ListComp: _Folder._generated,
    ast.GeneratorExp: _Folder._generated, ast.SetComp: _Folder._generated, ast.DictComp: _Folder._generated_dict,
}  # fmt: skip
