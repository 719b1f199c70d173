"""Opening SQLite files, with the standard library alone."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote

_TIMEOUT = 10.0
"""Seconds to wait while another process recovers the file after a crash."""


def connect(path: Path, *, timeout: float, foreign_keys: bool) -> sqlite3.Connection:
    """Open a file for reading and writing; for reading only, where it may not be written.

    Args:
        path: The file, which is made if it is not there.
        timeout: Seconds to wait for another writer.
        foreign_keys: Whether references are checked.

    Returns:
        A connection that begins no transaction by itself.

    Raises:
        sqlite3.Error: If the file cannot be opened.
    """
    connection = sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection, foreign_keys=foreign_keys)
    except sqlite3.Error as error:
        connection.close()
        if not _may_be_frozen(path, error):
            raise
        connection = sqlite3.connect(_frozen(path), uri=True, isolation_level=None, check_same_thread=False)
        _prepare(connection, foreign_keys=foreign_keys)
    return connection


def connect_readonly(path: Path) -> sqlite3.Connection:
    """Open a file for reading only.

    Args:
        path: The file.

    Returns:
        A connection.

    Raises:
        sqlite3.Error: If the file is not there or cannot be opened.
    """
    connection = sqlite3.connect(f"{_address(path)}?mode=ro", uri=True, timeout=_TIMEOUT)
    try:
        connection.execute("PRAGMA schema_version")
    except sqlite3.Error as error:
        connection.close()
        if not _may_be_frozen(path, error):
            raise
        connection = sqlite3.connect(_frozen(path), uri=True)
    return connection


def _prepare(connection: sqlite3.Connection, *, foreign_keys: bool) -> None:
    connection.execute(f"PRAGMA foreign_keys = {int(foreign_keys)}")
    connection.execute("PRAGMA cache_size = -16000")
    connection.execute("PRAGMA schema_version")


def _may_be_frozen(path: Path, error: sqlite3.Error) -> bool:
    """Whether a file cannot be opened only because SQLite may not make its lock file beside it.

    It wants to, for a file in WAL mode, even to read. Where no journal lies beside the file nobody writes to it, and it
    can be read as it is.
    """
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    journal = path.with_name(f"{path.name}-wal")
    return (
        code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        and path.is_file()
        and (not journal.exists() or journal.stat().st_size == 0)
    )


def _frozen(path: Path) -> str:
    return f"{_address(path)}?mode=ro&immutable=1"


def _address(path: Path) -> str:
    return f"file:{quote(str(path.absolute()))}"
