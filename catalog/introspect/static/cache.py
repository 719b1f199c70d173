"""Keeps what was read of a file under the digest of its content, so that no content is parsed twice.

What is kept are JSON documents. They are parsed, never unpickled or executed: whoever can write to a cache can at worst
make the catalog wrong.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections import OrderedDict
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from catalog.errors import CatalogError

_APPLICATION_ID = 0x43415446  # "CATF": what tells this file from any other SQLite database
_MAX_DOCUMENT_BYTES = 64 * 2**20


class Cache(Protocol):
    """Documents by the digest of the content that they were made from, and their kind."""

    def get(self, digest: str, kind: str) -> Any | None:
        """The document; ``None`` where none is kept. Shared between callers, who must not change it."""

    def put(self, digest: str, kind: str, document: Any) -> None:
        """Keep a document."""


class NoCache:
    """Keeps nothing."""

    def get(self, digest: str, kind: str) -> Any | None:
        """Nothing."""
        del digest, kind
        return None

    def put(self, digest: str, kind: str, document: Any) -> None:
        """Forget the document."""


class MemoryCache:
    """Keeps the documents used last, for as long as the process lives.

    Args:
        entries: Most documents that are kept.
        below: A cache that is asked for what is not kept here, and given what is put here.
    """

    def __init__(self, *, entries: int = 8192, below: Cache | None = None) -> None:
        self._entries = entries
        self._below: Cache = below or NoCache()
        self._documents: OrderedDict[tuple[str, str], Any] = OrderedDict()

    def get(self, digest: str, kind: str) -> Any | None:
        """The document; see :meth:`Cache.get`."""
        key = (digest, kind)
        if key in self._documents:
            self._documents.move_to_end(key)
            return self._documents[key]
        document = self._below.get(digest, kind)
        if document is not None:
            self._keep(key, document)
        return document

    def put(self, digest: str, kind: str, document: Any) -> None:
        """Keep a document; see :meth:`Cache.put`."""
        self._keep((digest, kind), document)
        self._below.put(digest, kind, document)

    def _keep(self, key: tuple[str, str], document: Any) -> None:
        self._documents[key] = document
        self._documents.move_to_end(key)
        while len(self._documents) > self._entries:
            self._documents.popitem(last=False)


class DiskCache:
    """Keeps documents in one SQLite file; several processes may use it at once. Use as a context manager.

    A cache may be deleted at any time. A damaged entry counts as missing; a file that is no such cache is refused.

    Args:
        path: The file; it and its folder are made where they do not exist.

    Raises:
        CatalogError: If the file is not a cache of this kind, or cannot be opened.
    """

    def __init__(self, path: str | Path) -> None:
        self._path = Path(path)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            raise CatalogError(f"The cache {self._path} cannot be opened: {error}.") from error
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._connection.close()
            raise CatalogError(
                f"{self._path} is no cache of extracted files: {error}.", remedy="Name another file, or delete it."
            ) from error

    def _prepare(self) -> None:
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != _APPLICATION_ID and tables:
            raise sqlite3.DatabaseError("it is a database of something else")
        self._connection.execute("PRAGMA journal_mode = WAL")
        # Losing the last entries in a crash costs nothing but time.
        self._connection.execute("PRAGMA synchronous = OFF")
        self._connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
        self._connection.execute(
            "CREATE TABLE IF NOT EXISTS document (digest TEXT NOT NULL, kind TEXT NOT NULL, content BLOB NOT NULL,"
            " PRIMARY KEY (digest, kind)) WITHOUT ROWID"
        )

    def get(self, digest: str, kind: str) -> Any | None:
        """The document; see :meth:`Cache.get`."""
        try:
            row = self._connection.execute(
                "SELECT content FROM document WHERE digest = ? AND kind = ?", (digest, kind)
            ).fetchone()
            return None if row is None else json.loads(_inflate(row[0]))
        except (sqlite3.Error, zlib.error, ValueError):
            return None

    def put(self, digest: str, kind: str, document: Any) -> None:
        """Keep a document; see :meth:`Cache.put`. A full disk or a locked file is no error: nothing is kept then."""
        content = zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 1)
        try:
            self._connection.execute("INSERT OR REPLACE INTO document VALUES (?, ?, ?)", (digest, kind, content))
        except sqlite3.Error:
            return

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _inflate(content: bytes) -> bytes:
    """Decompress within bounds, since a cache may have been written by anyone."""
    stream = zlib.decompressobj()
    data = stream.decompress(content, _MAX_DOCUMENT_BYTES)
    if stream.unconsumed_tail:
        raise ValueError("the document is too large")
    return data
