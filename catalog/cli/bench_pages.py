"""What was measured, for people: a page for one model, a table for many, and always where it was measured."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from catalog.benchmark.figures import estimate_error, share_of_peak, token_length
from catalog.cli.bench_columns import Cell, write_fitted
from catalog.cli.output import (
    Column,
    write,
    write_facts,
    write_heading,
    write_table,
    write_text,
)
from catalog.quantities import (
    count_text,
    format_bytes,
    format_count,
    format_duration,
    format_flops,
    format_flops_rate,
    format_percent,
    format_rate,
)

if TYPE_CHECKING:
    from catalog.measurements import Environment, Measurement, Timing

_NOISY = 0.05
"""Noise from which a figure is to be read with care."""
_COMMITS = 2
"""Commits that are named."""
_MODES = {"forward": "forward pass", "train": "training step", "generate": "generation"}


def name_of(row: Measurement) -> str:
    """What a model is called in tables: its model type, or else its class."""
    return row.subject.model_type or row.subject.config_class


def timing_text(timing: Timing | None) -> str:
    """``42.1 ms ± 1.2 %``: the median, and how far it may lie off; empty where there is none."""
    return "" if timing is None else f"{format_duration(timing.p50)} ± {format_percent(timing.noise)}"


def environment_lines(environment: Environment, *, commits: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """Where something was measured, as labels and values.

    Args:
        environment: The environment.
        commits: Commits of this catalog that measured there.
    """
    machine = [f"{environment.processor}, {count_text(environment.cores, 'core')}"]
    if environment.memory is not None:
        machine.append(format_bytes(environment.memory))
    if environment.gpu is not None:
        gpu = [environment.gpu, format_bytes(environment.gpu_memory), f"driver {environment.driver or 'not known'}"]
        machine.append(", ".join(filter(None, gpu)))
    yield "machine", "; ".join(machine)
    with_cuda = f" with CUDA {environment.cuda}" if environment.cuda else ""
    libraries = [
        f"torch {environment.torch}{with_cuda}",
        f"transformers {environment.transformers}",
        f"Python {environment.python}",
        environment.system,
    ]
    yield "libraries", ", ".join(libraries)
    run = [count_text(environment.threads, "thread"), "pinned to its cores" if environment.pinned else "not pinned"]
    if environment.jobs > 1:
        run.append(f"{environment.jobs} models side by side")
    if environment.executor != "local":
        run.append(f"by {environment.executor}")
    shown = [commit[:10] for commit in commits[:_COMMITS]]
    more = f" and {len(commits) - _COMMITS} more" if len(commits) > _COMMITS else ""
    commit = f" at {', '.join(shown)}{more}" if shown else ""
    yield "measured", ", ".join(run) + f"; catalog {environment.version}{commit}"


def places_of(rows: Iterable[Measurement]) -> dict[Environment, str]:
    """Where rows were measured, those of most rows first, each with a letter; commits of this catalog do not count."""
    found = Counter(_place(row.environment) for row in rows if row.environment is not None)
    return {place: _letters(number) for number, (place, _) in enumerate(found.most_common())}


def write_environments(rows: Sequence[Measurement]) -> None:
    """Write where rows were measured: no figure without it."""
    places = places_of(rows)
    for place, letter in places.items():
        here = [row for row in rows if row.environment is not None and _place(row.environment) == place]
        write("")
        if len(places) > 1:
            write_text(f"{letter}: {count_text(len(here), 'row')}", style="dim")
        commits = dict.fromkeys(row.environment.commit for row in here if row.environment is not None)
        write_facts(environment_lines(place, commits=[commit for commit in commits if commit]))


def _place(environment: Environment) -> Environment:
    return replace(environment, commit=None)


def _letters(number: int) -> str:
    """A, B, C; after Z come A1, B1, C1."""
    round_, place = divmod(number, 26)
    return f"{chr(65 + place)}{round_ or ''}"


def write_one(row: Measurement) -> None:
    """Write the page of one measurement."""
    write_heading(title_of(row))
    write_text(_what(row))
    write("")
    if row.status != "measured":
        write_facts([("status", row.status), ("reason", row.reason or ""), ("library", row.library or "")])
    write_facts(_facts(row))
    remarks = [*_remarks(row), *row.notes]
    if remarks:
        write("")
        for sentence in remarks:
            write_text(f"- {sentence}", style="dim")


def title_of(row: Measurement) -> str:
    """``BertModel  bert  transformers 5.23.0``."""
    subject = row.subject
    release = "" if row.environment is None else f"transformers {row.environment.transformers}"
    return "  ".join(filter(None, (subject.architecture or subject.config_class, subject.model_type, release)))


def _what(row: Measurement) -> str:
    """``forward pass, 1 sample of 128 tokens, float32 on cpu, sdpa attention, full size``."""
    load = row.workload
    length = token_length(row)
    tokens = "" if length is None else f" of {count_text(length, 'token')}"
    noun = "samples" if load.batch_size > 1 else "sample"
    parts = [
        f"{_MODES[load.mode]}",
        f"{load.batch_size:,} {noun}{tokens}",
        "" if load.new_tokens is None else f"{count_text(load.new_tokens, 'new token')} after the first",
        f"{load.dtype} on {load.device}",
        _attention(row) and f"{_attention(row)} attention",
        "compiled" if load.compile else "",
        "its own size" if row.subject.scale == "full" else f"{row.subject.scale} size",
    ]
    return ", ".join(filter(None, parts))


def _attention(row: Measurement) -> str:
    return row.attention or row.workload.attention or ""


def _facts(row: Measurement) -> Iterator[tuple[str, str]]:
    latency = row.latency
    if latency is not None:
        yield "latency", f"{timing_text(latency)} (median)"
        spread = (
            f"p90 {format_duration(latency.p90)}, p99 {format_duration(latency.p99)}, fastest "
            f"{format_duration(latency.minimum)}, {count_text(latency.n, 'run')}"
        )
        yield "", spread + (f" in {count_text(row.rounds, 'round')}" if row.rounds else "")
    for label, timing in (("on the device", row.device_latency), ("prefill", row.prefill), ("each token", row.decode)):
        if timing is not None:
            yield label, f"{timing_text(timing)}, p90 {format_duration(timing.p90)}, p99 {format_duration(timing.p99)}"
    rates = [(row.tokens_per_second, "tokens"), (row.samples_per_second, "samples")]
    yield "throughput", ", ".join(format_rate(rate, unit) for rate, unit in rates if rate is not None)
    yield from _memory_facts(row)
    yield from _flops_facts(row)
    if row.parameters is not None:
        yield "parameters", f"{format_count(row.parameters)} ({row.parameters:,})"
    yield "inputs", ", ".join(f"{item.name} {list(item.shape)}" for item in row.inputs)
    outside = [
        ("process ready after", row.start_seconds),
        ("model made in", row.build_seconds),
        ("compiled in", row.compile_seconds),
        ("all in", row.seconds),
    ]
    yield (
        "besides",
        ", ".join(f"{label} {format_duration(seconds)}" for label, seconds in outside if seconds is not None),
    )


def _memory_facts(row: Measurement) -> Iterator[tuple[str, str]]:
    memory, peak = row.memory, row.peak_memory
    if peak is not None:
        by = "handed out by torch's allocator at its highest"
        yield "memory", f"{format_bytes(peak)} {by}"
    error = estimate_error(row)
    if memory.estimated is not None:
        off = "" if error is None else f" ({format_percent(error, signed=True)})"
        yield "  estimated", f"{format_bytes(memory.estimated)}{off}"
    elif memory.estimate_failure is not None:
        yield "  estimated", f"not: {memory.estimate_failure}"
    held = [
        f"{format_bytes(memory.reserved)} reserved on the device" if memory.reserved is not None else "",
        f"{format_bytes(memory.resident)} by the whole process" if memory.resident is not None else "",
        f"{format_bytes(memory.resident_before)} of it before the model" if memory.resident_before is not None else "",
    ]
    yield "  held", ", ".join(filter(None, held))


def _flops_facts(row: Measurement) -> Iterator[tuple[str, str]]:
    if row.flops is None:
        return
    text = format_flops(row.flops)
    if row.achieved_flops is not None:
        text += f", {format_flops_rate(row.achieved_flops)}"
    share = share_of_peak(row)
    if share is not None:
        text += f": {format_percent(share)} of the {format_flops_rate(row.peak_flops)} of a large matrix product here"
    yield "operations", text


def _remarks(row: Measurement) -> Iterator[str]:
    """What is to be known before a figure is quoted."""
    if row.asked_batch_size is not None:
        yield f"The batch is {row.workload.batch_size:,}: memory ran out with the {row.asked_batch_size:,} asked for."
    if row.warmed_up is False:
        yield "The time had not settled when the timed runs began."
    if row.latency is not None and row.latency.noise > _NOISY:
        yield (
            f"The medians of the rounds differ by ± {format_percent(row.latency.noise)}: the machine does something "
            "besides, or the model is very small."
        )


def write_many(rows: Sequence[Measurement]) -> None:
    """Write a table of measurements; what they share stands above it, what was not measured below.

    Args:
        rows: The measurements, in the order of the table.
    """
    titles = {title_of(row) for row in rows}
    title = titles.pop() if len(titles) == 1 else ""
    measured = [row for row in rows if row.status == "measured"]
    failed = [row for row in rows if row.status != "measured"]
    shared = _shared(measured or rows)
    if title:
        write_heading(title)
    if shared:
        write_text(shared, style="dim")
    if title or shared:
        write("")
    if measured:
        write_fitted(list(_cells(measured)), measured)
    if failed:
        if measured:
            write("")
        write_failures(failed)


def write_failures(failed: Sequence[Measurement]) -> None:
    """Write what was not measured, and why."""
    same_mode = len({row.workload.mode for row in failed}) == 1
    columns = (
        Column("NOT MEASURED", style="cyan"),
        Column("MODE", hidden=same_mode),
        Column("STATUS"),
        Column("REASON", wraps=True, fills=True),
    )
    write_table(columns, [(name_of(row), row.workload.mode, row.status, row.reason or "") for row in failed])


def write_counts(rows: Sequence[Measurement]) -> None:
    """Write how many ended in which way."""
    counts = Counter(row.status for row in rows)
    columns = (Column("STATUS", style="cyan"), Column("ROWS", align="right"), Column("SHARE", align="right"))
    write_table(
        columns,
        [(status, f"{count:,}", format_percent(count / len(rows))) for status, count in counts.most_common()],
    )


def size_text(row: Measurement) -> str:
    """Batch and length as they were run: ``8×128``; ``8`` for a model without text, ``64→8`` where memory ran out."""
    length = token_length(row)
    asked = "" if row.asked_batch_size is None else f"{row.asked_batch_size:,}→"
    return f"{asked}{row.workload.batch_size:,}" + ("" if length is None else f"×{length:,}")


_Text = Callable[["Measurement"], str]

_VARYING: tuple[tuple[str, _Text, int], ...] = (
    ("SCALE", lambda row: row.subject.scale, 0),
    ("MODE", lambda row: row.workload.mode, 0),
    ("DEVICE", lambda row: row.workload.device, 0),
    ("DTYPE", lambda row: row.workload.dtype, 0),
    ("ATTENTION", _attention, 3),
    ("COMPILED", lambda row: "compiled" if row.workload.compile else "", 0),
)
"""Title, text and rank of columns that are left out where all rows agree."""


def _shared(rows: Sequence[Measurement]) -> str:
    """What all rows have in common."""
    found = []
    for title, read, _ in _VARYING:
        values = {read(row) for row in rows}
        if len(values) == 1 and (value := values.pop()):
            found.append(f"{value} attention" if title == "ATTENTION" else value)
    return ", ".join(found)


def _cells(rows: Sequence[Measurement]) -> Iterator[Cell[Measurement]]:
    """The columns of a table, each with its rank."""
    places = places_of(rows)
    classes = {row.subject.config_class for row in rows}
    several = len({(row.subject.config_class, row.subject.architecture) for row in rows}) > len(classes)
    yield Cell(Column("MODEL", style="cyan"), name_of)
    yield Cell(Column("ARCHITECTURE", hidden=not several), lambda row: row.subject.architecture, 8)
    for title, read, rank in _VARYING:
        yield Cell(Column(title, hidden=len({read(row) for row in rows}) < 2), read, rank)
    yield Cell(
        Column("ON", hidden=len(places) < 2),
        lambda row: "" if row.environment is None else places[_place(row.environment)],
    )
    yield _figure("BATCH×LENGTH", size_text)
    yield _figure("P50", lambda row: _time(row, "p50"))
    yield _figure("±", lambda row: "" if row.latency is None else format_percent(row.latency.noise))
    yield _figure("P90", lambda row: _time(row, "p90"), 6)
    yield _figure("P99", lambda row: _time(row, "p99"), 9)
    yield _figure("N", lambda row: "" if row.latency is None else f"{row.latency.n:,}", 10)
    yield _figure("PREFILL", lambda row: _part(row.prefill), 4)
    yield _figure("TOKEN", lambda row: _part(row.decode), 3)
    yield _figure("THROUGHPUT", _throughput, 1)
    yield _figure("PARAMETERS", lambda row: format_count(row.parameters), 7)
    yield _figure("MEMORY", lambda row: format_bytes(row.peak_memory))
    yield _figure("ESTIMATE", lambda row: format_bytes(row.memory.estimated), 11)
    yield _figure("EST. OFF", lambda row: format_percent(estimate_error(row), signed=True), 2)
    yield _figure("FLOP/S", lambda row: format_flops(row.achieved_flops).removesuffix("FLOP"), 5)
    yield _figure("OF PEAK", lambda row: format_percent(share_of_peak(row)), 12)


def _figure(title: str, read: _Text, rank: int = 0) -> Cell[Measurement]:
    return Cell(Column(title, align="right"), read, rank)


def _time(row: Measurement, part: str) -> str:
    return "" if row.latency is None else format_duration(getattr(row.latency, part))


def _part(timing: Timing | None) -> str:
    return "" if timing is None else format_duration(timing.p50)


def _throughput(row: Measurement) -> str:
    if row.tokens_per_second is not None:
        return format_rate(row.tokens_per_second, "tokens")
    return format_rate(row.samples_per_second, "samples")
