"""How far a configuration is reduced: one scale for a whole tree, so that numbers that were equal stay equal."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.builder.shrink.roles import MAIN_WIDTHS
from catalog.builder.shrink.tree import Node

UNIT = 16
"""Widths are multiples of it, so that heads, groups and halves divide them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The largest numbers of each kind that a reduced configuration has.

    Attributes:
        width: Width of the main stream.
        layers: Layers of each stack, unless there are more kinds of layers.
        heads: Attention heads.
        experts: Experts of each layer.
        vocabulary: Entries of each vocabulary.
        positions: Learned positions.
        grid: Patches along one side of an image.
        image: Pixels along one side of an image, where the size of a patch is not known.
        queries: Learned queries.
        window: Length of attention windows.
        frames: Frames of a video.
        stage: Layers of each stage of a hierarchical model.
    """

    width: int = 64
    layers: int = 2
    heads: int = 4
    experts: int = 4
    vocabulary: int = 256
    positions: int = 512
    grid: int = 8
    image: int = 64
    queries: int = 16
    window: int = 32
    frames: int = 4
    stage: int = 1


LADDER = (
    Limits(),
    Limits(width=32, vocabulary=128, positions=256, experts=4),
    Limits(width=32, heads=2, layers=1, vocabulary=128, positions=128, experts=2),
    Limits(width=16, heads=2, layers=1, vocabulary=64, positions=64, experts=2, grid=4, image=32, queries=8),
)
"""From the roomiest to the smallest; the first one that fits a budget is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Maps the numbers of one tree. Every map is monotone and keeps equal numbers equal.

    Attributes:
        limits: The largest numbers.
        divisor: What widths are divided by.
        floor: Smallest width of what was a main stream.
        unit: Number that widths are multiples of.
    """

    limits: Limits
    divisor: float
    floor: int
    unit: int = UNIT

    def width(self, value: int) -> int:
        """A width: divided, rounded to the unit; small ones are kept."""
        if value <= self.unit:
            return value
        scaled = max(self.unit, round(value / self.divisor / self.unit) * self.unit)
        if value >= 8 * self.floor:
            scaled = max(scaled, self.floor)
        return min(value, scaled)

    def heads(self, value: int) -> int:
        """A number of heads: a power of two, so that it divides every width."""
        bound = max(1, min(value, self.limits.heads))
        return 1 << (bound.bit_length() - 1)

    def head_width(self, value: int) -> int:
        """The width of a head that is not tied to the width of the model: even, for rotary embeddings."""
        return value if value <= 8 else max(8, round(value / 64) * 8)

    def count(self, value: int, limit: int) -> int:
        """A count with a limit."""
        return min(value, limit)


def scale_of(root: Node, limits: Limits, unit: int | None = None) -> Scale:
    """The scale that brings the widest main stream of a tree to the limit."""
    widths = [width for node in root.walk() for width in main_widths(node)]
    if not widths:
        return Scale(limits=limits, divisor=1024 / limits.width, floor=limits.width // 2, unit=unit or UNIT)
    widest = max(widths)
    return Scale(limits=limits, divisor=max(1.0, widest / limits.width), floor=limits.width // 2, unit=unit or UNIT)


def main_widths(node: Node) -> list[int]:
    """The widths of the streams that run through a configuration: one for a plain model, one a stage for others."""
    for name in MAIN_WIDTHS:
        value = node.known(name)
        if isinstance(value, list) and value and all(isinstance(item, int) for item in value):
            return [max(value)]
        if isinstance(value, int) and not isinstance(value, bool) and value >= UNIT:
            stages = [node.known(other) for other in ("depths", "num_heads", "num_attention_heads")]
            doublings = max((len(item) - 1 for item in stages if isinstance(item, list)), default=0)
            return [value * 2**doublings]
    return []
