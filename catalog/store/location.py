"""Where the catalog is: a URL, a path, an environment variable or the user's data folder. Imports no SQLAlchemy."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlencode

from catalog.errors import DatabaseError

ENVIRONMENT_VARIABLE = "CATALOG_DATABASE_URL"

_URL = re.compile(r"(?P<scheme>[A-Za-z][\w+.-]*)://(?P<rest>.*)", re.DOTALL)
_POSTGRESQL_SCHEMES = ("postgres", "postgresql", "postgresql+psycopg")
_SQLITE_SCHEMES = ("sqlite", "sqlite+pysqlite")
_SECRET_OPTIONS = ("password", "sslpassword", "passfile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """A database, named but not opened.

    Attributes:
        path: The SQLite file; ``None`` for PostgreSQL and for a database in memory.
        url: URL for SQLAlchemy, passwords included: never print it, print `display`.
        display: The URL or path as it may be shown.
        secrets: Passwords within the URL, which must not be shown.
    """

    path: Path | None
    url: str
    display: str
    secrets: tuple[str, ...] = ()

    @property
    def is_sqlite(self) -> bool:
        """True for a SQLite database, in a file or in memory."""
        return self.url.startswith("sqlite")

    def redact(self, text: str) -> str:
        """Take the passwords out of a text that a driver wrote."""
        for secret in sorted(self.secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text

    def __repr__(self) -> str:
        return f"Location({self.display!r})"


def locate(url: str | os.PathLike[str] | None = None) -> Location:
    """Find out which database is meant.

    Args:
        url: ``sqlite:///path``, ``postgresql://user:password@host/database``, or the path of a SQLite file.
            ``None`` takes the environment variable ``CATALOG_DATABASE_URL``, else the file in the user's data folder.

    Returns:
        The database's location; nothing is opened or made.

    Raises:
        DatabaseError: If the URL names a kind of database that the catalog cannot use, or cannot be understood.
    """
    text = os.fspath(url) if url is not None else os.environ.get(ENVIRONMENT_VARIABLE) or str(default_path())
    if not text.strip():
        raise DatabaseError("The name of the database is empty.", remedy="Give a path or a URL.")
    if "\0" in text:
        raise DatabaseError("The name of the database holds a NUL character.", remedy="Give a path or a URL.")
    found = _URL.fullmatch(text)
    if found is None:
        return _sqlite(text)
    scheme = found["scheme"].lower()
    if scheme in _SQLITE_SCHEMES:
        return _sqlite_url(found["rest"])
    if scheme in _POSTGRESQL_SCHEMES:
        return _postgresql(found["rest"])
    raise DatabaseError(
        f"The catalog cannot be kept in a database of the kind {scheme!r}.",
        remedy="Use sqlite:///path or postgresql://user:password@host/database.",
    )


def default_path() -> Path:
    """The SQLite file in the user's data folder."""
    import platformdirs  # noqa: PLC0415 - not needed where the database is named

    return platformdirs.user_data_path("transformers-catalog", appauthor=False) / "catalog.db"


def _sqlite_url(rest: str) -> Location:
    if not rest:
        return _sqlite(":memory:")
    if not rest.startswith("/"):
        raise DatabaseError(
            f"The URL 'sqlite://{rest}' names a host, which SQLite has not.",
            remedy="A relative path takes three slashes (sqlite:///catalog.db), an absolute one four.",
        )
    path, _, options = rest[1:].partition("?")
    if options:
        raise DatabaseError(f"The URL of a SQLite database takes no options, and this one has {options!r}.")
    return _sqlite(unquote(path) or ":memory:")


def _sqlite(text: str) -> Location:
    if text == ":memory:":
        return Location(path=None, url="sqlite://", display="in memory")
    try:
        path = Path(text).expanduser()
    except RuntimeError as error:
        raise DatabaseError(f"The path {text!r} cannot be understood: {error}.") from error
    # The file's path goes to the driver by its own way, so that no character in it can be taken for an option.
    return Location(path=path, url="sqlite://", display=str(path))


def _postgresql(rest: str) -> Location:
    address, question, query = rest.partition("?")
    userinfo, at, host = address.rpartition("@")
    user, colon, password = userinfo.partition(":")
    options = parse_qsl(query, keep_blank_values=True)
    secrets = {value for key, value in options if key.lower() in _SECRET_OPTIONS} | {password, unquote(password)}
    shown = urlencode([(key, "***" if key.lower() in _SECRET_OPTIONS else value) for key, value in options], safe="*/")
    return Location(
        path=None,
        url=f"postgresql+psycopg://{rest}",
        display=f"postgresql://{user}{colon and ':***'}{at}{host}{question and '?' + shown}",
        secrets=tuple(sorted(secrets - {""})),
    )
