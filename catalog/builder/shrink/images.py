"""Smaller images: whole patches, and every number that counts patches goes along."""

from __future__ import annotations

import re

from catalog.builder.shrink.passes import mapped, numbers
from catalog.builder.shrink.roles import role_of
from catalog.builder.shrink.scale import Scale
from catalog.builder.shrink.tree import Node

_COUNTS_PATCHES = re.compile(r"patch|token|seq|grid|position_embed|embedding_size|posemb|pos_emb|vision_num|image_len")


def reduce_images(root: Node, scale: Scale) -> None:
    """Reduce the images of a tree, each by the same factor as its patches."""
    counted: dict[int, int] = {}
    sides: dict[int, int] = {}
    for node in root.walk():
        for name, value in node.before.items():
            if role_of(name) == "image":
                new = mapped(value, lambda size, node=node: _image(node, size, scale))  # type: ignore[misc]
                node.after[name] = new
                for old, less in zip(numbers(value), numbers(new), strict=True):
                    counted.update(_counts(node, old, less))
                    sides.update({old * times: less * times for times in range(1, 10)})
    for node in root.walk():
        for name in node.before:
            if name == "image_grid_pinpoints":
                node.after[name] = mapped(node.before[name], lambda size: sides.get(size, size))
            elif _COUNTS_PATCHES.search(name) and role_of(name) in ("none", "queries", "positions", "width"):
                number = node.integer(name, old=True)
                if number in counted and (role_of(name) != "positions" or _patch(node)):
                    node.after[name] = counted[number]


def _patch(node: Node) -> int | None:
    for name in ("patch_size", "encoder_patch_size", "vision_patch_size", "spatial_patch_size"):
        value = node.known(name)
        found = max(numbers(value), default=0)
        if found > 0:
            return found
    return None


def _image(node: Node, size: int, scale: Scale) -> int:
    patch = _patch(node)
    if patch is None:
        return min(size, scale.limits.image)
    if size % patch:
        return _grid(node, size // patch, scale) * patch + (size % patch if size > patch else 0)
    return _grid(node, size // patch, scale) * patch


def _grid(node: Node, grid: int, scale: Scale) -> int:
    """Patches along a side: a power of two, so that they can be merged, pooled and halved."""
    bound = max(1, min(grid, max(scale.limits.grid, _least(node))))
    return 1 << (bound.bit_length() - 1)


def _least(node: Node) -> int:
    """Patches along a side that a hierarchical model needs: it halves them from stage to stage."""
    stages = [len(value) for name in ("depths", "hidden_sizes") if isinstance(value := node.known(name), list)]
    return int(2 ** max(stages, default=0))


def _counts(node: Node, old: int, new: int) -> dict[int, int]:
    """What counts patches: how many there are along a side and in all, merged ones and a class token included."""
    patch = _patch(node)
    if not patch or old < patch or old == new:
        return {}
    before, after = old // patch, new // patch
    found: dict[int, int] = {}
    for merged in (1, 2, 4):
        if before % merged == 0 and after % merged == 0:
            sides = (before // merged, after // merged)
            found |= {sides[0] ** 2: sides[1] ** 2, sides[0] ** 2 + 1: sides[1] ** 2 + 1}
    if before > 16:
        found[before] = after
    return found
