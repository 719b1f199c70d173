"""Adding rows that the database has not yet, found by their digests. The caller holds the write lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Table, func, select

from catalog.store import schema
from catalog.store.bulk import insert_rows
from catalog.store.encode import Row, plain, short_digest
from catalog.store.fulltext import FullText
from catalog.store.words import squash

_CHUNK = 500
"""Digests in one statement."""


class Described(Protocol):
    """A record that may have a text."""

    @property
    def description(self) -> str | None:
        """The text."""


_D = TypeVar("_D", bound=Described)


@dataclass(frozen=True)
class Interned:
    """Keys of rows by their digest, and which of them are new."""

    ids: dict[bytes, int]
    added: list[bytes]


def ids_of(connection: Connection, table: Table, digests: Iterable[bytes]) -> dict[bytes, int]:
    """Keys of those rows of a table that the database has, by their digest."""
    wanted = list(digests)
    found: dict[bytes, int] = {}
    for start in range(0, len(wanted), _CHUNK):
        chunk = wanted[start : start + _CHUNK]
        rows = connection.execute(select(table.c.digest, table.c.id).where(table.c.digest.in_(chunk)))
        found.update((bytes(digest), key) for digest, key in rows)
    return found


def next_id(connection: Connection, table: Table) -> int:
    """A key that no row of the table has; the write lock keeps it free."""
    largest: int | None = connection.scalar(select(func.max(table.c.id)))
    return 1 if largest is None else largest + 1


def intern(connection: Connection, table: Table, rows: Mapping[bytes, Callable[[int], Row]]) -> Interned:
    """Add the rows that a table has not yet.

    Args:
        connection: Connection in the writer's transaction.
        table: Table with the columns ``id`` and ``digest``.
        rows: Digest → what makes the row of a key; called for new rows only.

    Returns:
        The keys of all of them.
    """
    ids = ids_of(connection, table, rows)
    added = [digest for digest in rows if digest not in ids]
    ids.update(zip(added, range(start := next_id(connection, table), start + len(added)), strict=True))
    insert_rows(connection, table, [rows[digest](ids[digest]) for digest in added])
    return Interned(ids, added)


def intern_described(
    connection: Connection,
    fulltext: FullText,
    table: Table,
    encoded: Mapping[bytes, _D],
    row: Callable[[_D, int, int | None], Row],
) -> Interned:
    """Add the rows that a table has not yet, and their texts.

    Args:
        connection: Connection in the writer's transaction.
        fulltext: Search index of this kind of database.
        table: Table with the columns ``id``, ``digest`` and ``text_id``.
        encoded: What the rows are made from, by digest.
        row: Makes the row of a record, its key and the key of its text.

    Returns:
        The keys of all of them.
    """
    ids = ids_of(connection, table, encoded)
    added = [digest for digest in encoded if digest not in ids]
    texts = _intern_texts(connection, fulltext, {encoded[digest].description for digest in added})
    rows = []
    for key, digest in enumerate(added, next_id(connection, table)):
        ids[digest] = key
        rows.append(row(encoded[digest], key, texts[encoded[digest].description]))
    insert_rows(connection, table, rows)
    return Interned(ids, added)


def _intern_texts(connection: Connection, fulltext: FullText, bodies: set[str | None]) -> dict[str | None, int | None]:
    """Keys of texts, the new ones added to the search index too."""
    by_digest = {short_digest(body): body for body in sorted(body for body in bodies if body is not None)}

    def maker(digest: bytes, body: str) -> Callable[[int], Row]:
        return lambda key: {"id": key, "digest": digest, "body": body}

    texts = intern(connection, schema.text, {digest: maker(digest, body) for digest, body in by_digest.items()})
    fulltext.add(connection, {texts.ids[digest]: by_digest[digest] for digest in texts.added})
    return {None: None, **{body: texts.ids[digest] for digest, body in by_digest.items()}}


def intern_names(connection: Connection, names: Iterable[str]) -> dict[str, int]:
    """Keys of parameter names, the new ones added."""
    table = schema.parameter_name
    wanted = {name: plain(name) or "" for name in names}
    known = {name: key for name, key in connection.execute(select(table.c.name, table.c.id))}  # noqa: C416 - rows
    new = sorted(set(wanted.values()) - known.keys())
    rows: list[Row] = [
        {"id": key, "name": name, "search_key": squash(name)}
        for key, name in enumerate(new, next_id(connection, table))
    ]
    insert_rows(connection, table, rows)
    known.update((row["name"], row["id"]) for row in rows)
    return {name: known[kept] for name, kept in wanted.items()}
