"""Memory and time as a CUDA device itself counts them.

Written after torch's documentation; no such device was at hand to run it on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from catalog.benchmark.measure.passes import Pass
from catalog.benchmark.measure.percentiles import timing_of
from catalog.measurements import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class DevicePeak:
    """Highest use of a device's memory.

    Attributes:
        allocated: Bytes of tensors.
        reserved: Bytes that torch's allocator holds for them.
    """

    allocated: int
    reserved: int


def forget_peak(device: str) -> None:
    """Begin to follow the peak anew, with nothing held back from before."""
    torch.cuda.empty_cache()
    torch.cuda.reset_peak_memory_stats(torch.device(device))


def peak_since(device: str) -> DevicePeak:
    """The peak since :func:`forget_peak`."""
    place = torch.device(device)
    torch.cuda.synchronize(place)
    return DevicePeak(
        allocated=int(torch.cuda.max_memory_allocated(place)), reserved=int(torch.cuda.max_memory_reserved(place))
    )


def device_timing(run: Pass, *, like: Timing, rounds: int) -> Timing:
    """Time runs between two events on the current device, which leaves out what the processor does before and after.

    Args:
        run: What is run, within its own context.
        like: The time that was found from outside, of which the number of runs is taken.
        rounds: Rounds that they are split into.
    """
    runs = max(1, like.n // rounds)
    with run.context():
        return timing_of([_round(run, runs) for _ in range(rounds)])


def _round(run: Pass, runs: int) -> list[float]:
    pairs: list[tuple[Any, Any]] = []
    for _ in range(runs):
        start, end = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
        start.record()
        run.call()
        end.record()
        end.synchronize()  # one run at a time, as outside: a queue of them would hide what launching costs
        pairs.append((start, end))
    return [start.elapsed_time(end) / 1000 for start, end in pairs]
