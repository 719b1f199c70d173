"""Fewer layers: one of each kind is kept, and everything that has one entry a layer or names layers goes along."""

from __future__ import annotations

from catalog.builder.shrink.passes import numbers
from catalog.builder.shrink.roles import role_of
from catalog.builder.shrink.scale import Scale
from catalog.builder.shrink.tree import Node
from catalog.records import Json

_LONGEST = 8  # kinds of layers of one stack; more are no kinds but a value of their own for each layer
_SHORTEST = 5  # a shorter list is one entry a stage rather than one a layer


def reduce_layers(node: Node, scale: Scale) -> None:
    """Reduce the stacks of one configuration."""
    stacks = {name: count for name in node.before if role_of(name) == "layers" and (count := _count(node, name))}
    lists = {name: value for name in node.before if isinstance(value := node.known(name), list)}
    for count in set(stacks.values()):
        per_layer = {name: value for name, value in lists.items() if len(value) == count and _is_per_layer(name, count)}
        kept = _kept(per_layer, count, scale.limits.layers, _named(node, lists, count))
        for name in (name for name, many in stacks.items() if many == count):
            node.after[name] = len(kept)
        for name, value in per_layer.items():
            if node.before.get(name) is not None or _varies(value):
                node.after[name] = [value[index] for index in kept]
        for name, value in lists.items():
            if role_of(name) == "layer-list" and name not in per_layer and node.before.get(name) is not None:
                node.after[name] = _moved(value, count, len(kept))
    for name in node.before:
        value = node.before[name]
        if role_of(name) == "layers" and isinstance(value, list):
            node.after[name] = [min(item, scale.limits.stage) if isinstance(item, int) else item for item in value]


def _count(node: Node, name: str) -> int | None:
    value = node.integer(name, old=True)
    return value if value is not None and value > 1 else None


def _is_per_layer(name: str, count: int) -> bool:
    return count >= _SHORTEST or name.endswith("layer_types")


def _varies(value: list[Json]) -> bool:
    return any(item != value[0] for item in value)


def _kept(per_layer: dict[str, list[Json]], count: int, limit: int, wanted: int) -> list[int]:
    """The layers to keep: the first of each kind, and as many as the limit and the lists of layers ask for."""
    kinds: dict[str, int] = {}
    for index in range(count):
        words = [value[index] for value in per_layer.values() if isinstance(value[index], str | bool)]
        kinds.setdefault(repr(words), index)
    chosen = sorted(kinds.values())[:_LONGEST]
    many = min(count, max(limit, wanted, len(chosen)))
    rest = (index for index in range(count) if index not in chosen)
    return sorted([*chosen, *(next(rest) for _ in range(many - len(chosen)))])


def _named(node: Node, lists: dict[str, list[Json]], count: int) -> int:
    """How many layers are needed to keep all those that a list names apart."""
    found = [
        len(set(numbers(value)))
        for name, value in lists.items()
        if role_of(name) == "layer-list" and node.before.get(name) is not None and max(numbers(value), default=0) > 0
    ]
    return min(max(found, default=0), count, 4)


def _moved(value: Json, count: int, kept: int) -> Json:
    """A list of layers, moved to those that are left: in order, apart as long as there are enough."""
    if not isinstance(value, list) or not all(isinstance(item, int) for item in value) or not value:
        return value
    top = max(value)
    if top < kept or top > count:
        return value
    offset = 1 if top == count else 0
    positive = sorted({item for item in value if item >= 0})
    first = kept + offset - len(positive)
    places = {item: max(offset if item else 0, first + index) for index, item in enumerate(positive)}
    return [places.get(item, item) for item in value]
