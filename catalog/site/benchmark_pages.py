"""The pages of what was measured: an overview, and a page each for forward passes, training steps and generation."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.benchmark.export import to_csv, to_ndjson
from catalog.measurements import MODES, SCALES, STATUSES, Mode
from catalog.quantities import count_text, format_percent
from catalog.site.data import SiteData
from catalog.site.links import relative
from catalog.site.measured import CLOSE, Row, counted
from catalog.site.measured_charts import Comparable, Link, comparables, latency_chart, memory_chart, scalings
from catalog.site.measured_table import table_of
from catalog.site.measured_texts import METHOD_TEXTS, MODE_TEXTS, MODE_TITLES, model_name, reason_text
from catalog.site.pages import Asset, Page, PageInfo
from catalog.site.templates import render

URL = "benchmarks/"
METHOD_URL = f"{URL}method/"
CSV_URL = f"{URL}measurements.csv"
NDJSON_URL = f"{URL}measurements.ndjson"
GUIDE_URL = "guides/benchmark/"
SECTION = "section-measured"
_CHARTED = 2
"""So many groups of comparable rows get charts on a page; the table has all."""
_COMMANDS: dict[Mode, str] = {
    "forward": "catalog bench run --all",
    "train": "catalog bench run --all --no-forward --train",
    "generate": "catalog bench run --all --no-forward --generate",
}
_NAMES: dict[Mode, tuple[str, ...]] = {
    "forward": ("forward latency", "inference time", "benchmark forward"),
    "train": ("training time", "backward", "benchmark training", "step time"),
    "generate": ("generation speed", "prefill", "decode", "tokens per second", "benchmark generation"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageLine:
    """How the rows of one workload and scale ended.

    Attributes:
        title: The workload.
        url: Address of its page.
        scale: The scale.
        filtered: True where the page's table has other scales, too.
        rows: Number of rows.
        models: Number of configuration classes.
        counts: Status → number of rows.
    """

    title: str
    url: str
    scale: str
    filtered: bool
    rows: int
    models: int
    counts: Counter[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuiltModels:
    """How many of the models that build have a measured forward pass.

    Attributes:
        models: Base models that build.
        measured: Those of them that have one.
        percent: Their share.
    """

    models: int
    measured: int
    percent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorLine:
    """How good the estimates of memory by one method are for one workload in one environment; figures as texts."""

    title: str
    url: str
    place: str
    method: str
    rows: int
    median: str
    close: str
    worst: str
    worst_url: str | None
    worst_error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureLine:
    """Rows that were not measured for the same reason.

    Attributes:
        title: The workload.
        status: How they ended.
        reason: Why.
        rows: Number of rows.
        models: Their models, each with the address of its page.
    """

    title: str
    status: str
    reason: str
    rows: int
    models: tuple[tuple[str, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingExample:
    """The model that was measured at the most sizes, its page, and its charts."""

    name: str
    url: str | None
    charts: tuple[Markup, ...]


def mode_url(mode: Mode) -> str:
    """Address of the page of a mode."""
    return f"{URL}{mode}/"


def pages(data: SiteData) -> Iterator[Page]:
    """The overview, and a page for each mode; they say so where nothing was measured."""
    yield _overview(data)
    for mode in MODES:
        yield _mode_page(mode, data)


def assets(data: SiteData) -> Iterator[Asset]:
    """The rows that are shown, as CSV and as NDJSON; none where nothing was measured."""
    rows = [row.measurement for row in data.measured.rows]
    if rows:
        yield Asset(path=CSV_URL, content=to_csv(rows).encode())
        yield Asset(path=NDJSON_URL, content=to_ndjson(rows).encode())


def _overview(data: SiteData) -> Page:
    measured = data.measured
    counts = counted(measured.rows)
    text = (
        f"{count_text(counts['measured'], 'measured row')} of "
        f"{count_text(len(measured.by_class), 'configuration class', 'configuration classes')}."
        if measured.rows
        else "Nothing was measured into this catalog."
    )
    body = render(
        "benchmarks.md.jinja",
        release=data.release,
        measured=measured,
        summary=text,
        links=_links(URL),
        method_url=relative(METHOD_URL, source=URL),
        guide_url=relative(GUIDE_URL, source=URL),
        csv_url=relative(CSV_URL, source=URL),
        ndjson_url=relative(NDJSON_URL, source=URL),
        coverage_url=relative("coverage/", source=URL),
        statuses=[status for status in STATUSES if counts[status]],
        coverage=_coverage(data),
        built=_built(data),
        charts=_time_charts(data),
        scaling=_scaling(data),
        errors=_errors(data),
        close=f"{100 * CLOSE:g} %",
        failures=_failures(data),
    )
    names = ("benchmark", "measured", "latency", "throughput", "speed", "performance", "measured memory", "FLOP/s")
    info = PageInfo(url=URL, kind="report", title="Benchmarks", names=names, text=text)
    return Page(info=info, body=body, description=text, in_navigation=True)


def _mode_page(mode: Mode, data: SiteData) -> Page:
    url = mode_url(mode)
    rows = data.measured.by_mode.get(mode, ())
    counts = counted(rows)
    models = len({row.measurement.subject.config_class for row in rows if row.measurement.status == "measured"})
    text = f"{count_text(counts['measured'], 'measured row')} of {count_text(models, 'model')}"
    rest = len(rows) - counts["measured"]
    text += f"; {count_text(rest, 'row')} could not be measured." if rest else "."
    groups = comparables(rows)[:_CHARTED]
    body = render(
        "benchmarks-mode.md.jinja",
        links=_links(url),
        title=f"{MODE_TITLES[mode]}, measured",
        summary=text,
        command=_COMMANDS[mode],
        method_url=relative(METHOD_URL, source=url),
        places_here=[place for place in data.measured.places if any(row.place is place for row in rows)],
        charts=[chart for group in groups for chart in _charts(group, data, source=url)],
        table=table_of(
            rows,
            link=lambda name: data.model_link(name, source=url, parameter=SECTION),
            modality=lambda name: data.configs[name].modality,
        ),
    )
    info = PageInfo(url=url, kind="report", title=f"{MODE_TITLES[mode]}, measured", names=_NAMES[mode], text=text)
    return Page(info=info, body=body, description=text, hide=("navigation", "toc"))


def _links(source: str) -> list[tuple[str, str, bool]]:
    """The pages of this part: title, address, whether it is this one."""
    targets = [("Overview", URL), *((MODE_TITLES[mode], mode_url(mode)) for mode in MODES), ("Method", METHOD_URL)]
    return [(title, relative(target, source=source), target == source) for title, target in targets]


def _charts(group: Comparable, data: SiteData, *, source: str) -> list[Markup]:
    drawn = (_latency(group, data, source=source), _memory(group, data, source=source))
    return [chart for chart in drawn if chart]


def _latency(group: Comparable, data: SiteData, *, source: str) -> Markup:
    return latency_chart(group, link=_link(data, source), modality=lambda name: data.configs[name].modality)


def _memory(group: Comparable, data: SiteData, *, source: str) -> Markup:
    return memory_chart(group, link=_link(data, source), modality=lambda name: data.configs[name].modality)


def _link(data: SiteData, source: str) -> Link:
    return lambda name: data.model_link(name, source=source, parameter=SECTION)


def _time_charts(data: SiteData) -> list[Markup]:
    """The forward passes of the largest group of comparable rows of each environment, two at most."""
    first: dict[str, Comparable] = {}
    for group in comparables(data.measured.by_mode.get("forward", ())):
        first.setdefault(group.place.name, group)
    return [chart for group in list(first.values())[:_CHARTED] if (chart := _latency(group, data, source=URL))]


def _coverage(data: SiteData) -> list[CoverageLine]:
    found = []
    for mode in MODES:
        rows = data.measured.by_mode.get(mode, ())
        scales = sorted({row.measurement.subject.scale for row in rows}, key=SCALES.index)
        for scale in scales:
            chosen = [row for row in rows if row.measurement.subject.scale == scale]
            found.append(
                CoverageLine(
                    title=MODE_TITLES[mode],
                    url=relative(mode_url(mode), source=URL),
                    scale=scale,
                    filtered=len(scales) > 1,
                    rows=len(chosen),
                    models=len({row.measurement.subject.config_class for row in chosen}),
                    counts=counted(chosen),
                )
            )
    return found


def _built(data: SiteData) -> BuiltModels | None:
    """How many of the base models that build have a measured forward pass; ``None`` where none was built."""
    built = {name for name, facts in data.facts.items() if facts.failure is None and facts.parameters is not None}
    rows = data.measured.by_mode.get("forward", ())
    ran = {row.measurement.subject.config_class for row in rows if row.measurement.status == "measured"}
    if not built or not ran:
        return None
    both = len(built & ran)
    return BuiltModels(models=len(built), measured=both, percent=format_percent(both / len(built)))


def _scaling(data: SiteData) -> ScalingExample | None:
    for found in scalings(data.measured.rows)[:1]:
        subject = found.rows[0].measurement.subject
        charts = found.charts()
        if charts:
            return ScalingExample(
                name=model_name(found.rows[0].measurement),
                url=data.model_link(subject.config_class, source=URL, parameter=SECTION),
                charts=tuple(charts),
            )
    return None


def _errors(data: SiteData) -> list[ErrorLine]:
    return [
        ErrorLine(
            title=MODE_TITLES[item.mode],
            url=relative(mode_url(item.mode), source=URL),
            place=item.place.name,
            method=METHOD_TEXTS[item.method],
            rows=item.rows,
            median=format_percent(item.median),
            close=format_percent(item.close),
            worst=_called(item.worst),
            worst_url=data.model_link(item.worst.measurement.subject.config_class, source=URL, parameter=SECTION),
            worst_error=format_percent(item.worst_error, signed=True),
        )
        for item in data.measured.errors
    ]


def _called(row: Row) -> str:
    measurement = row.measurement
    return f"{model_name(measurement)} ({measurement.subject.scale})"


def _failures(data: SiteData) -> list[FailureLine]:
    found: dict[tuple[Mode, str, str], list[Row]] = defaultdict(list)
    for row in data.measured.rows:
        measurement = row.measurement
        if measurement.status != "measured":
            found[measurement.workload.mode, measurement.status, reason_text(measurement)].append(row)
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), MODES.index(item[0][0]), item[0]))
    return [
        FailureLine(title=MODE_TEXTS[mode], status=status, reason=reason, rows=len(rows), models=_models(rows, data))
        for (mode, status, reason), rows in ordered
    ]


def _models(rows: Sequence[Row], data: SiteData) -> tuple[tuple[str, str | None], ...]:
    classes = {row.measurement.subject.config_class: model_name(row.measurement) for row in rows}
    return tuple((name, data.model_link(cls, source=URL, parameter=SECTION)) for cls, name in classes.items())
