"""The part of the store that keeps what was measured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from catalog.collector import paused_collector
from catalog.store import measurements, measurements_read
from catalog.store.engine import reading, writing
from catalog.store.location import Location
from catalog.store.rows import MeasurementFilters, Recorded, RunInfo

if TYPE_CHECKING:
    from catalog.measurements import Measurement


class MeasurementStore:
    """Writes and reads measurements. They belong to runs, and to no release."""

    engine: Engine
    location: Location
    _timeout: float

    def record_measurements(self, rows: Iterable[Measurement], *, file: tuple[bytes, str] | None = None) -> Recorded:
        """Write measurements, in one transaction; of two of the same run and key the newer one stays.

        Args:
            rows: The measurements.
            file: Digest and name of the file that they came from, where it is to be taken in only once.

        Returns:
            What became of them.
        """
        with paused_collector():
            encoded = list(map(measurements.EncodedMeasurement.of, rows))
        if not encoded and file is None:
            return Recorded()
        with writing(self.engine, self.location, timeout=self._timeout) as connection:
            recorded = measurements.write_measurements(connection, encoded)
            if file is not None:
                measurements.remember_file(connection, digest=file[0], name=file[1], rows=len(encoded))
            return recorded

    def delete_run(self, name: str) -> int | None:
        """Remove a run with its rows.

        Returns:
            Number of rows removed; ``None`` where there is no such run.
        """
        with writing(self.engine, self.location, timeout=self._timeout) as connection:
            return measurements.delete_run(connection, name)

    def measurements(self, filters: MeasurementFilters, *, latest: bool) -> tuple[Measurement, ...]:
        """Measurements by model, workload and time; `latest` keeps the newest of each key and machine."""
        with reading(self.engine, self.location) as connection, paused_collector():
            return measurements_read.many(connection, filters, latest=latest)

    def runs(self) -> tuple[RunInfo, ...]:
        """All runs, the one with the newest row first."""
        with reading(self.engine, self.location) as connection:
            return measurements_read.runs(connection)

    def run_names(self) -> tuple[str, ...]:
        """Names of all runs, sorted."""
        with reading(self.engine, self.location) as connection:
            return measurements_read.run_names(connection)

    def measured_names(self) -> frozenset[str]:
        """Every model type, class and architecture that has a measurement."""
        with reading(self.engine, self.location) as connection:
            return measurements_read.names(connection)

    def measured_releases(self) -> tuple[str, ...]:
        """Every release of transformers that has a measurement, cataloged or not."""
        with reading(self.engine, self.location) as connection:
            return measurements_read.releases(connection)

    def known_files(self, digests: Iterable[bytes]) -> frozenset[bytes]:
        """Those digests of files of measurements that were taken in before."""
        with reading(self.engine, self.location) as connection:
            return measurements.known_files(connection, digests)
