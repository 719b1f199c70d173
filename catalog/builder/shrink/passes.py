"""Reduces the numbers of a tree, then restores what must hold between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from catalog.builder.shrink.roles import role_of
from catalog.builder.shrink.scale import Scale
from catalog.builder.shrink.tree import Node
from catalog.records import Json


def reduce_numbers(root: Node, scale: Scale) -> None:
    """Give every number its reduced value by what it is, without a look at the others."""
    limits = scale.limits
    maps: dict[str, Callable[[int], int]] = {
        "width": scale.width,
        "vocabulary": lambda value: min(value, limits.vocabulary),
        "heads": scale.heads,
        "head-width": scale.head_width,
        "experts": lambda value: min(value, limits.experts),
        "chosen-experts": lambda value: min(value, 2),
        "positions": lambda value: min(value, limits.positions),
        "queries": lambda value: min(value, limits.queries),
        "window": lambda value: min(value, limits.window),
        "frames": lambda value: min(value, limits.frames),
        "groups": lambda value: value if value <= 2 else scale.width(value) if value > 64 else 2,
        "layer-place": lambda value: min(value, 1),
        "period": lambda value: min(value, 2),
        "offset": lambda value: min(value, 1),
        "codebooks": lambda value: min(value, 8),
        "feature-layer": lambda value: max(min(value, limits.layers - 1), -limits.layers),
    }
    for node in root.walk():
        for name, value in node.before.items():
            mapping = maps.get(role_of(name))
            if mapping is not None and not isinstance(value, str):
                node.after[name] = mapped(value, mapping, negative=role_of(name) == "feature-layer")


def mapped(value: Json, mapping: Callable[[int], int], *, negative: bool = False) -> Json:
    """Apply a map to the positive numbers of a value, lists included, or to all of them."""
    if isinstance(value, list):
        return [mapped(item, mapping, negative=negative) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and (value > 0 or negative):
        return mapping(value)
    return value


def numbers(value: Json) -> Iterator[int]:
    """The whole numbers of a value, lists included."""
    if isinstance(value, list):
        for item in value:
            yield from numbers(item)
    elif isinstance(value, int) and not isinstance(value, bool):
        yield value
