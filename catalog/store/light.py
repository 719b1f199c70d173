"""What the checker reads of a catalog, without importing SQLAlchemy where the catalog is a SQLite file.

Opening a file and looking up a class costs a few milliseconds; ``import sqlalchemy`` alone costs two hundred.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from catalog.errors import DatabaseError, NoCatalogError
from catalog.store.facts import Facts
from catalog.store.location import Location, locate
from catalog.store.revisions import APPLICATION_ID, check_revision, foreign_database
from catalog.store.sqlite_file import connect_readonly
from catalog.store.translate import folder_error, sqlite_error
from catalog.store.versions import cataloged, newest

if TYPE_CHECKING:
    from catalog.store.store import Store

_RELEASES = "SELECT version, id FROM release"


def open_knowledge(
    url: str | os.PathLike[str] | None = None, release: str | None = None
) -> SqliteKnowledge | StoreKnowledge:
    """Open what a catalog knows of a release, for the checker.

    Args:
        url: URL or path; ``None`` takes ``CATALOG_DATABASE_URL``, else the file in the user's data folder.
        release: The release; ``None`` takes the newest one cataloged.

    Returns:
        An implementation of :class:`catalog.specs.knowledge.Knowledge`, to be closed after use.

    Raises:
        DatabaseError: If there is no catalog, or it cannot be read.
        NotFoundError: If the release is not cataloged.
    """
    location = locate(url)
    if location.path is not None:
        return SqliteKnowledge(location.path, release)
    from catalog.store.store import open_store  # noqa: PLC0415 - imports SQLAlchemy

    return StoreKnowledge(open_store(url, create=False), release, close=True)


class SqliteKnowledge(Facts):
    """The facts of one release in a SQLite file, which is opened for reading only.

    Args:
        path: The file.
        release: The release; ``None`` takes the newest one cataloged.

    Raises:
        DatabaseError: If the file is not there, is no catalog, or cannot be read.
        OutdatedDatabaseError: If its schema is older or newer than this version.
        NotFoundError: If the release is not cataloged.
    """

    def __init__(self, path: str | os.PathLike[str], release: str | None = None) -> None:
        self._location = Location(path=Path(path), url="sqlite://", display=os.fspath(path))
        self._connection = _open(self._location)
        try:
            version, key = _choose(self._rows(_RELEASES, {}), release, self._location.display)
        except BaseException:
            self.close()
            raise
        super().__init__(self._rows, release=version, key=key)

    def _rows(self, statement: str, parameters: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        try:
            return self._connection.execute(statement, parameters).fetchall()
        except sqlite3.Error as error:
            raise sqlite_error(self._location, error) from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class StoreKnowledge(Facts):
    """The facts of one release in an open store.

    Args:
        store: The store.
        release: The release; ``None`` takes the newest one cataloged.
        close: Close the store with this object.

    Raises:
        NotFoundError: If the release is not cataloged.
    """

    def __init__(self, store: Store, release: str | None = None, *, close: bool = False) -> None:
        self._store = store
        self._close = close
        try:
            version, key = _choose(store.run_sql(_RELEASES, {}), release, store.display_url)
        except BaseException:
            self.close()
            raise
        super().__init__(store.run_sql, release=version, key=key)

    def close(self) -> None:
        """Close the store, where it was opened for this object."""
        if self._close:
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _open(location: Location) -> sqlite3.Connection:
    path = location.path
    if path is None or not _is_file(path, location):
        raise NoCatalogError(f"There is no catalog at {location.display}.", remedy="Make it with: catalog sync")
    try:
        return _checked(connect_readonly(path), location)
    except sqlite3.Error as error:
        raise sqlite_error(location, error) from error


def _is_file(path: Path, location: Location) -> bool:
    try:
        if path.is_dir():
            raise DatabaseError(f"The database {path} is a folder.", remedy="Name a file with --database.")
        return path.exists()
    except OSError as error:
        raise folder_error(location, error) from error


def _checked(connection: sqlite3.Connection, location: Location) -> sqlite3.Connection:
    """The connection, if it leads to a catalog of this version; else it is closed and the reason raised."""
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            if tables:
                raise foreign_database(location.display)
            raise NoCatalogError(
                f"The database {location.display} is empty.", remedy="Make the catalog with: catalog sync"
            )
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        check_revision(row[0] if row else None, database=location.display)
    except BaseException:
        connection.close()
        raise
    return connection


def _choose(rows: Sequence[Sequence[Any]], release: str | None, database: str) -> tuple[str, int]:
    """Version and key of the release that is asked for."""
    keys: dict[str, int] = {version: key for version, key in rows}  # noqa: C416 - rows are no pairs to dict()
    if not keys:
        raise NoCatalogError(f"The catalog {database} holds no release yet.", remedy="Fill it with: catalog sync")
    wanted = newest(keys) if release is None else release
    wanted = cataloged(wanted, keys)
    return wanted, keys[wanted]
