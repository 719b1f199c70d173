"""The store: one object over one database. It opens, checks and hands on; the work is done in the modules beside it."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import Connection, delete, text

from catalog.collector import paused_collector
from catalog.errors import DatabaseError, NoCatalogError, NotFoundError, UsageError
from catalog.records import Architecture, ConfigClass, Failure, ModelType, Observation, Release
from catalog.store import garbage, model_facts, pivot, read, schema, timeline
from catalog.store.create import prepare_database
from catalog.store.engine import make_engine, reading, writing
from catalog.store.fulltext import KINDS, Kind, fulltext_for
from catalog.store.location import Location, locate
from catalog.store.measurement_store import MeasurementStore
from catalog.store.rows import (
    ClassEntry,
    ClassRow,
    GarbageReport,
    NamedIn,
    ParameterUse,
    ReleaseInfo,
    SearchHit,
    TimelineEntry,
    WriteReport,
)
from catalog.store.search import search
from catalog.store.suggest import suggest
from catalog.store.translate import folder_error
from catalog.store.versions import similar
from catalog.store.write import fingerprint, prepare, timed, warm, write

if TYPE_CHECKING:
    from catalog.model_facts import ModelFacts

TIMEOUT = 60.0
"""Seconds to wait for another writer."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


def open_store(url: str | os.PathLike[str] | None = None, *, create: bool = True, timeout: float = TIMEOUT) -> Store:
    """Open a catalog.

    Args:
        url: URL or path; ``None`` takes ``CATALOG_DATABASE_URL``, else the file in the user's data folder.
        create: Make the catalog, its folder included, where there is none.
        timeout: Seconds to wait for another writer.

    Returns:
        The store; close it, or use it as a context manager.

    Raises:
        NoCatalogError: If there is none and `create` is false.
        DatabaseError: If the database cannot be used.
        OutdatedDatabaseError: If its schema is older or newer than this version.
        MissingDependencyError: If PostgreSQL's driver is not installed.
    """
    location = locate(url)
    _prepare_file(location, create=create)
    store = Store(location, timeout=timeout)
    try:
        prepare_database(store.engine, location, create_empty=create, timeout=timeout)
    except BaseException:
        store.close()
        raise
    return store


def _prepare_file(location: Location, *, create: bool) -> None:
    """Look at the place of a SQLite file before SQLite does, whose messages say less."""
    path = location.path
    if path is None:
        return
    try:
        if path.is_dir():
            raise DatabaseError(f"The database {path} is a folder.", remedy="Name a file with --database.")
        if not create and not path.exists():
            raise NoCatalogError(f"There is no catalog at {path}.", remedy="Make it with: catalog sync")
        if create:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise folder_error(location, error) from error


