"""How far two measurements of the same may lie apart when nothing changed.

``Timing.noise`` tells how far rounds within one process lie apart. Another process has another layout of memory, other
caches, perhaps another core and another clock, and differs by more than that. How much more depends on the machine:
the figures below are floors, chosen to err on the side of saying *the same*. Two runs with pairs enough tell by
themselves how far they scatter (:func:`scatter_of`); the larger of the two counts.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from typing import Final

from catalog.measurements import Measurement

BETWEEN_PROCESSES: Final = 0.03
"""On a processor, workers one after another."""

SIDE_BY_SIDE: Final = 0.05
"""On a processor, workers side by side: they share caches and the way to memory, and each has other neighbours."""

ON_GPU: Final = 0.015
"""On a GPU, whose clock follows its temperature."""

NOT_SETTLED: Final = 0.1
"""More, where the time had not settled when the timed runs began."""

UNSTEADY: Final = 0.25
"""Noise above which the rounds have no middle: all of their range may lie to one side of the median."""

LEAST_PAIRS: Final = 10
"""Pairs from which on two runs tell by themselves how far they scatter."""

_NORMAL: Final = 1.4826
"""Standard deviation of a normal distribution, in its median absolute deviations."""


def noise_of(measurement: Measurement) -> float:
    """Relative noise of a measured row: within its process and between processes, together.

    Returns:
        0.03 means that another process may well be 3 % faster or slower.
    """
    within = 0.0 if measurement.latency is None else measurement.latency.noise
    parts = [within, _between(measurement)]
    if measurement.warmed_up is False:
        parts.append(NOT_SETTLED)
    return math.hypot(*parts)


def _between(measurement: Measurement) -> float:
    if measurement.workload.device.partition(":")[0] == "cuda":
        return ON_GPU
    environment = measurement.environment
    return SIDE_BY_SIDE if environment is not None and environment.jobs > 1 else BETWEEN_PROCESSES


def differs(ratio: float, noise: float) -> bool:
    """Whether a ratio of two times is more than noise.

    Args:
        ratio: The ratio. Twice as fast and twice as slow are equally far from the same.
        noise: By how much it may differ from one without any change.
    """
    return abs(math.log(ratio)) > math.log1p(noise if noise <= UNSTEADY else 2 * noise)


def scatter_of(ratios: Sequence[float]) -> float:
    """How far ratios of the same two runs scatter around what all of them share.

    It is the median absolute deviation of their logarithms from the median, scaled to a standard deviation: that all
    became slower by as much, or a few by a lot, does not change it.
    """
    logs = [math.log(ratio) for ratio in ratios]
    middle = statistics.median(logs)
    return math.expm1(_NORMAL * statistics.median(abs(value - middle) for value in logs))
