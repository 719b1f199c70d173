"""What drivers say when something goes wrong, in words that name the remedy. The one place that knows their errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from catalog.errors import DatabaseError, MissingDependencyError
from catalog.store.location import Location

if TYPE_CHECKING:
    from sqlalchemy.exc import DBAPIError

_ANOTHER = "Name another with --database."

# Primary result codes of SQLite.
_SQLITE = {
    sqlite3.SQLITE_BUSY: ("is locked by another process", "Wait until it has finished, then try again."),
    sqlite3.SQLITE_LOCKED: ("is locked by another process", "Wait until it has finished, then try again."),
    sqlite3.SQLITE_FULL: ("cannot grow: the disk is full", "Make room and try again; the catalog is as it was."),
    sqlite3.SQLITE_READONLY: ("is not writable", f"Change its permissions, or those of its folder. {_ANOTHER}"),
    sqlite3.SQLITE_PERM: ("is not accessible", f"Change its permissions, or those of its folder. {_ANOTHER}"),
    sqlite3.SQLITE_CANTOPEN: ("cannot be opened", f"Is its folder there, and may you write to it? {_ANOTHER}"),
    sqlite3.SQLITE_NOTADB: ("is not a SQLite database, or is damaged", f"It was left as it is. {_ANOTHER}"),
    sqlite3.SQLITE_CORRUPT: (
        "is damaged",
        "Move the file away and run: catalog sync. It was left as it is.",
    ),
    sqlite3.SQLITE_IOERR: ("cannot be read or written", "Is the disk full or failing? The catalog is as it was."),
}

# SQLSTATE, or its first two characters.
_POSTGRESQL = {
    "28": ("refused the login", "Check user and password."),
    "3D": ("does not exist", "Create it with: createdb NAME"),
    "42501": ("does not permit this", "The user needs the right to create tables in the schema."),
    "25006": ("is read-only", "Name the primary server."),
    "53100": ("cannot grow: the server's disk is full", "Make room and try again; the catalog is as it was."),
    "53": ("is short of resources", "Try again later."),
    "55P03": ("is locked by another writer", "Wait until it has finished, then try again."),
    "40": ("was changed by another writer at the same time", "Try again."),
    "57": ("closed the connection", "Try again when the server is back."),
    "08": ("closed the connection", "Try again when the server is back."),
    "22P05": ("cannot hold Unicode text", "Create it with the encoding UTF8."),
}

# Words of the driver where a connection was never made, so that there is no SQLSTATE.
_POSTGRESQL_WORDS = (
    ("password authentication failed", "28"),
    ("no password supplied", "28"),
    ("no pg_hba.conf entry", "28"),
    ('role "', "28"),
    ('database "', "3D"),
    ("too many clients", "53"),
    ("starting up", "57"),
    ("shutting down", "57"),
    ("server closed the connection", "08"),
)


@contextmanager
def translated(location: Location) -> Iterator[None]:
    """Turn the errors of drivers, within the block, into those of the catalog. Passwords stay out of the message.

    Args:
        location: The database that the block uses.

    Raises:
        DatabaseError: For whatever a database or its driver reports; a fault of the program stays what it is.
    """
    from sqlalchemy import exc  # noqa: PLC0415 - the checker reads SQLite without SQLAlchemy

    try:
        yield
    except sqlite3.Error as error:
        raise sqlite_error(location, error) from error
    except exc.DBAPIError as error:
        # The driver's own error is dropped where it could carry the password.
        raise _driver_error(location, error) from (None if location.secrets else error)
    except exc.TimeoutError as error:
        raise DatabaseError(
            f"The database {location.display} has no free connection.", remedy="Try again later."
        ) from error
    except Exception as error:
        # COPY goes past SQLAlchemy, which would have wrapped the error.
        if not _is_of_psycopg(error):
            raise
        raise _postgresql_error(location, error) from (None if location.secrets else error)


@contextmanager
def translated_url(location: Location) -> Iterator[None]:
    """Turn the errors of making an engine, within the block, into those of the catalog.

    Args:
        location: The database whose URL is taken apart.

    Raises:
        DatabaseError: If the URL cannot be understood.
        MissingDependencyError: If the driver of PostgreSQL is not installed.
    """
    from sqlalchemy.exc import ArgumentError  # noqa: PLC0415 - as above

    try:
        yield
    except ImportError as error:
        raise MissingDependencyError("psycopg", extra="postgres", reason="PostgreSQL needs it") from error
    except (ValueError, ArgumentError):
        raise DatabaseError(
            f"The URL {location.display} cannot be understood.",
            remedy="Write it as postgresql://user:password@host:port/database, special characters percent-encoded.",
        ) from None


def folder_error(location: Location, error: OSError) -> DatabaseError:
    """The catalog's error where the folder of a SQLite file cannot be made or looked into."""
    return DatabaseError(
        f"The database {location.display} cannot be opened: {error.strerror or error}.",
        remedy=f"Check the permissions of its folder. {_ANOTHER}",
    )


def sqlite_error(location: Location, error: sqlite3.Error) -> DatabaseError:
    """The catalog's error for one of SQLite."""
    code = getattr(error, "sqlite_errorcode", None)
    known = _SQLITE.get(code & 0xFF) if code is not None else None
    if known is None:
        return DatabaseError(f"The database {location.display} failed: {_first_line(error)}.")
    return DatabaseError(f"The database {location.display} {known[0]} ({_first_line(error)}).", remedy=known[1])


def _is_of_psycopg(error: Exception) -> bool:
    return any(base.__module__.partition(".")[0] == "psycopg" for base in type(error).__mro__)


def _driver_error(location: Location, error: DBAPIError) -> DatabaseError:
    cause = error.orig
    if isinstance(cause, sqlite3.Error):
        return sqlite_error(location, cause)
    return _postgresql_error(location, cause if cause is not None else error)


def _postgresql_error(location: Location, error: BaseException) -> DatabaseError:
    text = location.redact(_first_line(error))
    state = getattr(error, "sqlstate", None) or next((s for words, s in _POSTGRESQL_WORDS if words in str(error)), "")
    known = _POSTGRESQL.get(state) or _POSTGRESQL.get(state[:2])
    if known is not None:
        return DatabaseError(f"The database {location.display} {known[0]} ({text}).", remedy=known[1])
    if not state:
        return DatabaseError(
            f"The database {location.display} cannot be reached ({text}).",
            remedy="Is the server running, and are host and port right?",
        )
    return DatabaseError(f"The database {location.display} failed: {text}.")


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__
