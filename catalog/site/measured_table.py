"""The table of what was measured: which columns it has, and what stands in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from catalog.benchmark.figures import estimate_error, share_of_peak, token_length
from catalog.measurements import Measurement, Timing
from catalog.site.measured import Row
from catalog.site.measured_texts import (
    METHOD_TEXTS,
    attention_text,
    batch_text,
    figure,
    model_name,
    percent,
    place_name,
    reason_text,
)

Group: TypeAlias = Literal["setting", "time", "throughput", "compute", "memory"]

_MS = 1e3
_MIB = 1024**2


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column.

    Attributes:
        key: Its name in the address of the page.
        title: Its heading.
        group: What it is about. A setting that all rows share is told above the table instead.
        meaning: What stands in it, in a sentence.
        text: Writes a cell; an empty text where there is nothing to say.
    """

    key: str
    title: str
    group: Group
    meaning: str
    text: Callable[[Row], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRow:
    """A row.

    Attributes:
        name: The model.
        url: Address of its page; ``None`` where it has none.
        architecture: The model class.
        modality: What it is about; empty where that is not known.
        status: How it ended.
        reason: Why it was not measured; empty where it was.
        method: How its memory was estimated; empty where it was not.
        settings: Cells of the settings.
        figures: Cells of the figures; none where it was not measured.
    """

    name: str
    url: str | None
    architecture: str
    modality: str
    status: str
    reason: str
    method: str
    settings: tuple[str, ...]
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table.

    Attributes:
        settings: The columns of settings in which rows differ.
        figures: The columns of figures that any row has.
        rows: The rows.
        shared: What all rows share, in words.
    """

    settings: tuple[Column, ...]
    figures: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    shared: tuple[str, ...]


def table_of(rows: Sequence[Row], *, link: Callable[[str], str | None], modality: Callable[[str], str | None]) -> Table:
    """Make the table of some rows.

    Args:
        rows: What was measured, in the order of the table.
        link: Finds the address of the page of a configuration class.
        modality: Finds its modality.
    """
    ran = [row for row in rows if row.measurement.status == "measured"]
    figures = tuple(column for column in FIGURES if any(column.text(row) for row in ran))
    settings, shared = [], []
    for column in SETTINGS:
        values = values_of(rows, column.text)
        if len(values) > 1:
            settings.append(column)
        elif values[0]:
            shared.append(_SHARED[column.key].format(values[0]))
    return Table(
        settings=tuple(settings),
        figures=figures,
        rows=tuple(
            TableRow(
                name=model_name(row.measurement),
                url=link(row.measurement.subject.config_class),
                architecture=row.measurement.subject.architecture,
                modality=modality(row.measurement.subject.config_class) or "",
                status=row.measurement.status,
                reason=reason_text(row.measurement) if row.measurement.status != "measured" else "",
                method=_method(row.measurement),
                settings=tuple(column.text(row) for column in settings),
                figures=tuple(c.text(row) for c in figures) if row.measurement.status == "measured" else (),
            )
            for row in rows
        ),
        shared=tuple(shared),
    )


def values_of(rows: Sequence[Row], read: Callable[[Row], str]) -> tuple[str, ...]:
    """What rows have of a setting, each value once.

    That a measured row has none is a value, too; one that was not measured may just not have come so far.
    """
    found = [(read(row), row.measurement.status == "measured") for row in rows]
    kept = sorted({text for text, ran in found if text or ran})
    return tuple(kept) or ("",)


def _of(read: Callable[[Measurement], str]) -> Callable[[Row], str]:
    return lambda row: read(row.measurement)


def _milliseconds(part: str, percentile: str) -> Callable[[Row], str]:
    def write(row: Row) -> str:
        timing: Timing | None = getattr(row.measurement, part)
        return "" if timing is None else figure(_MS * getattr(timing, percentile))

    return write


def _timing(read: Callable[[Timing], str]) -> Callable[[Row], str]:
    return lambda row: "" if row.measurement.latency is None else read(row.measurement.latency)


def _scaled(value: float | None, unit: float) -> str:
    return "" if value is None else figure(value / unit)


def _number(value: int | None) -> str:
    return "" if value is None else f"{value:,}"


def _method(row: Measurement) -> str:
    return "" if row.estimate_method is None else METHOD_TEXTS[row.estimate_method]


def _noise(row: Row) -> str:
    timing = row.measurement.latency
    return "" if timing is None else percent(timing.noise)


SETTINGS: tuple[Column, ...] = (
    Column(
        key="scale",
        title="Scale",
        group="setting",
        meaning="tiny: shrunk to about a million parameters; full: default size; spec: the size of a spec.",
        text=_of(lambda row: row.subject.scale),
    ),
    Column(
        key="batch",
        title="Batch",
        group="setting",
        meaning="Samples at a time; where memory ran out, fewer than were asked for.",
        text=_of(batch_text),
    ),
    Column(
        key="length",
        title="Length",
        group="setting",
        meaning="Tokens of a text; when generating, of the prompt.",
        text=_of(lambda row: _number(token_length(row))),
    ),
    Column(
        key="image",
        title="Image",
        group="setting",
        meaning="Side of an image in pixels, where one was asked for.",
        text=_of(lambda row: _number(row.workload.image_size)),
    ),
    Column(
        key="new",
        title="New tokens",
        group="setting",
        meaning="Tokens that are generated after the first one.",
        text=_of(lambda row: _number(row.workload.new_tokens)),
    ),
    Column(
        key="dtype",
        title="Dtype",
        group="setting",
        meaning="Element type of weights and inputs.",
        text=_of(lambda row: row.workload.dtype),
    ),
    Column(
        key="attention",
        title="Attention",
        group="setting",
        meaning="Implementation of attention that ran, where the model tells.",
        text=_of(attention_text),
    ),
    Column(
        key="compile",
        title="Compiled",
        group="setting",
        meaning="Whether the model went through torch.compile.",
        text=_of(lambda row: "compiled" if row.workload.compile else "not compiled"),
    ),
    Column(
        key="environment",
        title="Environment",
        group="setting",
        meaning="Where it was measured, by the letters above.",
        text=place_name,
    ),
)
_SHARED = {
    "scale": "{} scale",
    "batch": "batch {}",
    "length": "{} tokens",
    "image": "{} pixels",
    "new": "{} new tokens",
    "dtype": "{}",
    "attention": "{} attention",
    "compile": "{}",
    "environment": "environment {}",
}
"""What is said of a setting that all rows share."""

FIGURES: tuple[Column, ...] = (
    Column(
        key="p50",
        title="p50 ms",
        group="time",
        meaning="Median time of a pass, of a training step, or of a whole generation, in milliseconds.",
        text=_milliseconds("latency", "p50"),
    ),
    Column(
        key="p90",
        title="p90 ms",
        group="time",
        meaning="90th percentile of the same.",
        text=_milliseconds("latency", "p90"),
    ),
    Column(
        key="p99",
        title="p99 ms",
        group="time",
        meaning="99th percentile; with fewer than 100 runs it lies between the two slowest.",
        text=_milliseconds("latency", "p99"),
    ),
    Column(
        key="device",
        title="device p50 ms",
        group="time",
        meaning="Median time between two events on the GPU.",
        text=_milliseconds("device_latency", "p50"),
    ),
    Column(
        key="prefill",
        title="prefill p50 ms",
        group="time",
        meaning="Median time to the first new token.",
        text=_milliseconds("prefill", "p50"),
    ),
    Column(
        key="decode",
        title="decode p50 ms",
        group="time",
        meaning="Median time of each further token.",
        text=_milliseconds("decode", "p50"),
    ),
    Column(key="n", title="n", group="time", meaning="Number of timed runs.", text=_timing(lambda item: f"{item.n:,}")),
    Column(
        key="noise",
        title="noise ±%",
        group="time",
        meaning="Half the range of the medians of the rounds, as a share of the median.",
        text=_noise,
    ),
    Column(
        key="settled",
        title="settled",
        group="time",
        meaning="no: the time still changed when warming up ended.",
        text=_of(lambda row: "no" if row.warmed_up is False else ""),
    ),
    Column(
        key="samples",
        title="samples/s",
        group="throughput",
        meaning="Samples a second at the median.",
        text=_of(lambda row: figure(row.samples_per_second)),
    ),
    Column(
        key="tokens",
        title="tokens/s",
        group="throughput",
        meaning="Tokens a second at the median: read by a pass or step, written when generating.",
        text=_of(lambda row: figure(row.tokens_per_second)),
    ),
    Column(
        key="parameters",
        title="parameters M",
        group="compute",
        meaning="Parameters, in millions.",
        text=_of(lambda row: _scaled(row.parameters, 1e6)),
    ),
    Column(
        key="flops",
        title="GFLOP",
        group="compute",
        meaning="Floating-point operations of one pass or step, in billions; a multiply and an add are two.",
        text=_of(lambda row: _scaled(row.flops, 1e9)),
    ),
    Column(
        key="achieved",
        title="GFLOP/s",
        group="compute",
        meaning="Those operations a second at the median.",
        text=_of(lambda row: _scaled(row.achieved_flops, 1e9)),
    ),
    Column(
        key="peak",
        title="% of peak",
        group="compute",
        meaning="The same as a share of what a large matrix product reaches there, with the same dtype and threads.",
        text=_of(lambda row: percent(share_of_peak(row))),
    ),
    Column(
        key="memory",
        title="memory MiB",
        group="memory",
        meaning=(
            "Weights, buffers, inputs and what torch's allocator handed out at its highest, in MiB; on a GPU the"
            " highest memory allocated."
        ),
        text=_of(lambda row: _scaled(row.peak_memory, _MIB)),
    ),
    Column(
        key="reserved",
        title="reserved MiB",
        group="memory",
        meaning="GPU: the highest memory that torch's allocator reserved.",
        text=_of(lambda row: _scaled(row.memory.reserved, _MIB)),
    ),
    Column(
        key="resident",
        title="resident MiB",
        group="memory",
        meaning="Highest resident set of the worker's process, with Python and its libraries.",
        text=_of(lambda row: _scaled(row.memory.resident, _MIB)),
    ),
    Column(
        key="estimated",
        title="estimated MiB",
        group="memory",
        meaning="What the catalog estimates for the same run, without running it.",
        text=_of(lambda row: _scaled(row.memory.estimated, _MIB)),
    ),
    Column(
        key="error",
        title="error %",
        group="memory",
        meaning="Error of the estimate: estimated / memory - 1.",
        text=_of(lambda row: percent(estimate_error(row), signed=True)),
    ),
    Column(
        key="method",
        title="estimated how",
        group="memory",
        meaning="From the model's graph, from a real pass, or by formula where neither could be followed.",
        text=_of(_method),
    ),
)
