"""Connections: SQLite in WAL mode with real transactions, PostgreSQL through psycopg, one writer at a time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import QueuePool, StaticPool

from catalog.store import sqlite_file
from catalog.store.location import Location
from catalog.store.translate import translated, translated_url

ADVISORY_LOCK = 0x7443_4154_4C4F_4721
"""Key of the lock that PostgreSQL's writers hold, so that one release is written at a time."""

CONNECT_TIMEOUT = 10
"""Seconds after which a PostgreSQL server counts as unreachable."""


def make_engine(location: Location, *, timeout: float, foreign_keys: bool = True) -> Engine:
    """Make an engine; nothing is connected yet.

    Args:
        location: The database.
        timeout: Seconds to wait for another writer.
        foreign_keys: False for migrations, which rebuild tables in SQLite.

    Returns:
        The engine. Its connections begin with ``BEGIN``, or ``BEGIN IMMEDIATE`` where the execution option
        ``writes`` is set; SQLite takes the write lock there and then, so that no transaction fails half-way.
    """
    with translated_url(location):
        if location.is_sqlite:
            return _sqlite_engine(location, timeout=timeout, foreign_keys=foreign_keys)
        return create_engine(
            location.url,
            hide_parameters=True,
            pool_pre_ping=True,
            connect_args={"connect_timeout": CONNECT_TIMEOUT, "application_name": "transformers-catalog"},
        )


def _sqlite_engine(location: Location, *, timeout: float, foreign_keys: bool) -> Engine:
    path = location.path if location.path is not None else Path(":memory:")

    def connect() -> sqlite3.Connection:
        return sqlite_file.connect(path, timeout=timeout, foreign_keys=foreign_keys)

    pool = StaticPool if location.path is None else QueuePool
    engine = create_engine("sqlite://", creator=connect, poolclass=pool, hide_parameters=True)

    # The driver begins nothing by itself; this does (SQLAlchemy's recipe for real transactions in SQLite).
    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def reading(engine: Engine, location: Location) -> Iterator[Connection]:
    """A connection that sees one state of the database throughout, and writes nothing."""
    with translated(location), engine.connect() as connection:
        if not location.is_sqlite:
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


@contextmanager
def writing(engine: Engine, location: Location, *, timeout: float) -> Iterator[Connection]:
    """A connection in a transaction of the only writer: committed at the end of the block, or as if never begun.

    Args:
        engine: Engine of the database.
        location: The database.
        timeout: Seconds to wait for another writer.
    """
    with translated(location), engine.connect() as connection:
        connection.execution_options(**_writer_options(location))
        with connection.begin():
            if not location.is_sqlite:
                take_writer_lock(connection, timeout=timeout)
            yield connection


def _writer_options(location: Location) -> dict[str, Any]:
    # READ COMMITTED, since the snapshot of REPEATABLE READ would be older than the lock that was waited for.
    return {"writes": True} if location.is_sqlite else {"isolation_level": "READ COMMITTED"}


def take_writer_lock(connection: Connection, *, timeout: float) -> None:
    """Wait until no other process writes to this PostgreSQL catalog; the lock ends with the transaction."""
    connection.execute(
        text("SELECT set_config('lock_timeout', :timeout, true)"), {"timeout": f"{int(timeout * 1000)}ms"}
    )
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
