"""What the general rules cannot know of a class: ``data/shrink.yaml``, read and checked."""

from __future__ import annotations

import ast
import dataclasses
import functools
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from catalog.builder.shrink.scale import Limits
from catalog.builder.shrink.tree import Node
from catalog.records import Json
from catalog.resources import resource_folder

_FILE: Final = "shrink.yaml"
_KEYS: Final = {"config_class", "start", "assume", "limits", "unit", "keep", "set", "reason"}
_OPERATORS: Final[dict[type[ast.operator], Callable[[Any, Any], Any]]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Pow: operator.pow,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ShrinkException:
    """What holds for one class beside the general rules.

    Attributes:
        config_class: The class.
        reason: Why, as a sentence.
        start: Parameters that are given instead of the defaults before anything is reduced.
        assume: Parameters that the model takes for given where the configuration does not say otherwise, dotted where
            they stand in a mapping.
        limits: Limits of the whole tree that are lower than the common ones.
        unit: Number that the widths of the whole tree are multiples of; ``None`` for the common one.
        keep: Parameters that stay as they are.
        values: Parameters that get a certain value. A string that begins with ``=`` is computed from other parameters
            of the reduced configuration: ``"= hidden_size // 4"``, ``"= text_config.hidden_size"``.
    """

    config_class: str
    reason: str
    start: Mapping[str, Json] = field(default_factory=dict)
    assume: Mapping[str, Json] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    unit: int | None = None
    keep: frozenset[str] = frozenset()
    values: Mapping[str, Json] = field(default_factory=dict)


def apply_exceptions(root: Node) -> None:
    """Set what the exceptions of the classes of a tree say, inner configurations first."""
    known = read_exceptions()
    for node in reversed(list(root.walk())):
        for exception in known.get(node.view.name, ()):
            for name in exception.keep & node.before.keys():
                node.after[name] = node.before[name]
            for path, value in exception.values.items():
                if _is_computable(value, node):
                    _set(path, computed(value, node), node)


def _is_computable(value: Json, node: Node) -> bool:
    """False for what follows from the configuration around, where the class stands alone or in another one."""
    if not isinstance(value, str) or not value.startswith("=") or "parent." not in value:
        return True
    names = (ast.unparse(item) for item in ast.walk(ast.parse(value[1:].strip())) if isinstance(item, ast.Attribute))
    return all(_looked_up(name.split("."), node) is not None for name in names if name.count(".") > 1)


def start_of(class_name: str) -> dict[str, Json]:
    """What the exceptions of a class give it before anything is reduced."""
    return {name: value for entry in read_exceptions().get(class_name, ()) for name, value in entry.start.items()}


def assume(root: Node) -> None:
    """Write what models take for given into the configurations of a tree, so that it is reduced with the rest."""
    known = read_exceptions()
    for node in root.walk():
        for exception in known.get(node.view.name, ()):
            for path, value in exception.assume.items():
                outer, _, inner = path.partition(".")
                there = node.before.get(outer)
                if not inner and there is None:
                    node.before[outer] = value
                elif isinstance(there, dict) and inner not in there:
                    node.before[outer] = {**there, inner: value}


def _set(path: str, value: Json, node: Node) -> None:
    """Set a parameter by its dotted name, which may lead through nested configurations and mappings."""
    step, _, rest = path.partition(".")
    if not rest:
        node.after[step] = value
    elif step in node.children:
        _set(rest, value, node.children[step])
    elif isinstance(mapping := node.after.get(step), dict):
        node.after[step] = {**mapping, rest: value}


def limits_of(root: Node, limits: Limits) -> Limits:
    """The limits of a tree, lowered where the exceptions of its classes say so."""
    known = read_exceptions()
    for node in root.walk():
        for exception in known.get(node.view.name, ()):
            lower = {name: min(value, getattr(limits, name)) for name, value in exception.limits.items()}
            limits = dataclasses.replace(limits, **lower)
    return limits


def unit_of(root: Node) -> int | None:
    """The largest unit that the exceptions of a tree's classes ask for."""
    known = read_exceptions()
    units = [entry.unit for node in root.walk() for entry in known.get(node.view.name, ()) if entry.unit is not None]
    return max(units, default=None)


def computed(value: Json, node: Node) -> Json:
    """A value of an exception; where it is an expression, over the parameters of a configuration.

    Raises:
        ValueError: If the expression is none, or names a parameter that is not there.
    """
    if isinstance(value, list):
        return [computed(item, node) for item in value]
    if isinstance(value, dict):
        return {key: computed(item, node) for key, item in value.items()}
    if not isinstance(value, str) or not value.startswith("="):
        return value
    found: Json = _evaluated(ast.parse(value[1:].strip(), mode="eval").body, node)
    return found


def _evaluated(expression: ast.expr, node: Node) -> Any:
    match expression:
        case ast.Constant(value=int() as number):
            return number
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _OPERATORS[type(op)](_evaluated(left, node), _evaluated(right, node))
        case ast.Subscript(value=whole, slice=index):
            return _evaluated(whole, node)[_evaluated(index, node)]
        case ast.Call(func=ast.Name(id="sum"), args=[argument]):
            return sum(_evaluated(argument, node))
        case ast.Name() | ast.Attribute():
            path = ast.unparse(expression).split(".")
            value = _looked_up(path, node)
            if value is None:
                raise ValueError(f"{_FILE}: {node.view.name} has no {'.'.join(path)}.")
            return value
    raise ValueError(f"{_FILE}: {node.view.name}: {ast.unparse(expression)!r} is no expression.")


def _looked_up(path: list[str], node: Node) -> Json:
    """A parameter by its dotted name; ``parent`` is the configuration around."""
    *inner, name = path
    place: Node | None = node
    for step in inner:
        place = None if place is None else place.parent if step == "parent" else place.children.get(step)
    return None if place is None else place.after.get(name)


@functools.cache
def read_exceptions() -> Mapping[str, tuple[ShrinkException, ...]]:
    """All exceptions by class, in the order of the file.

    Raises:
        ValueError: If the file has not the shape that its head describes.
    """
    import yaml  # noqa: PLC0415 - only shrinking reads it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (resource_folder("data") / _FILE).read_text(encoding="utf-8")
    found: dict[str, list[ShrinkException]] = {}
    for exception in parse_exceptions(yaml.load(text, Loader=loader)):  # noqa: S506 - both are the safe one
        found.setdefault(exception.config_class, []).append(exception)
    return {name: tuple(entries) for name, entries in found.items()}


def parse_exceptions(document: Any) -> tuple[ShrinkException, ...]:
    """Make the records from the file's content.

    Raises:
        ValueError: If an entry has another shape than the head of the file describes; it names the entry.
    """
    if not isinstance(document, list):
        raise ValueError(f"{_FILE} must be a list.")
    return tuple(exception for number, entry in enumerate(document, start=1) for exception in _read(number, entry))


def _read(number: int, entry: Any) -> list[ShrinkException]:
    where = f"{_FILE}, entry {number}"
    if not isinstance(entry, Mapping) or not entry.keys() <= _KEYS:
        raise ValueError(f"{where}: it must be a mapping of {', '.join(sorted(_KEYS))}.")
    names, reason = entry.get("config_class"), entry.get("reason")
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not names or not all(isinstance(name, str) for name in names):
        raise ValueError(f"{where}: config_class must name one class or several.")
    if not isinstance(reason, str) or not reason.endswith("."):
        raise ValueError(f"{where} ({names[0]}): reason must be a sentence.")
    unit, keep = entry.get("unit"), entry.get("keep", [])
    start, limits, values = entry.get("start", {}), entry.get("limits", {}), entry.get("set", {})
    taken = entry.get("assume", {})
    mappings = all(isinstance(item, Mapping) for item in (start, taken, limits, values))
    if not mappings or not isinstance(keep, list) or not (unit or keep or values or start or limits or taken):
        raise ValueError(
            f"{where} ({names[0]}): give limits, a unit, names to keep, or values to start from or to set."
        )
    if not limits.keys() <= {item.name for item in dataclasses.fields(Limits)}:
        raise ValueError(f"{where} ({names[0]}): limits are those of the scale: {', '.join(limits)}.")
    return [
        ShrinkException(
            config_class=name,
            reason=reason,
            start=dict(start),
            assume=dict(taken),
            limits=dict(limits),
            unit=unit,
            keep=frozenset(keep),
            values=dict(values),
        )
        for name in names
    ]
