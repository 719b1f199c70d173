"""What was measured, as the pages show it: the newest row of each request on each machine, and the machines by name."""

from __future__ import annotations

import dataclasses
import statistics
import string
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catalog.benchmark.figures import estimate_error
from catalog.measurements import (
    ESTIMATE_METHODS,
    MODES,
    SCALES,
    Environment,
    EstimateMethod,
    Measurement,
    Mode,
    job_key,
)

_CHANGING = ("torch", "transformers", "python", "system", "driver", "cuda", "version", "commit", "executor")
"""What may differ between two runs on one machine: of these, the newer run is shown."""
_UNREAD = ("version", "commit")
"""What hardly changes a figure: environments that differ in nothing else stand on one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where rows were measured.

    Attributes:
        name: A letter, by which tables and charts name it.
        environment: The environment.
        commits: Commits of the catalog that measured there.
        versions: Releases of the catalog that did.
        rows: Number of rows that are shown of it.
        first: Day of the first of them (ISO 8601).
        last: Day of the last.
    """

    name: str
    environment: Environment
    commits: tuple[str, ...]
    versions: tuple[str, ...]
    rows: int
    first: str
    last: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row that is shown.

    Attributes:
        measurement: What was measured.
        place: Where; ``None`` where the process ended before it could tell, and its run was in several places.
    """

    measurement: Measurement
    place: Place | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorSummary:
    """How far the estimates of memory lie from what was measured.

    Attributes:
        mode: What was run.
        place: Where.
        method: How they were estimated; what formulas say is not to be taken for what a followed graph says.
        rows: Number of rows that have both.
        median: Median of the absolute errors.
        close: Share of the rows whose absolute error is at most 15 %.
        worst: The row with the largest absolute error.
        worst_error: Its error.
    """

    mode: Mode
    place: Place
    method: EstimateMethod
    rows: int
    median: float
    close: float
    worst: Row
    worst_error: float


CLOSE = 0.15
"""The absolute error up to which an estimate counts as close."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """All rows that are shown.

    Attributes:
        rows: By configuration class, architecture and workload.
        places: Where they were measured, the place with the most rows first.
    """

    rows: tuple[Row, ...] = ()
    places: tuple[Place, ...] = ()

    @cached_property
    def by_class(self) -> Mapping[str, tuple[Row, ...]]:
        """Configuration class → its rows."""
        return _grouped((row.measurement.subject.config_class, row) for row in self.rows)

    @cached_property
    def by_mode(self) -> Mapping[str, tuple[Row, ...]]:
        """Mode → its rows."""
        return _grouped((row.measurement.workload.mode, row) for row in self.rows)

    @cached_property
    def errors(self) -> tuple[ErrorSummary, ...]:
        """How good the estimates are, by mode, place and method, for those that have any."""
        pairs: dict[tuple[Mode, str, EstimateMethod | None], list[tuple[float, Row]]] = defaultdict(list)
        for row in self.rows:
            error = estimate_error(row.measurement)
            if error is not None and row.place is not None:
                work = row.measurement.workload
                pairs[work.mode, row.place.name, row.measurement.estimate_method].append((error, row))
        return tuple(
            _summary(mode, place, method, found)
            for mode in MODES
            for place in self.places
            for method in ESTIMATE_METHODS
            if (found := pairs.get((mode, place.name, method)))
        )


def measured(
    measurements: Iterable[Measurement], *, classes: Mapping[str, object], release: str | None = None
) -> Measured:
    """Choose what is shown.

    Of the rows that asked for the same on the same machine, the newest is shown, one of the release that the site shows
    before any other; rows that were interrupted are not. Where a kind of attention was asked for that the model takes
    by itself, the row that left it to the model stands for both.

    Args:
        measurements: Rows of any runs.
        classes: The configuration classes that the site has pages of.
        release: The transformers release that the site shows.
    """
    rows = [row for row in measurements if row.subject.config_class in classes and row.status != "interrupted"]
    environments = _environments(rows)
    newest: dict[tuple[str, Environment | None], Measurement] = {}
    for row in sorted(rows, key=lambda row: (_released(row, environments) == release, row.measured_at, row.run)):
        environment = environments[row.run, row.key]
        machine = None if environment is None else _without(environment, _CHANGING)
        newest[row.key, machine] = row
    asked = {(_run_key(row), machine) for (_, machine), row in newest.items() if _left_attention(row)}
    shown = sorted(
        (
            row
            for (_, machine), row in newest.items()
            if _left_attention(row) or row.status != "measured" or (_run_key(row), machine) not in asked
        ),
        key=_order,
    )
    places = _places(shown, environments)
    return Measured(
        rows=tuple(
            Row(
                measurement=row,
                place=None if (found := environments[row.run, row.key]) is None else places[_read(found)],
            )
            for row in shown
        ),
        places=tuple(places.values()),
    )


def _left_attention(row: Measurement) -> bool:
    return row.status == "measured" and row.workload.attention is None


def _run_key(row: Measurement) -> str:
    """What ran, with the kind of attention that it ran with."""
    return job_key(row.subject, dataclasses.replace(row.workload, attention=row.attention or row.workload.attention))


def _environments(rows: Sequence[Measurement]) -> dict[tuple[str, str], Environment | None]:
    """Run and key → the environment; a row that does not tell has that of its run, where the run has only one."""
    of_run: dict[str, set[Environment]] = defaultdict(set)
    for row in rows:
        if row.environment is not None:
            of_run[row.run].add(row.environment)
    only = {run: next(iter(found)) if len(found) == 1 else None for run, found in of_run.items()}
    return {(row.run, row.key): row.environment or only.get(row.run) for row in rows}


def _released(row: Measurement, environments: Mapping[tuple[str, str], Environment | None]) -> str | None:
    environment = environments[row.run, row.key]
    return None if environment is None else environment.transformers


def _places(
    rows: Sequence[Measurement], environments: Mapping[tuple[str, str], Environment | None]
) -> dict[Environment, Place]:
    found: dict[Environment, list[tuple[Environment, Measurement]]] = defaultdict(list)
    for row in rows:
        environment = environments[row.run, row.key]
        if environment is not None:
            found[_read(environment)].append((environment, row))
    ordered = sorted(found.items(), key=lambda item: (-len(item[1]), repr(item[0])))
    return {
        read: Place(
            name=_letter(number),
            environment=read,
            commits=tuple(sorted({item.commit for item, _ in pairs if item.commit})),
            versions=tuple(sorted({item.version for item, _ in pairs if item.version})),
            rows=len(pairs),
            first=min(row.measured_at for _, row in pairs)[:10],
            last=max(row.measured_at for _, row in pairs)[:10],
        )
        for number, (read, pairs) in enumerate(ordered)
    }


def _letter(number: int) -> str:
    """A, B, … Z, A2, B2, …."""
    again, place = divmod(number, len(string.ascii_uppercase))
    return string.ascii_uppercase[place] + (str(again + 1) if again else "")


def _read(environment: Environment) -> Environment:
    return _without(environment, _UNREAD)


def _without(environment: Environment, names: Iterable[str]) -> Environment:
    """An environment with some of its parts left open."""
    defaults = {item.name: item.default for item in dataclasses.fields(Environment)}
    emptied: dict[str, Any] = {name: "" if defaults[name] is dataclasses.MISSING else defaults[name] for name in names}
    return dataclasses.replace(environment, **emptied)


def _order(row: Measurement) -> tuple[object, ...]:
    work = row.workload
    sizes = (work.batch_size, work.sequence_length or 0, work.image_size or 0, work.new_tokens or 0)
    name = row.subject.config_class
    mode = MODES.index(work.mode)
    return (
        name.casefold(),
        name,
        mode,
        SCALES.index(row.subject.scale),
        row.subject.architecture,
        work.dtype,
        sizes,
        row.key,
        row.run,
    )


def _grouped(pairs: Iterable[tuple[str, Row]]) -> dict[str, tuple[Row, ...]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for name, row in pairs:
        found[name].append(row)
    return {name: tuple(rows) for name, rows in found.items()}


def _summary(mode: Mode, place: Place, method: EstimateMethod, pairs: Sequence[tuple[float, Row]]) -> ErrorSummary:
    sizes = [abs(error) for error, _ in pairs]
    worst_error, worst = max(pairs, key=lambda pair: abs(pair[0]))
    return ErrorSummary(
        mode=mode,
        place=place,
        method=method,
        rows=len(pairs),
        median=statistics.median(sizes),
        close=sum(size <= CLOSE for size in sizes) / len(sizes),
        worst=worst,
        worst_error=worst_error,
    )


def counted(rows: Iterable[Row]) -> Counter[str]:
    """How many rows there are of each status."""
    return Counter(row.measurement.status for row in rows)