class Store(MeasurementStore):
    """A catalog in a database. Reading takes a release's version; what is returned are records.

    Every method raises :class:`catalog.errors.NotFoundError` for a release that is not cataloged, and
    :class:`catalog.errors.DatabaseError` where the database fails. Use :func:`open_store` to make one.
    """

    def __init__(self, location: Location, *, timeout: float) -> None:
        self.location = location
        self.engine = make_engine(location, timeout=timeout)
        self._timeout = timeout
        self._fulltext = fulltext_for(self.engine.dialect.name)
        self._names: dict[int, tuple[str, tuple[str, ...]]] = {}
        self._popularity: dict[int, tuple[str, Mapping[str, int]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def forked(self) -> None:
        """Make connections anew in a forked process, and leave those that are open to the parent."""
        self.engine.dispose(close=False)

    @property
    def display_url(self) -> str:
        """The database's URL or path, passwords hidden."""
        return self.location.display

    # Writing

    def write_release(self, release: Release, *, force: bool = False) -> WriteReport:
        """Write a release: all of it, or nothing. The same fingerprint again changes nothing.

        Args:
            release: What an extractor made. It takes the place of what the catalog has of that version.
            force: Write it even if the catalog has that version with the same fingerprint.

        Returns:
            What was done.
        """
        started = time.perf_counter()
        if not force and self.fingerprint(release.version) == release.fingerprint:
            return timed(WriteReport(version=release.version, unchanged=True), started)
        with paused_collector():
            prepared = prepare(release)
            with reading(self.engine, self.location) as connection:
                warm(connection, prepared)
            with writing(self.engine, self.location, timeout=self._timeout) as connection:
                report = write(connection, prepared, self._fulltext, force=force)
        return timed(report, started)

    def delete_release(self, version: str) -> bool:
        """Remove a release. Its definitions stay until :meth:`collect_garbage`.

        Returns:
            False where it was not there.
        """
        with writing(self.engine, self.location, timeout=self._timeout) as connection:
            result = connection.execute(delete(schema.release).where(schema.release.c.version == version))
            return result.rowcount > 0

    def record_facts(self, facts: Iterable[ModelFacts], *, release: str | None = None) -> int:
        """Write what building models told, in one transaction; it takes the place of what is there.

        Args:
            facts: The facts, each of a class that its release has.
            release: Release that they are kept under; ``None`` takes the one that each names.

        Returns:
            Number of facts written.
        """
        encoded = list(map(model_facts.EncodedFacts.of, facts))
        if not encoded:
            return 0
        with writing(self.engine, self.location, timeout=self._timeout) as connection:
            return model_facts.write_facts(connection, encoded, release=release)

    def collect_garbage(self) -> GarbageReport:
        """Remove the definitions that no release points at, and give their space back."""
        with writing(self.engine, self.location, timeout=self._timeout) as connection:
            report = garbage.collect(connection, self._fulltext)
        garbage.compact(self.engine, self.location)
        return report

    # Releases

    def fingerprint(self, version: str) -> str | None:
        """Fingerprint of a release; ``None`` where it is not cataloged."""
        with reading(self.engine, self.location) as connection:
            return fingerprint(connection, version)

    def releases(self) -> tuple[ReleaseInfo, ...]:
        """All releases, newest version first."""
        with reading(self.engine, self.location) as connection:
            return read.release_infos(connection)

    # Contents of a release

    def class_rows(self, release: str) -> tuple[ClassRow, ...]:
        """All classes as a list shows them, the common base included, sorted by name."""
        return self._read(release, read.class_rows)

    def config_class(self, release: str, name: str) -> ConfigClass | None:
        """A class by its name; ``None`` where the release has none of that name."""
        return self._read(release, read.config_class, name)

    def config_classes(self, release: str) -> Iterator[ConfigClass]:
        """All classes, the common base included, sorted by name."""
        return itertools.starmap(read.to_config_class, self._read(release, read.config_class_bodies))

    def class_digests(self, release: str) -> dict[str, str]:
        """Address of each class's definition: equal addresses mean equal definitions."""
        return self._read(release, read.class_digests)

    def timeline(self, name: str) -> tuple[TimelineEntry, ...]:
        """The releases that have a class of that name, oldest first, each with its definition's key."""
        with reading(self.engine, self.location) as connection:
            return timeline.timeline(connection, name)

    def fingerprints(self) -> dict[str, str]:
        """The cataloged releases, each with the fingerprint of its content; in no order."""
        with reading(self.engine, self.location) as connection:
            return timeline.fingerprints(connection)

    def class_entries(self, release: str) -> tuple[ClassEntry, ...]:
        """Name, module and definition's key of all classes, the common base included, sorted by name."""
        return self._read(release, timeline.entries)

    def classes_called(self, name: str) -> tuple[NamedIn, ...]:
        """The classes that go by a name in any release: a class name, or a model type."""
        with reading(self.engine, self.location) as connection:
            return timeline.classes_called(connection, name)

    def names_of_all_releases(self) -> tuple[str, ...]:
        """Every class name and model type of any release, sorted."""
        with reading(self.engine, self.location) as connection:
            return timeline.all_names(connection)

    def definitions(self, keys: Iterable[int]) -> dict[int, ConfigClass]:
        """Definitions by their keys, as :meth:`timeline` gives them."""
        with reading(self.engine, self.location) as connection:
            return timeline.definitions(connection, keys)

    def parameters_of(self, keys: Iterable[int]) -> dict[int, frozenset[str]]:
        """Names of the parameters of definitions, by key."""
        with reading(self.engine, self.location) as connection:
            return timeline.parameters_of(connection, keys)

    def observation(self, release: str, name: str) -> Observation | None:
        """What constructing a class told; ``None`` where that was not tried."""
        return next(iter(self._read(release, read.observations, name)), None)

    def observations(self, release: str) -> tuple[Observation, ...]:
        """What constructing the classes told, sorted by class."""
        return self._read(release, read.observations)

    def architectures(self, release: str, config_class: str | None = None) -> tuple[Architecture, ...]:
        """Architectures sorted by name: all, or those that a config class leads to, by itself or by its model types."""
        return self._read(release, read.architectures, config_class)

    def model_types(self, release: str) -> tuple[ModelType, ...]:
        """Model types of the auto mappings, sorted by name."""
        return self._read(release, read.model_types)

    def vocabularies(self, release: str) -> dict[str, tuple[str, ...]]:
        """Closed sets of names, by the name of the set."""
        return self._read(release, read.vocabularies)

    def failures(self, release: str) -> tuple[Failure, ...]:
        """What could not be read of the release."""
        return self._read(release, read.failures)

    def parameters_named(self, release: str, name: str) -> tuple[ParameterUse, ...]:
        """Every class that takes a parameter of that name, sorted; all classes inherit those of the common base."""
        return self._read(release, pivot.parameters_named, name)

    def parameter_names(self, release: str) -> dict[str, int]:
        """Names of all parameters, with the number of classes that declare each (the common base counts as one)."""
        return self._read(release, pivot.parameter_names)

    # What building models told

    def facts(
        self, release: str, config_class: str, architecture: str | None = None, *, summary: bool = True
    ) -> ModelFacts | None:
        """Facts of a class and an architecture, its base where that is ``None``; ``None`` where there are none.

        Unlike its neighbours it takes a release that is not cataloged for one without facts: it asks only once.
        """
        with reading(self.engine, self.location) as connection:
            return model_facts.one(connection, release, config_class, architecture, summary=summary)

    def all_facts(
        self,
        release: str,
        *,
        base_only: bool = False,
        failed_only: bool = False,
        config_class: str | None = None,
        summary: bool = True,
    ) -> tuple[ModelFacts, ...]:
        """Facts of a release, sorted by class and architecture; without summary trees where `summary` is false."""
        return self._read(
            release,
            model_facts.many,
            base_only=base_only,
            failed_only=failed_only,
            config_class=config_class,
            summary=summary,
        )

    def sizes(self, release: str) -> dict[str, int]:
        """Class → parameters of its base architecture, for the classes whose size is known."""
        return self._read(release, model_facts.sizes)

    # Search

    def search(
        self, release: str, query: str, kinds: Sequence[Kind] | None = None, limit: int = 20
    ) -> tuple[SearchHit, ...]:
        """Find names and texts of a release.

        Args:
            release: The release.
            query: Words; identifiers and their parts count. Anything is allowed, and punctuation means nothing.
            kinds: What may be found: ``model_type``, ``config_class``, ``parameter``, ``architecture``; ``None``: all.
            limit: Largest number of hits.

        Returns:
            Hits, best first.
        """
        unknown = set(kinds or ()) - set(KINDS)
        if unknown:
            raise UsageError(f"There is nothing of the kind {min(unknown)!r}.", remedy=f"Kinds: {', '.join(KINDS)}.")
        with reading(self.engine, self.location) as connection:
            key, fingerprint = self._release(connection, release)
            kept = self._popularity.get(key)
            if kept is None or kept[0] != fingerprint:
                kept = self._popularity[key] = (fingerprint, read.architecture_counts(connection, key))
            return search(
                connection,
                self._fulltext,
                query,
                release=key,
                kinds=KINDS if kinds is None else kinds,
                limit=limit,
                popularity=kept[1],
            )

    def suggest(self, release: str, name: str, limit: int = 5) -> tuple[str, ...]:
        """Names of model types, classes, parameters and architectures that a misspelt one probably means."""
        with reading(self.engine, self.location) as connection:
            key, fingerprint = self._release(connection, release)
            kept = self._names.get(key)
            if kept is None or kept[0] != fingerprint:
                kept = self._names[key] = (fingerprint, read.all_names(connection, key))
        return suggest(name, kept[1], limit=limit)

    def run_sql(self, statement: str, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Rows of a query in SQL, with parameters written as ``:name``. Nothing can be changed by it."""
        with reading(self.engine, self.location) as connection:
            return connection.execute(text(statement), parameters).all()

    def _read(
        self,
        release: str,
        function: Callable[Concatenate[Connection, int, _P], _T],
        *args: _P.args,
        **kwargs: _P.kwargs,
    ) -> _T:
        """Call a reading function with a connection and the release's key."""
        with reading(self.engine, self.location) as connection:
            key, _ = self._release(connection, release)
            return function(connection, key, *args, **kwargs)

    def _release(self, connection: Connection, version: str) -> tuple[int, str]:
        """Key and fingerprint of a release."""
        found = read.release_key(connection, version)
        if found is None:
            known = [info.version for info in read.release_infos(connection)]
            raise NotFoundError("cataloged release", version, suggestions=similar(version, known))
        return found
