"""From timed runs to a :class:`~catalog.measurements.Timing`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, median

from catalog.measurements import Timing


def percentile(ordered: Sequence[float], share: float) -> float:
    """A percentile, interpolated linearly between the two nearest values (type 7 of Hyndman and Fan, 1996).

    Args:
        ordered: Values from the smallest to the largest, at least one.
        share: Between 0 and 1; 0.5 is the median.
    """
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def timing_of(rounds: Sequence[Sequence[float]]) -> Timing:
    """Sum up timed runs.

    Args:
        rounds: Seconds of each run, by rounds; every round has at least one.
    """
    ordered = sorted(seconds for one in rounds for seconds in one)
    middle = percentile(ordered, 0.5)
    medians = [median(one) for one in rounds]
    return Timing(
        p50=middle,
        p90=percentile(ordered, 0.9),
        p99=percentile(ordered, 0.99),
        mean=fmean(ordered),
        minimum=ordered[0],
        maximum=ordered[-1],
        n=len(ordered),
        noise=(max(medians) - min(medians)) / 2 / middle if middle > 0 else 0.0,
    )


def less(timing: Timing, seconds: float, parts: int) -> Timing:
    """What is left of every run after a constant share, divided into equal parts.

    Args:
        timing: Time of whole runs.
        seconds: What each run spends on something else; less than the fastest run, else 0 is left.
        parts: Parts that the rest consists of.
    """

    def rest(value: float) -> float:
        return max(0.0, value - seconds) / parts

    middle = rest(timing.p50)
    return Timing(
        p50=middle,
        p90=rest(timing.p90),
        p99=rest(timing.p99),
        mean=rest(timing.mean),
        minimum=rest(timing.minimum),
        maximum=rest(timing.maximum),
        n=timing.n,
        noise=timing.noise * timing.p50 / (middle * parts) if middle > 0 else timing.noise,
    )
