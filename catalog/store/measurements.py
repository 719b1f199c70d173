"""Measurements in SQL and back.

A record becomes a row of what lists filter and sort by, and a document of everything. The document leaves out the run
and the environment, which most rows of a run share and which have rows of their own.

Of two rows of the same run and key one stays: one that came to an end rather than one that was interrupted, then the
newer one, then, where even their times agree, always the same of the two. So files may be taken in, in any order and
any number of times, and the catalog holds the same in the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import Connection, bindparam, delete, func, or_, select, update

from catalog.errors import UsageError
from catalog.measurements import (
    Measurement,
    measurement_to_document,
)
from catalog.records import canonical_json, to_document
from catalog.store import schema
from catalog.store.bulk import insert_rows
from catalog.store.documents import digest_of, pack
from catalog.store.encode import Row as Values
from catalog.store.encode import plain
from catalog.store.intern import intern, next_id
from catalog.store.rows import Recorded

_LARGEST = 2**63 - 1
_IN_COLUMNS = ("run", "environment")
"""Fields that the document leaves out."""

Rank: TypeAlias = tuple[bool, str, bytes]

_row = schema.measurement.c
_run = schema.benchmark_run.c


@dataclass(frozen=True)
class EncodedMeasurement:
    """A measurement as rows, made before the write lock is taken.

    Attributes:
        run: Name of its run.
        values: The row, without the keys of run and environment.
        environment: Digest and body of its environment; ``None`` where it has none.
    """

    run: str
    values: Mapping[str, Any]
    environment: tuple[bytes, bytes] | None

    @classmethod
    def of(cls, measurement: Measurement) -> EncodedMeasurement:
        """Encode a record.

        Raises:
            UsageError: If it belongs to no run, its time is none, or a figure is no number.
        """
        run = plain(measurement.run)
        if not run:
            raise UsageError("A measurement belongs to no run.", remedy="Give the run a name.")
        environment = None if measurement.environment is None else _addressed(to_document(measurement.environment))
        document = {k: v for k, v in measurement_to_document(measurement).items() if k not in _IN_COLUMNS}
        try:
            address, body = _addressed(document)
        except ValueError as error:
            raise UsageError(f"A figure of {measurement.subject.config_class} is no number: {error}.") from error
        subject, workload = measurement.subject, measurement.workload
        values = {
            "key": plain(measurement.key),
            "digest": address if environment is None else digest_of(f"{address.hex()}{environment[0].hex()}"),
            "config_class": plain(subject.config_class),
            "model_type": plain(subject.model_type),
            "architecture": plain(subject.architecture),
            "scale": plain(subject.scale),
            "mode": workload.mode,
            "device": plain(workload.device),
            "dtype": plain(workload.dtype),
            "attention": plain(measurement.attention or workload.attention),
            "compile": workload.compile,
            "batch_size": _cut_off(workload.batch_size),
            "sequence_length": _cut_off(workload.sequence_length),
            "status": measurement.status,
            "release": None if measurement.environment is None else plain(measurement.environment.transformers),
            "p50": None if measurement.latency is None else _finite(measurement.latency.p50),
            "parameters": _cut_off(measurement.parameters),
            "memory": _cut_off(measurement.peak_memory),
            "measured_at": instant(measurement.measured_at),
            "body": body,
        }
        return cls(run, values, environment)

    @property
    def rank(self) -> Rank:
        """The larger one stays."""
        return rank_of(self.values["status"], self.values["measured_at"], self.values["digest"])


def rank_of(status: str, measured_at: str, digest: bytes) -> Rank:
    """Of two rows of the same request the one with the larger rank counts."""
    return status != "interrupted", measured_at, bytes(digest)


def instant(text: str) -> str:
    """A time in one form, which sorts by time.

    Raises:
        UsageError: If it is no time.
    """
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no time at which something was measured.", remedy="Write it like 2026-01-31T12:00:00Z."
        ) from error
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


def _cut_off(number: int | None) -> int | None:
    return None if number is None else max(-_LARGEST, min(number, _LARGEST))


def _finite(number: float) -> float | None:
    return number if math.isfinite(number) else None


def _addressed(document: Any) -> tuple[bytes, bytes]:
    """Digest and body. Half of a surrogate pair, which an error's message may hold, is no text for a database."""
    text = canonical_json(document).encode("utf-8", "replace").decode()
    return digest_of(text), pack(text)


# Writing


