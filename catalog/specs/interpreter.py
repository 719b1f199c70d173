"""Reads the conditions that transformers' own ``validate_*`` methods state, without running them.

The methods are short and regular: ``if self.a % self.b != 0: raise ValueError(f"...")``. Their syntax trees are
walked with the values that a spec gives; :mod:`catalog.specs.expressions` evaluates what stands in them. A condition
whose outcome is not known is never reported.
"""

from __future__ import annotations

import ast
import contextlib
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.specs.expressions import Evaluator, UnknownError
from catalog.specs.values import UNKNOWN, Values


class _StoppedError(Exception):
    """The method returns, or goes on in a way that cannot be told."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A condition that the values break.

    Attributes:
        message: The method's own words, with the values; ``None`` where they cannot be told.
        condition: The condition's source, without ``self.``.
        names: The parameters that it reads, dotted where they lie in nested configurations, in the order of reading.
    """

    message: str | None
    condition: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """A ``validate_*`` method, parsed.

    Attributes:
        body: Its statements.
        names: Attributes of ``self`` that it reads.
    """

    body: tuple[ast.stmt, ...]
    names: frozenset[str]


def parse_method(source: str) -> Method | None:
    """Parse a method; ``None`` where its source is no function."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return None
    function = tree.body[0] if tree.body else None
    if not isinstance(function, ast.FunctionDef):
        return None
    names = set()
    for node in ast.walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=attr):
                names.add(attr)
            case ast.Call(func=ast.Name(id="getattr" | "hasattr"), args=[_, ast.Constant(value=str() as attr), *_]):
                names.add(attr)
    return Method(tuple(function.body), frozenset(names))


def violations(method: Method, values: Values) -> list[Violation]:
    """Find the conditions of a method that the values break.

    Args:
        method: The method.
        values: The values of the configuration.

    Returns:
        The first violation that is certain, as the method would raise it; none where everything holds or is unknown.
    """
    run = _Run(values)
    with contextlib.suppress(_StoppedError, UnknownError):
        run.block(method.body)
    return run.found


class _Run:
    """One walk through one method."""

    def __init__(self, values: Values) -> None:
        self.found: list[Violation] = []
        self._evaluator = Evaluator(values)

    def block(self, statements: Iterable[ast.stmt]) -> None:
        for statement in statements:
            self._statement(statement)

    def _statement(self, node: ast.stmt) -> None:
        match node:
            case ast.Expr() | ast.Pass():
                return
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                self._assign(name, value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                self._assign(name, value)
            case ast.If(test=test, body=body, orelse=orelse):
                self._branch(test, body, orelse)
            case ast.For(target=ast.Name(id=name), iter=source, body=body, orelse=[]):
                self._loop(name, source, body)
            case _:
                raise _StoppedError

    def _assign(self, name: str, value: ast.expr) -> None:
        state = self._evaluator
        before = len(state.read)
        try:
            state.locals[name] = state.value(value)
        except UnknownError:
            state.locals[name] = UNKNOWN
        state.origins[name] = tuple(state.read[before:])

    def _branch(self, test: ast.expr, body: list[ast.stmt], orelse: list[ast.stmt]) -> None:
        state = self._evaluator
        before = len(state.read)
        try:
            holds = bool(state.value(test))
        except UnknownError:
            # A raise in a branch that may not be taken is not reported; anything else may change what follows.
            if not all(isinstance(item, ast.Raise) or _is_log(item) for item in [*body, *orelse]):
                raise _StoppedError from None
            return
        for item in body if holds else orelse:
            if isinstance(item, ast.Raise):
                self.found.append(self._violation(test, item, tuple(dict.fromkeys(state.read[before:]))))
                raise _StoppedError
            self._statement(item)

    def _loop(self, name: str, source: ast.expr, body: list[ast.stmt]) -> None:
        state = self._evaluator
        before = len(state.read)
        for item in state.items(source):
            state.locals[name] = item
            state.origins[name] = tuple(state.read[before:])
            self.block(body)

    def _violation(self, test: ast.expr, raised: ast.Raise, names: tuple[str, ...]) -> Violation:
        message = None
        if isinstance(raised.exc, ast.Call) and raised.exc.args:
            try:
                text = self._evaluator.value(raised.exc.args[0])
                message = text if isinstance(text, str) else None
            except UnknownError:
                message = None
        return Violation(message, ast.unparse(test).replace("self.", ""), names)


def _is_log(node: ast.stmt) -> bool:
    """True for a statement that only writes to the log."""
    match node:
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=ast.Name(id="logger")))):
            return True
    return False
