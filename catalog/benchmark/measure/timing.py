"""Times a call with ``torch.utils.benchmark``: warms it up until its time has settled, then times it in rounds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

from torch.utils import benchmark

from catalog.benchmark.job import Care
from catalog.benchmark.measure.percentiles import timing_of
from catalog.measurements import Timing

_SETTLED: Final = 0.05
"""How far the medians of two successive windows may lie apart when the time has settled."""
_WINDOW_RUNS: Final = 3
_MOST_WINDOW_RUNS: Final = 50
_WINDOW_SECONDS: Final = 0.02
"""A window lasts so long, unless its runs are very short, so that short runs are not judged by three of them."""
_SLOW_SECONDS: Final = 0.5
"""A run from which one makes a window."""
_SHORTEST_SECONDS: Final = 1e-4
"""Time of a block at least. Reading the clock takes less than a microsecond."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timed:
    """A call's time, and how it was found.

    Attributes:
        timing: Seconds of one run.
        warmup_runs: Runs before those that count.
        warmed_up: Whether the time had settled.
        rounds: Rounds that the runs were split into.
        block: Runs that were timed as one.
    """

    timing: Timing
    warmup_runs: int
    warmed_up: bool
    rounds: int
    block: int = 1


def time_call(
    call: Callable[[], Any], *, care: Care, threads: int, settled: Callable[[], None] = lambda: None
) -> Timed:
    """Time a call.

    Args:
        call: What is timed. On an accelerator the timer waits for it to end.
        care: How carefully.
        threads: Threads of torch within an operator.
        settled: Called between warming up and the runs that count.
    """
    timer = _Timer(stmt="call()", globals={"call": call}, num_threads=threads)
    warmup = _warm_up(timer, care.warmup_seconds)
    settled()
    timer.block = block = max(1, math.ceil(_SHORTEST_SECONDS / warmup.seconds))
    rounds = max(1, care.rounds)
    runs = math.ceil(care.least_runs / rounds)
    seconds = max(care.seconds / rounds, 0.9 * runs * warmup.seconds)
    found = [_round(timer, seconds=seconds, runs=runs) for _ in range(rounds)]
    return Timed(timing=timing_of(found), warmup_runs=warmup.runs, warmed_up=warmup.settled, rounds=rounds, block=block)


def time_once(call: Callable[[], Any], *, threads: int) -> float:
    """Seconds of one run, without any before it.

    Args:
        call: What is timed.
        threads: Threads of torch within an operator.
    """
    return _once(_Timer(stmt="call()", globals={"call": call}, num_threads=threads))


class _Timer(benchmark.Timer):  # type: ignore[misc]  # torch is untyped here
    """Torch's timer with blocks of a size that is chosen once; its own choice costs a run each time it is asked."""

    block = 1

    def _estimate_block_size(self, min_run_time: float) -> int:  # noqa: ARG002  # torch gives it
        return self.block


@dataclass(frozen=True, slots=True, kw_only=True)
class _Warmup:
    runs: int
    settled: bool
    seconds: float


def _warm_up(timer: _Timer, patience: float) -> _Warmup:
    """Run until the medians of two successive windows agree, or until patience ends."""
    spent = _once(timer)
    runs, before = 1, math.inf
    window = [spent]
    while spent < patience:
        window = []
        while len(window) < _WINDOW_RUNS or (len(window) < _MOST_WINDOW_RUNS and sum(window) < _WINDOW_SECONDS):
            window.append(_once(timer))
            if window[-1] >= _SLOW_SECONDS:
                break
        runs, spent = runs + len(window), spent + sum(window)
        now = median(window)
        if abs(now - before) <= _SETTLED * now:
            return _Warmup(runs=runs, settled=True, seconds=now)
        before = now
    return _Warmup(runs=runs, settled=False, seconds=median(window))


def _once(timer: _Timer) -> float:
    """Seconds of one run."""
    return float(timer.blocked_autorange(min_run_time=0.0).times[0])


def _round(timer: _Timer, *, seconds: float, runs: int) -> list[float]:
    """Seconds of each run of a round that lasts some time and has some runs at least."""
    times = list(timer.blocked_autorange(min_run_time=seconds).times)
    while len(times) < runs:
        times.extend(timer.blocked_autorange(min_run_time=0.0).times)
    return times