def write_measurements(connection: Connection, encoded: Sequence[EncodedMeasurement]) -> Recorded:
    """Write measurements; of two of the same run and key the newer one stays.

    Args:
        connection: Connection in the writer's transaction.
        encoded: The measurements.

    Returns:
        What became of them.
    """
    runs = _intern_runs(connection, {item.run for item in encoded})
    best: dict[tuple[int, str], EncodedMeasurement] = {}
    for item in encoded:
        place = (runs[item.run], item.values["key"])
        if place not in best or best[place].rank < item.rank:
            best[place] = item
    there = _ranks(connection, runs.values())
    written = {place: item for place, item in best.items() if place not in there or there[place] < item.rank}
    replaced = written.keys() & there.keys()
    _remove(connection, replaced)
    environments = intern(
        connection,
        schema.benchmark_environment,
        {item.environment[0]: _maker(*item.environment) for item in written.values() if item.environment is not None},
    )
    rows: list[Values] = [
        {
            "run_id": run_id,
            "environment_id": None if item.environment is None else environments.ids[item.environment[0]],
            **item.values,
        }
        for (run_id, _), item in written.items()
    ]
    insert_rows(connection, schema.measurement, rows)
    if written:
        _settle(connection, {run_id for run_id, _ in written})
    new = len(written) - len(replaced)
    return Recorded(new=new, known=len(encoded) - new - len(replaced), replaced=len(replaced))


def _maker(digest: bytes, body: bytes) -> Callable[[int], Values]:
    return lambda key: {"id": key, "digest": digest, "body": body}


def _intern_runs(connection: Connection, names: set[str]) -> dict[str, int]:
    table = schema.benchmark_run
    known = {name: key for name, key in connection.execute(select(table.c.name, table.c.id))}  # noqa: C416 - rows
    new = sorted(names - known.keys())
    rows: list[Values] = [{"id": key, "name": name} for key, name in enumerate(new, next_id(connection, table))]
    insert_rows(connection, table, rows)
    known.update((row["name"], row["id"]) for row in rows)
    return {name: known[name] for name in names}


def _ranks(connection: Connection, runs: Iterable[int]) -> dict[tuple[int, str], Rank]:
    """What the runs have."""
    found = {}
    for run_id in runs:
        statement = select(_row.key, _row.status, _row.measured_at, _row.digest).where(_row.run_id == run_id)
        for key, *facts in connection.execute(statement):
            found[run_id, key] = rank_of(*facts)
    return found


def _remove(connection: Connection, places: Iterable[tuple[int, str]]) -> None:
    parameters = [{"of": run_id, "at": key} for run_id, key in places]
    if parameters:
        same = (_row.run_id == bindparam("of")) & (_row.key == bindparam("at"))
        connection.execute(delete(schema.measurement).where(same), parameters)


def _settle(connection: Connection, runs: Iterable[int]) -> None:
    """Tell the environment of most rows of a run, which stands in for a process that ended before it could tell."""
    for run_id in runs:
        count = func.count().label("count")
        statement = (
            select(_row.environment_id, _row.release)
            .where(_row.run_id == run_id, _row.environment_id.is_not(None))
            .group_by(_row.environment_id, _row.release)
            .order_by(count.desc(), _row.environment_id)
        )
        environment_id, release = connection.execute(statement).first() or (None, None)
        connection.execute(update(schema.benchmark_run).where(_run.id == run_id).values(environment_id=environment_id))
        silent = (_row.run_id == run_id) & _row.environment_id.is_(None)
        connection.execute(update(schema.measurement).where(silent).values(release=release))


def delete_run(connection: Connection, name: str) -> int | None:
    """Remove a run with its rows, and the environments that nothing else has.

    Returns:
        Number of rows removed; ``None`` where there is no such run.
    """
    key = connection.scalar(select(_run.id).where(_run.name == name))
    if key is None:
        return None
    removed = connection.execute(delete(schema.measurement).where(_row.run_id == key)).rowcount
    connection.execute(delete(schema.benchmark_run).where(_run.id == key))
    sweep_environments(connection)
    return removed


def sweep_environments(connection: Connection) -> int:
    """Remove the environments that no run and no row has, and tell how many."""
    table = schema.benchmark_environment
    held = or_(
        table.c.id.in_(select(_run.environment_id).where(_run.environment_id.is_not(None))),
        table.c.id.in_(select(_row.environment_id).where(_row.environment_id.is_not(None))),
    )
    return connection.execute(delete(table).where(~held)).rowcount


# Files that came with the package


def known_files(connection: Connection, digests: Iterable[bytes]) -> frozenset[bytes]:
    """Those digests of files that were taken in before."""
    table = schema.benchmark_file
    rows = connection.scalars(select(table.c.digest).where(table.c.digest.in_(list(digests))))
    return frozenset(bytes(digest) for digest in rows)


def remember_file(connection: Connection, *, digest: bytes, name: str, rows: int) -> None:
    """Write down that a file was taken in; one that is known stays as it is."""
    table = schema.benchmark_file
    imported_at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    intern(
        connection,
        table,
        {
            digest: lambda key: {
                "id": key, "digest": digest, "name": plain(name), "imported_at": imported_at, "row_count": rows,
            }
        },
    )  # fmt: skip
