"""The part of the catalog that keeps what was measured."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from catalog.errors import CatalogError, NotFoundError, UsageError
from catalog.measurements import MODES, SCALES, STATUSES, Measurement
from catalog.query.names import closest
from catalog.query.session import Session
from catalog.resources import resource_folder
from catalog.store.rows import MeasurementFilters, Recorded, RunInfo
from catalog.store.versions import newest_first


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of files of measurements.

    Attributes:
        recorded: What became of their rows.
        files: Files that were read.
        notes: What a person should know, as sentences: a last line that was cut off.
        failures: Why files could not be taken in, as sentences; the catalog holds nothing of these.
    """

    recorded: Recorded = field(default_factory=Recorded)
    files: int = 0
    notes: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()


class Measurements(Session):
    """Keeps what was measured, and tells it.

    Measurements belong to a run, not to a release: machines that measure may have a transformers that is not cataloged
    here, and what they measured stays when a release goes.
    """

    def record_measurements(self, rows: Iterable[Measurement]) -> Recorded:
        """Keep measurements. Of two of the same run and key the newer one stays, so that it may be done twice.

        Args:
            rows: The measurements, each of a run.

        Returns:
            How many are new, known and replaced.

        Raises:
            UsageError: If a row belongs to no run, or its time is none.
            DatabaseError: If the database cannot be written.
        """
        return self._store.record_measurements(rows)

    def import_measurements(self, path: str | os.PathLike[str]) -> Imported:
        """Keep the measurements of a file: all of them, or none if a line is none. It may be done twice.

        A row that names no run belongs to one that is called like the file.

        Args:
            path: An NDJSON file that a sweep wrote, on this machine or another.

        Returns:
            What became of them. A last line that was cut off when a sweep was ended is left out, and noted.

        Raises:
            CatalogError: If the file cannot be read, or a line is no measurement; it names line and remedy.
            DatabaseError: If the database cannot be written.
        """
        rows, notes = read_file(Path(path))
        return Imported(recorded=self._store.record_measurements(rows), files=1, notes=notes)

    def import_published(self, *, again: bool = False) -> Imported:
        """Keep the measurements that come with this package; a file that was taken in before is not read again.

        Args:
            again: Read files that were taken in before, too, so that what was deleted comes back.

        Returns:
            What became of them. A file that cannot be taken in is among the failures, and stops no other.
        """
        found, digests = Imported(), {}
        for path in published_files():
            try:
                digests[path] = hashlib.sha256(path.read_bytes()).digest()
            except OSError as error:
                found = _both(found, Imported(failures=(f"{path} cannot be read: {error.strerror or error}.",)))
        known = frozenset() if again or not digests else self._store.known_files(digests.values())
        for path, digest in digests.items():
            if digest not in known:
                found = _both(found, self._import_published(path, digest))
        return found

    def _import_published(self, path: Path, digest: bytes) -> Imported:
        try:
            rows, notes = read_file(path)
            recorded = self._store.record_measurements(rows, file=(digest, path.name))
        except CatalogError as error:
            return Imported(failures=(str(error),))
        return Imported(recorded=recorded, files=1, notes=notes)

    def measurements(  # noqa: PLR0913  # each narrows the list by one thing
        self,
        name: str | None = None,
        *,
        run: str | None = None,
        release: str | None = None,
        mode: str | None = None,
        device: str | None = None,
        dtype: str | None = None,
        scale: str | None = None,
        status: str | None = None,
        attention: str | None = None,
        compile: bool | None = None,  # noqa: A002  # as everywhere else
        batch_size: int | None = None,
        sequence_length: int | None = None,
        latest: bool = True,
    ) -> tuple[Measurement, ...]:
        """What was measured.

        Args:
            name: Model type (``"llama"``), configuration class or architecture.
            run: Name of a run.
            release: Release of transformers, cataloged or not; ``"5.22"`` stands for all its patches.
            mode: ``"forward"``, ``"train"`` or ``"generate"``.
            device: ``"cpu"``, ``"cuda"`` or ``"cuda:1"``.
            dtype: Element type (``"bfloat16"``).
            scale: ``"tiny"``, ``"full"`` or ``"spec"``.
            status: How it ended (``"measured"``).
            attention: Implementation of attention that ran (``"sdpa"``).
            compile: Whether the model was compiled.
            batch_size: Samples at a time.
            sequence_length: Tokens that were asked for.
            latest: Only the newest row of what was asked for on one machine with one torch and transformers; else the
                whole history. What a newer attempt could not measure is not shown as measured.

        Returns:
            The measurements, by model and workload.

        Raises:
            NotFoundError: If there is no such model, run or release; it suggests names that were probably meant.
            UsageError: If there is no such mode, scale or status.
        """
        for value, known, what in ((mode, MODES, "mode"), (scale, SCALES, "scale"), (status, STATUSES, "status")):
            if value is not None and value not in known:
                raise UsageError(f"There is no {what} {value!r}.", remedy=f"One of: {', '.join(known)}.")
        filters = MeasurementFilters(
            names=None if name is None else self._measured_names(name),
            run=None if run is None else self._run(run),
            releases=None if release is None else self._measured_releases(release),
            mode=mode,
            device=device,
            dtype=dtype,
            scale=scale,
            attention=attention,
            compile=compile,
            batch_size=batch_size,
            sequence_length=sequence_length,
            status=status,
        )
        return self._store.measurements(filters, latest=latest)

    def runs(self) -> tuple[RunInfo, ...]:
        """All runs, the one with the newest row first."""
        return self._store.runs()

    def delete_run(self, name: str) -> int:
        """Remove a run with all its rows.

        Returns:
            Number of rows removed.

        Raises:
            NotFoundError: If there is no such run.
            DatabaseError: If the database cannot be written.
        """
        removed = self._store.delete_run(name)
        if removed is None:
            raise self._no_run(name)
        return removed

    def _run(self, name: str) -> str:
        if name not in self._store.run_names():
            raise self._no_run(name)
        return name

    def _no_run(self, name: str) -> NotFoundError:
        return NotFoundError("run", name, suggestions=similar_runs(name, self._store.run_names()))

    def _measured_names(self, name: str) -> tuple[str, ...]:
        """The name, and the class that the newest release has by it; rows may go by either."""
        name = name.strip()
        measured = self._store.measured_names()
        view = self._view(None) if self.releases() else None
        try:
            found = None if view is None else view.names.find(name)
        except UsageError:  # several classes share that model type, but the rows say which one they mean
            if name not in measured:
                raise
            found = None
        if found is None and name not in measured:
            known = {*measured, *(() if view is None else view.names.names())}
            if view is None or all(item.name != name for item in self._store.architectures(view.version)):
                raise NotFoundError("model", name, suggestions=closest(name, known))
        return (name,) if found is None else (name, found)

    def _measured_releases(self, release: str) -> tuple[str, ...]:
        release = release.strip()
        measured = self._store.measured_releases()
        found = tuple(known for known in measured if known == release or known.startswith(f"{release}."))
        if not found and release not in {info.version for info in self.releases()}:
            raise NotFoundError("measured transformers release", release, suggestions=tuple(newest_first(measured)[:3]))
        return found


def published_files() -> tuple[Path, ...]:
    """The files of measurements that come with this package, by name."""
    return tuple(sorted((resource_folder("data") / "benchmarks").glob("*.ndjson")))


def _both(one: Imported, other: Imported) -> Imported:
    return Imported(
        recorded=one.recorded + other.recorded,
        files=one.files + other.files,
        notes=one.notes + other.notes,
        failures=one.failures + other.failures,
    )


def similar_runs(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Runs that were probably meant: those that are spelt alike, else the newest ones by name."""
    names = tuple(names)
    return closest(name, names) or tuple(sorted(names, reverse=True)[:3])


def read_file(path: Path) -> tuple[tuple[Measurement, ...], tuple[str, ...]]:
    """The rows of a file, each with a run, and what a person should know of it."""
    from catalog.benchmark.rows import read_rows  # noqa: PLC0415  # only this needs it

    notes: list[str] = []
    rows = read_rows(path, report=notes.append)
    return tuple(row if row.run else replace(row, run=path.stem) for row in rows), tuple(notes)
