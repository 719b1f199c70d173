"""What state a database is in, and making a new one. Alembic is not imported: a test shows that both ways agree."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Literal, TypeAlias

from sqlalchemy import Connection, Engine, insert, inspect, select

from catalog.errors import NoCatalogError
from catalog.store import schema
from catalog.store.engine import reading, writing
from catalog.store.fulltext import fulltext_for
from catalog.store.location import Location
from catalog.store.revisions import APPLICATION, APPLICATION_ID, HEAD, check_revision, foreign_database
from catalog.store.translate import translated

State: TypeAlias = Literal["empty", "catalog", "foreign"]


def state_of(connection: Connection) -> State:
    """Tell a catalog from an empty database and from someone else's."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite and connection.exec_driver_sql("PRAGMA application_id").scalar() == APPLICATION_ID:
        return "catalog"
    names = set(inspect(connection).get_table_names())
    if not names:
        return "empty"
    if "meta" in names:
        columns = {column["name"] for column in inspect(connection).get_columns("meta")}
        if columns == {"key", "value"}:
            application = connection.scalar(select(schema.meta.c.value).where(schema.meta.c.key == "application"))
            return "catalog" if application == APPLICATION else "foreign"
    # A downgrade to the base leaves Alembic's table alone.
    return "empty" if names == {"alembic_version"} else "foreign"


def revision_of(connection: Connection) -> str | None:
    """Schema revision that the database states; ``None`` where it states none."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.scalar(select(schema.alembic_version.c.version_num))


def prepare_database(engine: Engine, location: Location, *, create_empty: bool, timeout: float) -> None:
    """Make sure that a database is a catalog of this version: check it, or make it where it is empty.

    Args:
        engine: Engine of the database.
        location: The database.
        create_empty: Whether to make a catalog in an empty database.
        timeout: Seconds to wait for another writer.

    Raises:
        NoCatalogError: If the database is empty and is to stay so.
        DatabaseError: If the database belongs to something else, or cannot be used.
        OutdatedDatabaseError: If its schema is older or newer.
    """
    with reading(engine, location) as connection:
        if _is_current(connection, location):
            return
    if not create_empty:
        raise NoCatalogError(f"The database {location.display} is empty.", remedy="Make the catalog with: catalog sync")
    if location.path is not None:
        switch_to_wal(location.path, location, timeout=timeout)
    with writing(engine, location, timeout=timeout) as connection:
        # Another process may have made it in the meantime.
        if not _is_current(connection, location):
            create(connection)


def _is_current(connection: Connection, location: Location) -> bool:
    """True for a catalog of this version, False for an empty database; anything else is refused."""
    state = state_of(connection)
    if state == "foreign":
        raise foreign_database(location.display)
    if state == "catalog":
        check_revision(revision_of(connection), database=location.display)
    return state == "catalog"


def create(connection: Connection) -> None:
    """Make the tables of this version in an empty database, within the caller's transaction."""
    schema.metadata.create_all(connection, checkfirst=False)
    schema.alembic_version.create(connection, checkfirst=True)
    fulltext_for(connection.dialect.name).create(connection)
    connection.execute(insert(schema.alembic_version), {"version_num": HEAD})
    mark(connection)


def mark(connection: Connection) -> None:
    """Write down that the database is a catalog."""
    connection.execute(insert(schema.meta), {"key": "application", "value": APPLICATION})
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")


def switch_to_wal(path: Path, location: Location, *, timeout: float) -> None:
    """Let readers and the writer work side by side. SQLite does not wait by itself while another process switches."""
    deadline = time.monotonic() + timeout
    with translated(location), closing(sqlite3.connect(path, isolation_level=None)) as connection:
        while True:
            try:
                connection.execute("PRAGMA journal_mode = WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.02)
            else:
                return
