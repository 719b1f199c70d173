"""Logarithmic axes: where a value stands, and which values are written beside it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from catalog.site.charts import svg

_STEPS = ((1.0,), (1.0, 3.0), (1.0, 2.0, 5.0), (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 7.0))
"""Values within a power of ten that are written, fewest first."""
_FEWEST, _MOST = 3, 8
_MARGIN = 0.04


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """A logarithmic axis.

    Attributes:
        title: What it measures.
        low: Value at its start, above 0.
        high: Value at its end, larger than `low`.
        start: Pixel of its start.
        end: Pixel of its end; less than `start` for an axis that rises.
        ticks: Values that are written.
        write: Writes a value.
    """

    title: str
    low: float
    high: float
    start: float
    end: float
    ticks: tuple[float, ...]
    write: Callable[[float], str]

    def place(self, value: float) -> float:
        """Where a value stands, in pixels."""
        share = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + share * (self.end - self.start)

    @property
    def label_width(self) -> float:
        """Width of its widest label, in pixels."""
        return max((svg.text_width(self.write(tick)) for tick in self.ticks), default=0.0)

    def within(self, start: float, end: float) -> Axis:
        """The same axis between two other pixels."""
        return Axis(
            title=self.title, low=self.low, high=self.high, start=start, end=end, ticks=self.ticks, write=self.write
        )


def log_axis(
    values: Sequence[float],
    *,
    title: str,
    write: Callable[[float], str],
    base: float = 10.0,
    marks: Sequence[float] | None = None,
) -> Axis:
    """Make an axis that encloses values, with a little room on both sides.

    Args:
        values: The values, at least one, all above 0.
        title: What it measures.
        write: Writes a value.
        base: 10 for decimal labels, 2 for those that double.
        marks: Values to write, whatever they are; ``None`` chooses round ones.
    """
    low, high = min(values), max(values)
    if high < low * 1.5:
        low, high = low / 1.5, high * 1.5
    room = (high / low) ** _MARGIN
    low, high = low / room, high * room
    if marks is None:
        marks = _doubled(low, high) if base == 2.0 else _rounded(low, high)
    ticks = tuple(mark for mark in marks if low <= mark <= high)
    return Axis(title=title, low=low, high=high, start=0.0, end=1.0, ticks=ticks, write=write)


def _rounded(low: float, high: float) -> list[float]:
    """Round numbers between two values: as many as can be read side by side."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    found: list[float] = []
    for steps in _STEPS:
        found = [
            value for power in range(first, last + 1) for step in steps if low <= (value := step * 10.0**power) <= high
        ]
        if len(found) >= _FEWEST:
            break
    return found[:: math.ceil(len(found) / _MOST)] if found else [low, high]


def _doubled(low: float, high: float) -> list[float]:
    """Powers of two between two values, and where there are few, those halfway between them."""
    first, last = math.floor(math.log2(low)), math.ceil(math.log2(high))
    powers = [2.0**power for power in range(first, last + 1)]
    for found in (powers, sorted([*powers, *(1.5 * power for power in powers)])):
        shown = [value for value in found if low <= value <= high]
        if len(shown) >= _FEWEST:
            return shown[:: math.ceil(len(shown) / _MOST)]
    return [low, high]
