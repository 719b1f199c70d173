"""From a few followed passes to the peak at any batch and length."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from catalog.builder.estimate.graph import Peak
from catalog.errors import UsageError

_PATIENCE: Final = 8.0
"""Seconds that one pass may take before it is extrapolated from shorter ones."""
_PROBES: Final = (4, 8, 16)
"""Lengths at which models that go token by token are followed."""
_ROOM: Final = (1, 4, 16, 64)
"""Multiples of them that are tried, until a text has room for what must be in it."""
_STEPS: Final = (1, 4, 16)
"""Multiples of what was asked for at which the growth is followed."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Bytes at some sizes, and between and beyond them.

    Attributes:
        points: Sizes and bytes, growing.
        degree: Degree of the polynomial between neighbouring points: 1 for batches, 2 for lengths, since scores and
            masks grow with the square.
    """

    points: tuple[tuple[int, int], ...]
    degree: int

    def at(self, size: int) -> int:
        """Bytes at a size: through the points around it, or through the last ones where it lies beyond."""
        count = min(self.degree + 1, len(self.points))
        above = next((i for i, (x, _) in enumerate(self.points) if x >= size), len(self.points))
        first = min(max(above - count + 1, 0), len(self.points) - count)
        near = self.points[first : first + count]
        return max(round(through(near, size)), 0)


class Prediction:
    """Follows passes, each size once, and extrapolates where following would take too long.

    Args:
        follow: Follows a pass of a batch and a length.
        stepwise: True for models that may go token by token, so that time grows with the length.
        longest: Tokens beyond which the model cannot be run; ``None`` where there is no such limit.
        degree: Degree of the growth with the length: 2 for attention, whose scores and masks are square, 1 without it.
        steps: Multiples of what was asked for at which the growth is followed.
    """

    def __init__(
        self,
        follow: Callable[[int, int], Peak],
        *,
        stepwise: bool,
        longest: int | None,
        degree: int = 2,
        steps: tuple[int, ...] = _STEPS,
    ) -> None:
        self._follow = follow
        self._degree = degree
        self._longest = longest
        self._steps = steps
        self._probes: tuple[int, ...] = _PROBES
        self._known: dict[tuple[int, int], Peak] = {}
        self._per_token = 0.0
        self.extrapolated = False
        if stepwise:
            self._probe()

    def peak(self, *, batch_size: int, length: int) -> Peak:
        """The peak of a pass: followed, or extrapolated where that is not possible in reasonable time."""
        if not self._too_long(length):
            return self._run(batch_size, length)
        self.extrapolated = True
        lengths = self._lengths(length)
        peaks = [self._run(batch_size, item) for item in lengths]

        def grown(field: str) -> int:
            points = tuple((item, getattr(peak, field)) for item, peak in zip(lengths, peaks, strict=True))
            return Curve(points, degree=self._degree).at(length)

        names = ("total_bytes", "forward_bytes", "input_bytes", "score_bytes", "cache_bytes", "encoder_length")
        return replace(peaks[-1], **{name: grown(name) for name in names})

    def by_length(self, *, batch_size: int, length: int) -> Curve:
        """How the peak grows with the length."""
        points = tuple((item, self._run(batch_size, item).total_bytes) for item in self._lengths(length))
        return Curve(points, degree=self._degree)

    def by_batch(self, *, batch_size: int, length: int) -> Curve:
        """How the peak grows with the batch."""
        if self._too_long(length):
            one = self.peak(batch_size=batch_size, length=length).total_bytes
            return Curve(((0, 0), (batch_size, one)), degree=1)
        sizes = [batch_size * step for step in self._steps]
        points = tuple((size, self.peak(batch_size=size, length=length).total_bytes) for size in sizes)
        return Curve(points, degree=1)

    def _run(self, batch_size: int, length: int) -> Peak:
        key = (batch_size, length)
        if key not in self._known:
            self._known[key] = self._follow(batch_size, length)
        return self._known[key]

    def _probe(self) -> None:
        """Find out whether time grows with the length, as it does where code goes token by token."""
        for factor in _ROOM:
            self._probes = tuple(factor * length for length in _PROBES)
            seconds = []
            try:
                for length in self._probes[:2]:
                    start = time.process_time()
                    self._run(1, length)
                    seconds.append(time.process_time() - start)
            except UsageError:  # a text that short has no room for the places of images and sounds
                continue
            if seconds[1] > 1.3 * seconds[0]:
                self._per_token = (seconds[1] - seconds[0]) / (self._probes[1] - self._probes[0])
            return

    def _too_long(self, length: int) -> bool:
        beyond = self._longest is not None and length > self._longest
        return beyond or self._per_token * length > _PATIENCE

    def _lengths(self, length: int) -> tuple[int, ...]:
        """Lengths at which growth is followed: from the one asked for upwards, as far as the model goes."""
        if self._per_token * length * self._steps[-1] > _PATIENCE:
            return self._probes
        if self._longest is not None and length * self._steps[1] > self._longest:
            return tuple(sorted({max(self._longest // step, 1) for step in (1, 2, 4)}))
        return tuple(length * step for step in self._steps if self._longest is None or length * step <= self._longest)


def through(points: tuple[tuple[int, int], ...], x: int) -> float:
    """The polynomial through some points (Lagrange), at a place."""
    total = 0.0
    for i, (xi, yi) in enumerate(points):
        term = float(yi)
        for j, (xj, _) in enumerate(points):
            if i != j:
                term *= (x - xj) / (xi - xj)
        total += term
    return total
