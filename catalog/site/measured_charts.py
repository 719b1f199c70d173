"""Charts of what was measured. A chart never mixes environments or workloads: its points can be compared."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from catalog.benchmark.figures import estimate_error, token_length
from catalog.measurements import ESTIMATE_METHODS, EstimateMethod, Workload
from catalog.quantities import count_text, format_bytes, format_count, format_duration, format_percent
from catalog.site.charts.scaling import Line, scaling_chart
from catalog.site.charts.scatter import Measure, Point, scatter_chart
from catalog.site.measured import CLOSE, Place, Row
from catalog.site.measured_texts import METHOD_TEXTS, MODE_TEXTS, MODE_TITLES, model_name, workload_text

_FEWEST = 8
"""Fewer points are read more easily in the table."""
_FEWEST_SIZES = 3
"""A line needs so many sizes to tell anything."""
_SERIES = {"text": 1, "vision": 2, "audio": 3, "multimodal": 4, "document": 5}
_OTHER = 6
LEGEND = {**{series: name for name, series in _SERIES.items()}, _OTHER: "other"}

Link = Callable[[str], "str | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparable:
    """Measured rows that may be compared with each other.

    Attributes:
        place: Where they were measured.
        workload: What all of them did.
        rows: The rows.
    """

    place: Place
    workload: Workload
    rows: tuple[Row, ...]

    @property
    def text(self) -> str:
        """The workload and the place in words."""
        return f"{workload_text(self.workload)}, environment {self.place.name}"


def comparables(rows: Iterable[Row]) -> tuple[Comparable, ...]:
    """Rows in groups that share workload and environment, the largest first; small ones are left out."""
    found: dict[tuple[Place, Workload], list[Row]] = defaultdict(list)
    for row in rows:
        if row.measurement.status == "measured" and row.measurement.latency is not None and row.place is not None:
            found[row.place, replace(row.measurement.workload, seed=0)].append(row)
    groups = [
        Comparable(place=place, workload=workload, rows=tuple(rows))
        for (place, workload), rows in found.items()
        if len(rows) >= _FEWEST
    ]
    return tuple(sorted(groups, key=lambda group: (-len(group.rows), group.place.name, repr(group.workload))))


def latency_chart(group: Comparable, *, link: Link, modality: Link) -> Markup:
    """Median time against the number of parameters, a point a model."""
    known = [
        (parameters, latency.p50, row)
        for row in group.rows
        if (parameters := row.measurement.parameters or 0) > 0
        and (latency := row.measurement.latency) is not None
        and latency.p50 > 0
    ]
    if len(known) < _FEWEST:
        return Markup("")
    times = sorted(time for _, time, _ in known)
    fastest = min(known, key=lambda item: item[1])[2]
    slowest = max(known, key=lambda item: item[1])[2]
    return scatter_chart(
        [
            Point(
                x=parameters,
                y=time,
                name=f"{_called(row)}: {format_count(parameters)} parameters, {format_duration(time)}",
                url=link(row.measurement.subject.config_class),
                series=_series(row, modality),
            )
            for parameters, time, row in known
        ],
        x=Measure(title="parameters", write=format_count),
        y=Measure(title=f"median time of a {MODE_TEXTS[group.workload.mode]}", write=format_duration),
        title=f"{MODE_TITLES[group.workload.mode]}: median time by number of parameters; {group.text}",
        description=(
            f"{count_text(len(known), 'model')}, from {format_duration(times[0])} ({model_name(fastest.measurement)}) "
            f"to {format_duration(times[-1])} ({model_name(slowest.measurement)}); half of them take at most "
            f"{format_duration(statistics.median(times))}."
        ),
        legend=LEGEND,
    )


def memory_chart(group: Comparable, *, link: Link, modality: Link) -> Markup:
    """Estimated against measured memory, a point a model, with the line on which both are equal."""
    known = [
        (found, estimated, error, row)
        for row in group.rows
        if (error := estimate_error(row.measurement)) is not None
        and (found := row.measurement.peak_memory) is not None
        and (estimated := row.measurement.memory.estimated or 0) > 0
    ]
    if len(known) < _FEWEST:
        return Markup("")
    errors: dict[EstimateMethod, list[float]] = defaultdict(list)
    for _, _, error, row in known:
        errors[row.measurement.estimate_method or "graph"].append(abs(error))
    worst = max(known, key=lambda item: abs(item[2]))
    return scatter_chart(
        [
            Point(
                x=found,
                y=estimated,
                name=(
                    f"{_called(row)}: {format_bytes(found)} measured, {format_bytes(estimated)} estimated, "
                    f"{METHOD_TEXTS[row.measurement.estimate_method or 'graph']}, {format_percent(error, signed=True)}"
                ),
                url=link(row.measurement.subject.config_class),
                series=_series(row, modality),
                hollow=row.measurement.estimate_method == "formula",
            )
            for found, estimated, error, row in known
        ],
        x=Measure(title="measured memory", write=format_bytes, base=2.0),
        y=Measure(title="estimated memory", write=format_bytes, base=2.0),
        title=f"{MODE_TITLES[group.workload.mode]}: estimated by measured memory; {group.text}",
        description=(
            f"{count_text(len(known), 'model')}; "
            + "; ".join(
                f"of {len(errors[method])} estimated {METHOD_TEXTS[method]} the median absolute error is "
                f"{format_percent(statistics.median(errors[method]))}, "
                f"{sum(size <= CLOSE for size in errors[method])} are within {100 * CLOSE:g} %"
                for method in ESTIMATE_METHODS
                if errors[method]
            )
            + f"; the worst is {model_name(worst[3].measurement)} with {format_percent(worst[2], signed=True)}."
        ),
        legend=LEGEND,
        hollow=METHOD_TEXTS["formula"],
        diagonal="equal",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaling:
    """Rows of one model that differ in batch and length only.

    Attributes:
        place: Where they were measured.
        rows: The rows.
    """

    place: Place
    rows: tuple[Row, ...]

    def charts(self) -> list[Markup]:
        """Median time by batch, a line a length; and by length, a line a batch; those of them that say anything."""
        measurement = self.rows[0].measurement
        about = f"{measurement.subject.architecture or model_name(measurement)}, {measurement.subject.scale} scale"
        work = f"{MODE_TEXTS[measurement.workload.mode]}, {measurement.workload.dtype}, environment {self.place.name}"
        batches = _lines(
            self.rows, by=_batch, of=token_length_of, name=lambda length: f"{length:,} tokens" if length else ""
        )
        lengths = _lines(self.rows, by=token_length_of, of=_batch, name=lambda batch: f"batch {batch}")
        figure = f"median time of a {MODE_TEXTS[measurement.workload.mode]}"
        made = [
            scaling_chart(batches, x="batch", y=figure, write=format_duration, title=f"{about}, by batch; {work}"),
            scaling_chart(lengths, x="tokens", y=figure, write=format_duration, title=f"{about}, by length; {work}"),
        ]
        return [chart for chart in made if chart]


def scalings(rows: Iterable[Row]) -> tuple[Scaling, ...]:
    """Rows of one model at several sizes, in groups that share everything else, the largest first."""
    found: dict[tuple[object, ...], list[Row]] = defaultdict(list)
    for row in rows:
        measurement = row.measurement
        if measurement.status == "measured" and measurement.latency is not None and row.place is not None:
            work = replace(measurement.workload, batch_size=1, sequence_length=None, seed=0)
            subject = measurement.subject
            found[
                subject.config_class, subject.architecture, subject.scale, repr(subject.params), work, row.place
            ].append(row)
    groups = [
        Scaling(place=place, rows=tuple(group))
        for group in found.values()
        if len(group) >= _FEWEST_SIZES and (place := group[0].place) is not None
    ]
    return tuple(sorted(groups, key=lambda group: -len(group.rows)))


def token_length_of(row: Row) -> int:
    """Tokens of the row's texts; 0 without a text."""
    return token_length(row.measurement) or 0


def _batch(row: Row) -> int:
    return row.measurement.workload.batch_size


def _lines(
    rows: Sequence[Row], *, by: Callable[[Row], int], of: Callable[[Row], int], name: Callable[[int], str]
) -> list[Line]:
    """A line for each value of one size, over another one."""
    found: dict[int, dict[int, float]] = defaultdict(dict)
    for row in rows:
        latency = row.measurement.latency
        if latency is not None and latency.p50 > 0 and by(row) > 0:
            found[of(row)][by(row)] = latency.p50
    return [
        Line(name=name(other), points=tuple(sorted(points.items())))
        for other, points in sorted(found.items())
        if len(points) >= _FEWEST_SIZES
    ]


def _series(row: Row, modality: Link) -> int:
    return _SERIES.get(modality(row.measurement.subject.config_class) or "", _OTHER)


def _called(row: Row) -> str:
    subject = row.measurement.subject
    return f"{model_name(row.measurement)}, {subject.scale}"
