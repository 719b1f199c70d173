"""Reads the values that a field's validators allow: ranges and enumerations."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.introspect.docstrings.constants import fold_constant
from catalog.introspect.source_text import ClassText
from catalog.records import Json
from catalog.values import to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Which values a parameter may take, as far as its validators tell.

    Attributes:
        minimum: Smallest value.
        maximum: Largest value.
        exclusive_minimum: True where `minimum` itself is not allowed.
        exclusive_maximum: True where `maximum` itself is not allowed.
        choices: All values allowed.
    """

    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: bool = False
    exclusive_maximum: bool = False
    choices: tuple[Json, ...] | None = None


UNBOUNDED = Bounds()


def validator_definitions(tree: ast.Module) -> dict[str, Bounds]:
    """Read which range each plain validator of a module allows (``positive_int_field``, ``probability``).

    Args:
        tree: The module that defines the validators (``utils/type_validators.py``).

    Returns:
        Function → bounds, for those that compare their value with constants.
    """
    found: dict[str, Bounds] = {}
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.args.args:
            bounds = _rejections(node, subject=node.args.args[0].arg)
            if bounds is not None:
                found[node.name] = bounds
    return found


def field_validator(default: ast.expr | None) -> ast.expr | None:
    """The validator in a field's default: ``interval(min=0.0)`` of ``interval(min=0.0)(default=0.02)``."""
    match default:
        case ast.Call(func=ast.Call() as validator):
            return validator
        case ast.Call(func=ast.Name(id=name) as validator) if name not in ("field", "getattr"):
            return validator
    return None


def bounds_of(validator: ast.expr, definitions: Mapping[str, Bounds]) -> Bounds:
    """Bounds that a validator expression sets; unbounded where it cannot be told."""
    match validator:
        case ast.Call(func=ast.Name(id="interval"), args=args, keywords=keywords):
            names = ("min", "max", "exclude_min", "exclude_max")
            values = dict(zip(names, args, strict=False)) | {item.arg: item.value for item in keywords if item.arg}
            return _interval({str(name): _constant(value) for name, value in values.items()})
        case ast.Name(id=name):
            return definitions.get(name, UNBOUNDED)
    return UNBOUNDED


def _interval(values: dict[str, Json]) -> Bounds:
    minimum, maximum = values.get("min"), values.get("max")
    return Bounds(
        minimum=minimum if isinstance(minimum, int | float) else None,
        maximum=maximum if isinstance(maximum, int | float) else None,
        exclusive_minimum=bool(values.get("exclude_min")),
        exclusive_maximum=bool(values.get("exclude_max")),
    )


def _constant(node: ast.expr) -> Json:
    try:
        return to_json(fold_constant(node))
    except ValueError:
        return None


def checked_choices(text: ClassText) -> dict[str, tuple[Json, ...]]:
    """Parameters of which a class's own code rejects all but some values.

    Only the plain form counts: ``if self.x not in (…literals…): raise``, in ``validate_*`` or a constructor, not
    within a further condition.

    Args:
        text: The class's source.

    Returns:
        Parameter → values allowed.
    """
    found: dict[str, tuple[Json, ...]] = {}
    for name, method in text.methods.items():
        if name in ("__init__", "__post_init__") or name.startswith("validate_"):
            for statement in method.body:
                if isinstance(statement, ast.If) and isinstance(statement.body[-1], ast.Raise):
                    found.update(_membership(statement.test))
    return found


def _membership(test: ast.expr) -> dict[str, tuple[Json, ...]]:
    """``self.x not in [...]``, also after ``self.x is not None and``."""
    match test:
        case ast.BoolOp(op=ast.And(), values=[ast.Compare(ops=[ast.IsNot()]), second]):
            return _membership(second)
        case ast.Compare(left=left, ops=[ast.NotIn()], comparators=[ast.List() | ast.Tuple() | ast.Set() as values]):
            match left:
                case ast.Attribute(value=ast.Name(id="self"), attr=name) | ast.Name(id=name):
                    try:
                        return {name: tuple(to_json(fold_constant(item)) for item in values.elts)}
                    except ValueError:
                        return {}
    return {}


def _rejections(function: ast.FunctionDef, *, subject: str) -> Bounds | None:
    """Bounds of a validator that raises unless its value lies within constants."""
    for node in ast.walk(function):
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not) and isinstance(node.operand, ast.Compare):
            bounds = _comparison(node.operand, subject)
            if bounds is not None:
                return bounds
    return None


def _comparison(node: ast.Compare, subject: str) -> Bounds | None:
    """Bounds that a comparison demands: ``value >= 0``, ``0 <= value <= 1``."""
    match node:
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Gt() | ast.GtE() as op], comparators=[low]) if (
            name == subject
        ):
            return Bounds(minimum=_number(low), exclusive_minimum=isinstance(op, ast.Gt))
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Lt() | ast.LtE() as op], comparators=[high]) if (
            name == subject
        ):
            return Bounds(maximum=_number(high), exclusive_maximum=isinstance(op, ast.Lt))
        case ast.Compare(
            left=low,
            ops=[ast.Lt() | ast.LtE() as first, ast.Lt() | ast.LtE() as second],
            comparators=[ast.Name(id=name), high],
        ) if name == subject:
            return Bounds(
                minimum=_number(low),
                maximum=_number(high),
                exclusive_minimum=isinstance(first, ast.Lt),
                exclusive_maximum=isinstance(second, ast.Lt),
            )
    return None


def _number(node: ast.expr) -> float | None:
    value = _constant(node)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
