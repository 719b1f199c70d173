"""Measurements as Markdown, to be pasted: no figure stands without where it was measured."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from catalog.measurements import Environment, Measurement, Timing
from catalog.quantities import format_bytes, format_count, format_duration, format_rate


def to_markdown(rows: Iterable[Measurement]) -> str:
    """A table for each environment, with the environment beneath it: no figure stands without where it was measured."""
    groups: dict[Environment | None, list[Measurement]] = {}
    for row in rows:
        groups.setdefault(row.environment, []).append(row)
    return "\n".join(_section(environment, found) for environment, found in groups.items())


def _section(environment: Environment | None, rows: Sequence[Measurement]) -> str:
    cells = {name: [read(row) for row in rows] for name, read in _COLUMNS.items()}
    shown = {name: column for name, column in cells.items() if any(column)}
    lines = [
        f"| {' | '.join(shown)} |",
        f"| {' | '.join('---:' if name in _RIGHT else ':---' for name in shown)} |",
        *(f"| {' | '.join(line)} |" for line in zip(*shown.values(), strict=True)),
        "",
        describe_environment(environment, rows),
        "",
    ]
    reasons = dict.fromkeys(
        f"- {_escaped(row.subject.model_type or row.subject.config_class)}, {row.status}: {_escaped(row.reason)}"
        for row in rows
        if row.reason
    )
    return "\n".join([*lines, *reasons, *([""] if reasons else [])])


def describe_workload(row: Measurement) -> str:
    """What a model was asked to do, in a few words: ``forward, batch 4, length 128, bfloat16, sdpa, cuda``."""
    workload = row.workload
    parts = [workload.mode, f"batch {workload.batch_size}"]
    if row.asked_batch_size is not None:
        parts[-1] += f" (of {row.asked_batch_size})"
    parts += [] if workload.sequence_length is None else [f"length {workload.sequence_length}"]
    parts += [] if workload.image_size is None else [f"image {workload.image_size}"]
    parts += [] if workload.new_tokens is None else [f"{workload.new_tokens} new tokens"]
    attention = row.attention or workload.attention
    parts += [workload.dtype, *([attention] if attention else []), *(["compiled"] if workload.compile else [])]
    return ", ".join([*parts, workload.device])


def describe_environment(environment: Environment | None, rows: Sequence[Measurement] = ()) -> str:
    """Where something was measured, and when, as a paragraph of Markdown."""
    days = sorted({row.measured_at[:10] for row in rows})
    when = "" if not days else f" on {days[0]}" if len(days) == 1 else f" between {days[0]} and {days[-1]}"
    if environment is None:
        return f"Where this was measured{when} is not known: the process ended before it could tell."
    found = environment
    places = [found.gpu] if found.gpu else []
    places.append(f"{found.processor} ({found.cores} core{'' if found.cores == 1 else 's'})")
    places += [] if found.memory is None else [f"{format_bytes(found.memory)} of memory"]
    software = [f"transformers {found.transformers}", f"torch {found.torch}", f"Python {found.python}", found.system]
    software += [f"driver {found.driver}"] if found.driver else []
    software += [f"catalog {found.version}"] if found.version else []
    software += [f"commit {found.commit[:12]}"] if found.commit else []
    threads = f"{found.threads} thread{'' if found.threads == 1 else 's'} a worker"
    workers = "one worker" if found.jobs == 1 else f"{found.jobs} workers side by side"
    pinned = ", each on cores of its own" if found.pinned and found.jobs > 1 else ""
    cluster = "" if found.executor == "local" else f", on a cluster by {found.executor.capitalize()}"
    return _escaped(
        f"Measured{when} on {', '.join(places)}; {', '.join(software)}; {workers}{pinned}, {threads}{cluster}."
    )


def _escaped(text: str | None) -> str:
    """Text that Markdown shows as it is, on one line and within one cell."""
    line = " ".join((text or "").split())
    return re.sub(r"([\\`*_{}\[\]<>|#~&])", r"\\\1", line)


def _duration(timing: Timing | None) -> str:
    return "" if timing is None else format_duration(timing.p50)


def _throughput(row: Measurement) -> str:
    if row.tokens_per_second is not None:
        return format_rate(row.tokens_per_second, "tokens")
    return format_rate(row.samples_per_second, "samples")


_COLUMNS: Final[Mapping[str, Callable[[Measurement], str]]] = {
    "Model": lambda row: _escaped(row.subject.model_type or row.subject.config_class),
    "Architecture": lambda row: _escaped(row.subject.architecture),
    "Scale": lambda row: row.subject.scale,
    "Workload": lambda row: _escaped(describe_workload(row)),
    "Median": lambda row: _duration(row.latency) if row.status == "measured" else row.status,
    "p90": lambda row: "" if row.latency is None else format_duration(row.latency.p90),
    "Noise": lambda row: "" if row.latency is None else f"± {100 * row.latency.noise:.1f} %",
    "First token": lambda row: _duration(row.prefill),
    "Next token": lambda row: _duration(row.decode),
    "Throughput": _throughput,
    "Memory": lambda row: format_bytes(row.peak_memory),
    "Parameters": lambda row: format_count(row.parameters),
}
_RIGHT = ("Median", "p90", "Noise", "First token", "Next token", "Throughput", "Memory", "Parameters")
