"""What was measured of a model, as its page shows it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.benchmark.figures import estimate_error, share_of_peak
from catalog.measurements import Measurement
from catalog.quantities import format_bytes, format_duration, format_percent, format_rate
from catalog.query import ModelConfig
from catalog.site.benchmark_pages import METHOD_URL, URL
from catalog.site.data import SiteData
from catalog.site.links import relative
from catalog.site.measured import Place, Row
from catalog.site.measured_charts import scalings
from catalog.site.measured_table import values_of
from catalog.site.measured_texts import (
    METHOD_TEXTS,
    MODE_TEXTS,
    attention_text,
    batch_text,
    place_name,
    reason_text,
    size_text,
    workload_name,
)

_CHARTED = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredLine:
    """A row of the section.

    Attributes:
        cells: Its cells, by the columns of the section; cells of figures are missing where it was not measured.
        status: How it ended.
        reason: Why it was not measured; empty where it was.
    """

    cells: tuple[str, ...]
    status: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredView:
    """What was measured of a model.

    Attributes:
        settings: Headings of the columns of settings.
        figures: Headings of the columns of figures.
        lines: The rows.
        shared: What all rows share, in words.
        places: Where they were measured.
        charts: How time grows with batch and length.
        notes: What the figures rest on besides.
        url: Address of the overview of what was measured.
        method_url: Address of the page that tells how.
    """

    settings: tuple[str, ...]
    figures: tuple[str, ...]
    lines: tuple[MeasuredLine, ...]
    shared: tuple[str, ...]
    places: tuple[Place, ...]
    charts: tuple[Markup, ...]
    notes: tuple[str, ...]
    url: str
    method_url: str


def measured_view(config: ModelConfig, data: SiteData, *, source: str) -> MeasuredView | None:
    """What was measured of a class; ``None`` where nothing was tried."""
    rows = data.measured.by_class.get(config.config_class, ())
    if not rows:
        return None
    ran = [row for row in rows if row.measurement.status == "measured"]
    found = {item.title: values_of(rows, item.read) for item in _SETTINGS}
    varying = [item for item in _SETTINGS if item is _SETTINGS[0] or len(found[item.title]) > 1]
    shared = [
        item.words.format(found[item.title][0]) for item in _SETTINGS if item not in varying and found[item.title][0]
    ]
    values = [_figures(row.measurement) if row.measurement.status == "measured" else () for row in rows]
    known = [number for number in range(len(_FIGURES)) if any(value and value[number] for value in values)]
    return MeasuredView(
        settings=tuple(item.title for item in varying),
        figures=tuple(_FIGURES[number] for number in known),
        lines=tuple(
            MeasuredLine(
                cells=(*(item.read(row) for item in varying), *(value[number] for number in known if value)),
                status=row.measurement.status,
                reason=reason_text(row.measurement) if row.measurement.status != "measured" else "",
            )
            for row, value in zip(rows, values, strict=True)
        ),
        shared=tuple(shared),
        places=tuple(place for place in data.measured.places if any(row.place is place for row in rows)),
        charts=tuple(chart for found in scalings(ran)[:_CHARTED] for chart in found.charts()),
        notes=_notes(ran),
        url=relative(URL, source=source),
        method_url=relative(METHOD_URL, source=source),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Setting:
    """A setting: its heading, what stands in a cell, and what is said where all rows share it."""

    title: str
    read: Callable[[Row], str]
    words: str = "{}"


_SETTINGS = (
    _Setting(title="Workload", read=lambda row: workload_name(row.measurement)),
    _Setting(title="Model", read=lambda row: row.measurement.subject.architecture),
    _Setting(title="Batch", read=lambda row: batch_text(row.measurement), words="batch {}"),
    _Setting(title="Inputs", read=lambda row: size_text(row.measurement)),
    _Setting(title="Dtype", read=lambda row: row.measurement.workload.dtype),
    _Setting(title="Attention", read=lambda row: attention_text(row.measurement), words="{} attention"),
    _Setting(title="Compiled", read=lambda row: "compiled" if row.measurement.workload.compile else ""),
    _Setting(title="Environment", read=place_name, words="environment {}"),
)
_FIGURES = (
    "Median time", "99th percentile", "First token", "Further token", "Throughput", "Share of peak",
    "Memory", "Estimated", "Error",
)  # fmt: skip


def _figures(measurement: Measurement) -> tuple[str, ...]:
    """The cells of a measured row."""
    latency = measurement.latency
    settled = "" if measurement.warmed_up is not False else ", not settled"
    tokens = measurement.tokens_per_second
    throughput = format_rate(tokens, "tokens") if tokens else format_rate(measurement.samples_per_second, "samples")
    return (
        f"{format_duration(latency.p50)} ± {format_percent(latency.noise)}{settled}" if latency else "",
        format_duration(latency.p99) if latency else "",
        format_duration(measurement.prefill.p50) if measurement.prefill else "",
        format_duration(measurement.decode.p50) if measurement.decode else "",
        throughput,
        format_percent(share_of_peak(measurement)),
        format_bytes(measurement.peak_memory),
        _estimated_text(measurement),
        format_percent(estimate_error(measurement), signed=True),
    )


def _estimated_text(measurement: Measurement) -> str:
    """The estimate, and how it came about where that was not by the graph."""
    method = measurement.estimate_method
    how = "" if method in (None, "graph") else f", {METHOD_TEXTS[method]}"
    return format_bytes(measurement.memory.estimated) + how


def _notes(rows: Sequence[Row]) -> tuple[str, ...]:
    """What the rows say besides, each once; and why there is no estimate."""
    found: dict[str, None] = {}
    for row in rows:
        found.update(dict.fromkeys(row.measurement.notes))
        failure = row.measurement.memory.estimate_failure
        if failure:
            mode = MODE_TEXTS[row.measurement.workload.mode]
            found[f"No estimate of the memory of a {mode}: {' '.join(failure.split())}"] = None
    return tuple(found)
