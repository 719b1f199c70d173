"""Reading measurements, and what runs there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from catalog.measurements import Environment, Measurement, environment_from_document, measurement_from_document
from catalog.store import schema
from catalog.store.documents import unpack
from catalog.store.encode import plain
from catalog.store.measurements import Rank, rank_of
from catalog.store.rows import MeasurementFilters, RunInfo

_row = schema.measurement.c
_run = schema.benchmark_run.c


def many(connection: Connection, filters: MeasurementFilters, *, latest: bool) -> tuple[Measurement, ...]:
    """Measurements by model, workload and time.

    Args:
        connection: The connection.
        filters: Which ones.
        latest: Only the newest of each key and each machine (:func:`machine`). What is interrupted counts last.
    """
    environments = _environments(connection)
    columns = (
        _run.name, _run.environment_id, _row.environment_id, _row.key, _row.status, _row.measured_at, _row.digest,
        _row.body,
    )  # fmt: skip
    statement = select(*columns).join_from(schema.measurement, schema.benchmark_run).where(*_conditions(filters))
    rows: Iterable[Any] = connection.execute(statement).all()
    if latest:
        rows = _newest(rows, environments)
    if filters.status is not None:
        rows = [row for row in rows if row[4] == filters.status]
    found = [_to_measurement(row[0], environments.get(row[2]), row[7]) for row in rows]
    return tuple(sorted(found, key=_order))


def machine(environment: Environment | None) -> tuple[Any, ...]:
    """What tells two places of measurement apart: figures of different ones stand beside each other.

    Releases of Python, of the system and of the driver do not count, nor does how many workers ran side by side.
    """
    if environment is None:
        return ()
    return (
        environment.processor, environment.cores, environment.gpu, environment.threads, environment.torch,
        environment.transformers,
    )  # fmt: skip


def _newest(rows: Iterable[Any], environments: Mapping[int, Environment]) -> Iterable[Any]:
    machines = {key: machine(environment) for key, environment in environments.items()}
    best: dict[tuple[Any, ...], tuple[Rank, Any]] = {}
    for row in rows:
        _, of_run, own, key, status, measured_at, digest, _ = row
        place = (key, machines.get(of_run if own is None else own))
        rank = rank_of(status, measured_at, digest)
        if place not in best or best[place][0] < rank:
            best[place] = (rank, row)
    return [row for _, row in best.values()]


def _conditions(filters: MeasurementFilters) -> list[ColumnElement[bool]]:
    """All but the status, which counts after the newest rows are found: an old success is no answer to a failure."""
    found: list[ColumnElement[bool]] = []
    if filters.names is not None:
        names = [plain(name) for name in filters.names]
        found.append(or_(*(column.in_(names) for column in (_row.config_class, _row.model_type, _row.architecture))))
    if filters.run is not None:
        found.append(_run.name == plain(filters.run))
    if filters.releases is not None:
        found.append(_row.release.in_([plain(release) for release in filters.releases]))
    if filters.device is not None:
        device = plain(filters.device) or ""
        found.append(or_(_row.device == device, _row.device.startswith(f"{device}:", autoescape=True)))
    same = ("mode", "dtype", "scale", "attention", "compile", "batch_size", "sequence_length")
    for name in same:
        value = getattr(filters, name)
        if value is not None:
            found.append(schema.measurement.c[name] == (plain(value) if isinstance(value, str) else value))
    return found


def _environments(connection: Connection) -> dict[int, Environment]:
    table = schema.benchmark_environment
    rows = connection.execute(select(table.c.id, table.c.body))
    return {key: environment_from_document(unpack(body, None)) for key, body in rows}


def _to_measurement(run: str, environment: Environment | None, body: bytes) -> Measurement:
    return replace(measurement_from_document(unpack(body, None)), run=run, environment=environment)


def _order(found: Measurement) -> tuple[Any, ...]:
    subject, workload = found.subject, found.workload
    return (
        subject.model_type or subject.config_class, subject.architecture, subject.scale, workload.mode, workload.device,
        workload.dtype, workload.sequence_length or 0, workload.batch_size, found.key, found.measured_at, found.run,
    )  # fmt: skip


def names(connection: Connection) -> frozenset[str]:
    """Every model type, class and architecture that has a row."""
    found: set[str] = set()
    for column in (_row.config_class, _row.model_type, _row.architecture):
        found.update(name for name in connection.scalars(select(column).distinct()) if name)
    return frozenset(found)


def releases(connection: Connection) -> tuple[str, ...]:
    """Every release of transformers that has a row."""
    statement = select(_row.release).where(_row.release.is_not(None)).distinct()
    return tuple(release for release in connection.scalars(statement) if release)


def run_names(connection: Connection) -> tuple[str, ...]:
    """Names of all runs, sorted."""
    return tuple(connection.scalars(select(_run.name).order_by(_run.name)))


def runs(connection: Connection) -> tuple[RunInfo, ...]:
    """All runs, the one with the newest row first."""
    environments = _environments(connection)
    facts = (_row.environment_id, _row.release, _row.scale, _row.mode, _row.device, _row.dtype, _row.status)
    statement = (
        select(_run.name, func.min(_row.measured_at), func.max(_row.measured_at), func.count(), *facts)
        .join_from(schema.benchmark_run, schema.measurement)
        .group_by(_run.name, *facts)
    )
    groups: dict[str, list[Any]] = {}
    for row in connection.execute(statement):
        groups.setdefault(row[0], []).append(row)
    found = [_to_run(name, rows, environments) for name, rows in groups.items()]
    return tuple(sorted(found, key=lambda run: (run.last_measured_at, run.name), reverse=True))


def _to_run(name: str, rows: Sequence[Any], environments: Mapping[int, Environment]) -> RunInfo:
    def most(place: int) -> tuple[Any, ...]:
        counted: Counter[Any] = Counter()
        for row in rows:
            counted[row[place]] += row[3]
        found = sorted((value for value in counted if value is not None), key=lambda value: (-counted[value], value))
        return tuple(found)

    statuses: Counter[str] = Counter()
    for row in rows:
        statuses[row[10]] += row[3]
    return RunInfo(
        name=name,
        first_measured_at=_seconds(min(row[1] for row in rows)),
        last_measured_at=_seconds(max(row[2] for row in rows)),
        rows=statuses.total(),
        measured=statuses["measured"],
        statuses=dict(sorted(((s, n) for s, n in statuses.items() if n), key=lambda item: (-item[1], item[0]))),
        environments=tuple(environments[key] for key in most(4)),
        releases=most(5),
        scales=most(6),
        modes=most(7),
        devices=most(8),
        dtypes=most(9),
    )


def _seconds(measured_at: str) -> str:
    """A time as a measurement states it; parts of a second say nothing here."""
    return measured_at.partition(".")[0] + "Z"
