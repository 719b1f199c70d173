"""How many bytes a model takes during one run, as torch's own allocator reports them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Final

import torch

from catalog.benchmark.measure.passes import Pass
from catalog.builder.estimate.cache_tensors import tensors_in
from catalog.builder.memory_guard import bytes_of
from catalog.collector import paused_collector

_SILENT: Final = "6"
"""Level of torch's profiler at which it does not announce that it starts and stops."""


def tracked_bytes(run: Pass, model: Any, inputs: Mapping[str, Any]) -> int:
    """Weights, buffers, inputs, what is kept between runs, and the most that one run holds besides, on the processor.

    The allocator reports every block that it hands out and takes back, temporaries within kernels included. Unlike the
    resident set these reports are exact and repeatable, and know nothing of the interpreter.

    Args:
        run: What is run, within its own context; it has run before, so that what it keeps exists.
        model: The model.
        inputs: What it is called with.
    """
    os.environ.setdefault("KINETO_LOG_LEVEL", _SILENT)
    given = bytes_of(model) + _bytes_of(inputs) + run.kept_bytes()
    activities = [torch.profiler.ProfilerActivity.CPU]
    # Cycles from before would give memory back that was never reported as handed out.
    with (
        run.context(),
        paused_collector(),
        torch.profiler.profile(activities=activities, profile_memory=True) as profile,
    ):
        run.call()
    reports = [event for event in profile.profiler.kineto_results.events() if event.name() == "[memory]"]
    held = highest = 0
    for event in sorted(reports, key=lambda event: event.start_ns()):
        held += event.nbytes()
        highest = max(highest, held)
    return given + highest


def _bytes_of(inputs: Mapping[str, Any]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors_in(dict(inputs)))
