"""Documents in SQL: each with the one that it is compressed against."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from sqlalchemy import Connection, Select, Table, func, select

from catalog.store import schema
from catalog.store.bulk import insert_rows
from catalog.store.documents import pack_against
from catalog.store.encode import EncodedArchitecture, EncodedClass

_CHUNK = 500

DEFINITIONS = (schema.definition, schema.definition_document)
ARCHITECTURES = (schema.architecture, schema.architecture_document)


@functools.cache
def select_bodies(tables: tuple[Table, Table]) -> Select[int, bytes, bytes | None]:
    """Key, document and base of the rows of a table; the caller says of which.

    Args:
        tables: :data:`DEFINITIONS` or :data:`ARCHITECTURES`.

    Returns:
        A query from the table and its documents, whose rows :func:`catalog.store.documents.unpack` takes.
    """
    owner, document = tables
    base = document.alias("base")
    key = _key(document)
    return (
        select(owner.c.id, document.c.body, base.c.body)
        .select_from(owner)
        .join(document, document.c[key] == owner.c.id)
        .outerjoin(base, base.c[key] == document.c.base_id)
    )


def insert_bodies(
    connection: Connection, tables: tuple[Table, Table], encoded: Mapping[int, EncodedClass | EncodedArchitecture]
) -> None:
    """Add the documents of new rows, compressed against former documents of the same name where that pays.

    Args:
        connection: Connection in the writer's transaction.
        tables: :data:`DEFINITIONS` or :data:`ARCHITECTURES`.
        encoded: What is new, by the key of its row.
    """
    if not encoded:
        return
    document = tables[1]
    bases = _bases(connection, tables, {item.name for item in encoded.values()})
    rows = []
    for key, item in encoded.items():
        base_id, base = bases.get(item.name, (None, None))
        body = None if base is None else pack_against(item.text, item.body, base)
        kept = (None, item.body) if body is None else (base_id, body)
        rows.append(dict(zip((_key(document), "base_id", "body"), (key, *kept), strict=True)))
    insert_rows(connection, document, rows)


def _bases(connection: Connection, tables: tuple[Table, Table], names: set[str]) -> dict[str, tuple[int, bytes]]:
    """The newest document of each name that stands on its own, with its key."""
    owner, document = tables
    key = document.c[_key(document)]
    wanted = sorted(names)
    found: dict[str, tuple[int, bytes]] = {}
    for start in range(0, len(wanted), _CHUNK):
        newest = (
            select(func.max(owner.c.id))
            .join_from(owner, document, key == owner.c.id)
            .where(owner.c.name.in_(wanted[start : start + _CHUNK]), document.c.base_id.is_(None))
            .group_by(owner.c.name)
        )
        rows = select(owner.c.name, owner.c.id, document.c.body).join_from(owner, document, key == owner.c.id)
        for name, row, body in connection.execute(rows.where(owner.c.id.in_(newest))):
            found[name] = row, bytes(body)
    return found


def _key(document: Table) -> str:
    """Name of the column that says whose document it is."""
    return str(document.primary_key.columns.values()[0].name)
