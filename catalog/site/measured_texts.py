"""Measured figures, workloads and machines in words."""

from __future__ import annotations

import math

from catalog.benchmark.figures import token_length
from catalog.measurements import EstimateMethod, Measurement, Mode, Status, Workload
from catalog.quantities import count_text, format_bytes
from catalog.site.measured import Place, Row

MODE_TITLES: dict[Mode, str] = {"forward": "Forward passes", "train": "Training steps", "generate": "Generation"}
MODE_TEXTS: dict[Mode, str] = {"forward": "forward pass", "train": "training step", "generate": "generation"}
METHOD_TEXTS: dict[EstimateMethod, str] = {
    "graph": "from the graph",
    "run": "from a real pass",
    "formula": "by formula",
}
"""How an estimate of memory came about."""
STATUS_TEXTS: dict[Status, str] = {
    "measured": "it ran, and has figures",
    "crash": "the process died",
    "timeout": "it took longer than it may",
    "out-of-memory": "it took more memory than it may, even with one sample, or cannot fit to begin with",
    "missing-library": "an optional library is not installed",
    "does-not-build": "making the configuration or the model fails",
    "no-inputs": "inputs for it cannot be made",
    "does-not-run": "the pass raises an error",
    "unsupported": "what was asked for does not exist for this model or this machine",
    "interrupted": "it was stopped from outside",
}
_DIGITS = 3
_SMALLEST = 1e-6


def figure(value: float | None) -> str:
    """A figure of a column whose heading has the unit: three digits, thousands apart; empty where it is not known."""
    if value is None:
        return ""
    if value == 0:
        return "0"
    if abs(value) < _SMALLEST:
        return f"{value:.2e}"
    digits = max(_DIGITS - 1 - math.floor(math.log10(abs(value))), 0)
    return f"{value:,.{digits}f}"


def percent(ratio: float | None, *, signed: bool = False) -> str:
    """A ratio in percent, without the sign: with one decimal, from 100 on with none."""
    if ratio is None:
        return ""
    value = 100 * ratio
    text = f"{value:{'+' if signed else ''},.{0 if abs(value) >= 100 else 1}f}"
    return text.lstrip("+-") if float(text.replace(",", "")) == 0 else text


def machine_text(place: Place) -> str:
    """What it ran on: processor or GPU, cores, threads, memory, workers side by side."""
    found = place.environment
    workers = "one worker at a time"
    if found.jobs > 1:
        workers = f"{found.jobs} workers side by side" + (", each on cores of its own" if found.pinned else "")
    processor = [
        found.processor,
        count_text(found.cores, "core"),
        f"{count_text(found.threads, 'thread')} of torch",
        workers,
        f"{format_bytes(found.memory)} of memory" if found.memory else "",
    ]
    gpu = []
    if found.gpu is not None:
        memory = f" with {format_bytes(found.gpu_memory)}" if found.gpu_memory else ""
        gpu = [f"{found.gpu}{memory}", f"driver {found.driver}" if found.driver else "", _cuda(found.cuda)]
    return ", ".join(part for part in (*gpu, *processor) if part)


def software_text(place: Place) -> str:
    """What ran: libraries, system, the catalog's own release and commit, and when."""
    found = place.environment
    catalog = " and ".join(place.versions)
    commits = ", ".join(commit[:9] for commit in place.commits)
    days = place.first if place.first == place.last else f"{place.first} to {place.last}"
    parts = [
        f"torch {found.torch}",
        f"transformers {found.transformers}",
        f"Python {found.python}",
        found.system,
        f"catalog {catalog}" if catalog else "",
        f"commit {commits}" if commits else "",
        "workers started by Ray" if found.executor == "ray" else "",
        days,
    ]
    return ", ".join(part for part in parts if part)


def workload_text(workload: Workload) -> str:
    """What a workload is besides its mode: ``"batch 1, float32"``."""
    parts = [
        f"batch {workload.batch_size}",
        f"{workload.sequence_length:,} tokens" if workload.sequence_length is not None else "",
        f"{workload.image_size} pixels" if workload.image_size is not None else "",
        f"{workload.new_tokens:,} new tokens" if workload.new_tokens is not None else "",
        workload.dtype,
        f"{workload.attention} attention" if workload.attention else "",
        "compiled" if workload.compile else "",
    ]
    return ", ".join(part for part in parts if part)


def model_name(measurement: Measurement) -> str:
    """What people call the model: its model type, else its configuration class."""
    return measurement.subject.model_type or measurement.subject.config_class


def workload_name(measurement: Measurement) -> str:
    """What was run at which scale: ``"forward pass, tiny"``, ``"generation of 33 tokens, full"``."""
    more = measurement.workload.new_tokens
    tokens = f" of {count_text(more + 1, 'token')}" if more is not None else ""
    return f"{MODE_TEXTS[measurement.workload.mode]}{tokens}, {measurement.subject.scale}"


def attention_text(measurement: Measurement) -> str:
    """The implementation of attention that ran, else the one that was asked for; empty where neither is known."""
    return measurement.attention or measurement.workload.attention or ""


def batch_text(measurement: Measurement) -> str:
    """The batch; where less was run than was asked for, both."""
    asked = measurement.asked_batch_size
    return f"{measurement.workload.batch_size}" + (f" (of {asked})" if asked is not None else "")


def size_text(measurement: Measurement) -> str:
    """How much each sample holds: tokens, pixels; empty where the model chose and has no text."""
    length, side = token_length(measurement), measurement.workload.image_size
    parts = [f"{length:,} tokens" if length is not None else "", f"{side} pixels" if side is not None else ""]
    return ", ".join(part for part in parts if part)


def reason_text(measurement: Measurement) -> str:
    """Why it was not measured, in one line."""
    text = " ".join((measurement.reason or "").split())
    if measurement.library and measurement.library not in text:
        text = f"{text} ({measurement.library})" if text else measurement.library
    return text or STATUS_TEXTS[measurement.status]


def place_name(row: Row) -> str:
    """The letter of the place; empty where it is not known."""
    return "" if row.place is None else row.place.name


def _cuda(release: str | None) -> str:
    return f"CUDA {release}" if release else ""
