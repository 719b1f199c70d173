"""Fewer layers: one of each kind is kept, and everything that has one entry a layer or names layers goes along."""

from __future__ import annotations

import re
from collections.abc import Mapping

from catalog.builder.shrink.passes import numbers
from catalog.builder.shrink.roles import role_of
from catalog.builder.shrink.scale import Scale
from catalog.builder.shrink.tree import Node
from catalog.records import Json

_LONGEST = 8  # kinds of layers of one stack; more are no kinds but a value of their own for each layer
_SHORTEST = 5  # a shorter list is one entry a stage rather than one a layer
_FEWEST_NAMED = 4  # layers that are kept apart where a list names as many
_STAGE = re.compile(r"stage(\d+)")


def reduce_layers(node: Node, scale: Scale) -> None:
    """Reduce the stacks of one configuration."""
    stacks = {name: count for name in node.before if role_of(name) == "layers" and (count := _count(node, name))}
    lists = {name: value for name, value in node.before.items() if isinstance(value, list)}
    for count in set(stacks.values()):
        per_layer = {name: value for name, value in lists.items() if _is_per_layer(name, value, count)}
        kept = _kept(per_layer, count, max(scale.limits.layers, _period(node)), _named(node, lists, count))
        for name in (name for name, many in stacks.items() if many == count):
            node.after[name] = len(kept)
        for name in per_layer:
            node.after[name] = _selected(node.after[name], kept, left=_is_left(node, name))
        _move_names(node, count, len(kept), per_layer)
    _reduce_free_lists(node, {len(value) for value in lists.values() if len(value) in stacks.values()}, scale)
    for name, value in node.before.items():
        if role_of(name) == "layers" and isinstance(value, list) and node.after[name] == value:
            node.after[name] = [min(item, scale.limits.stage) if isinstance(item, int) else item for item in value]


def _period(node: Node) -> int:
    """Layers that are needed where every second one is of another kind; 1 where none is."""
    periods = (value for name, value in node.after.items() if role_of(name) == "period" and isinstance(value, int))
    return max(periods, default=1)


def _reduce_free_lists(node: Node, counted: set[int], scale: Scale) -> None:
    """Reduce lists of kinds that alone say how many layers there are."""
    for name in ("layer_types", "layers_block_type", "block_types"):
        value = node.before.get(name)
        if isinstance(value, list) and len(value) not in counted and len(value) > scale.limits.layers:
            kept = _kept({name: value}, len(value), scale.limits.layers, 0)
            node.after[name] = [value[index] for index in kept]


def _count(node: Node, name: str) -> int | None:
    value = node.integer(name, old=True)
    stages = node.before.get("depths")
    if isinstance(stages, list) and len(stages) == value:
        return None  # what counts stages stays
    return value if value is not None and value > 1 else None


def _is_per_layer(name: str, value: list[Json], count: int) -> bool:
    if len(value) != count or role_of(name) == "token" or (count < _SHORTEST and not name.endswith("layer_types")):
        return False
    return name == "sliding_windows" or not any(isinstance(item, list) for item in value)


def _is_left(node: Node, name: str) -> bool:
    """True for the kinds of layers where the class makes them itself, so that they can be left to it."""
    parameter = node.view.parameter(name)
    made = parameter is not None and parameter.record.default_known and parameter.record.default is None
    return made and name == "layer_types" and name not in node.given


def _selected(value: Json, kept: list[int], *, left: bool) -> Json:
    """The entries of the layers that are kept; the whole list where it is left to the class and all are alike."""
    if not isinstance(value, list) or not value:
        return value
    if left and all(item == value[0] for item in value):
        return value
    if value == list(range(len(value))):
        return list(range(len(kept)))
    return [value[index] for index in kept]


def _kept(per_layer: dict[str, list[Json]], count: int, limit: int, wanted: int) -> list[int]:
    """The layers to keep: the first of each kind, and as many as the limit and the lists of layers ask for."""
    kinds: dict[str, int] = {}
    lists = [value for value in per_layer.values() if _tells_kinds(value)]
    for index in range(count):
        kinds.setdefault(repr([value[index] for value in lists]), index)
    chosen = sorted(kinds.values())[:_LONGEST]
    many = min(count, max(limit, wanted, len(chosen)))
    rest = (index for index in range(count) if index not in chosen)
    return sorted([*chosen, *(next(rest) for _ in range(many - len(chosen)))])


def _tells_kinds(value: list[Json]) -> bool:
    """True for words and switches; numbers only where there are two or three different ones."""
    if all(isinstance(item, str | bool) for item in value):
        return True
    return len({repr(item) for item in value}) <= 3


def _named(node: Node, lists: dict[str, list[Json]], count: int) -> int:
    """How many layers are needed to keep all those that a list names apart."""
    found = [
        len({item for item in numbers(value) if item >= 0})
        for name, value in lists.items()
        if role_of(name) == "layer-list" and max(numbers(value), default=0) > 0
    ]
    names = node.before.get("out_features") or node.before.get("_out_features")
    if isinstance(names, list):
        found.append(sum(1 for item in names if isinstance(item, str) and _STAGE.fullmatch(item)))
    return min(max(found, default=0), count, _FEWEST_NAMED)


def _move_names(node: Node, count: int, kept: int, per_layer: Mapping[str, Json]) -> None:
    """Move the lists that name layers to those that are left."""
    for name, value in node.before.items():
        if not isinstance(value, list) or name in per_layer:
            continue
        if role_of(name) == "layer-list" and all(isinstance(item, int) for item in value):
            moved = _moved(value, count, kept)
            node.after[name] = moved if len(moved) <= _FEWEST_NAMED else list(dict.fromkeys(moved))
        elif name.endswith("out_features") and all(isinstance(item, str) for item in value):
            stages = [int(match[1]) for item in value if (match := _STAGE.fullmatch(item))]
            places = dict(zip(stages, _moved(stages, count, kept, first=1), strict=True))
            node.after[name] = [
                f"stage{places[int(match[1])]}" if (match := _STAGE.fullmatch(item)) else item for item in value
            ]
    for name, value in node.before.items():
        if name.startswith("per_layer") and isinstance(value, Mapping):
            node.after[name] = {key: item for key, item in value.items() if not key.isdigit() or int(key) < kept}


def _moved(value: list[int], count: int, kept: int, *, first: int = 0) -> list[int]:
    """Numbers of layers, moved to those that are left: in order, apart as long as there are enough."""
    top = max(value, default=0)
    if top < kept + first or top > count:
        return value
    offset = 1 if top == count else first
    positive = sorted({item for item in value if item >= 0})
    start = kept + offset - len(positive)
    places = {item: max(offset if item else 0, start + index) for index, item in enumerate(positive)}
    return [places.get(item, item) for item in value]
