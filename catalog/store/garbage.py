"""Removing what no release points at any longer."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, Table, delete, exists, or_, select

from catalog.store import schema
from catalog.store.fulltext import FullText
from catalog.store.location import Location
from catalog.store.measurements import sweep_environments
from catalog.store.rows import GarbageReport
from catalog.store.translate import translated

_CHUNK = 2000
"""Texts that are indexed at a time."""


def collect(connection: Connection, fulltext: FullText) -> GarbageReport:
    """Remove the rows that no release points at, within the caller's transaction.

    Args:
        connection: Connection in the writer's transaction.
        fulltext: Search index, which is made anew where anything was removed.

    Returns:
        How many rows were removed.
    """
    definitions = _sweep_documented(connection, schema.definition, schema.release_class, schema.definition_document)
    parameters = _sweep(connection, schema.parameter, schema.definition_parameter, "parameter_id")
    architectures = _sweep_documented(
        connection, schema.architecture, schema.release_architecture, schema.architecture_document
    )
    model_types = _sweep(connection, schema.model_type, schema.release_model_type, "model_type_id")
    others = _sweep(connection, schema.observation, schema.release_class, "observation_id")
    others += _sweep(connection, schema.vocabulary, schema.release_vocabulary, "vocabulary_id")
    others += _sweep_facts_documents(connection)
    others += sweep_environments(connection)
    if _sweep_texts(connection):
        reindex(connection, fulltext)
    return GarbageReport(
        definitions=definitions, parameters=parameters, architectures=architectures, others=others + model_types
    )


def _sweep(connection: Connection, table: Table, pairs: Table, column: str) -> int:
    pointed_at = exists(select(pairs.c[column]).where(pairs.c[column] == table.c.id))
    return connection.execute(delete(table).where(~pointed_at)).rowcount


def _sweep_facts_documents(connection: Connection) -> int:
    table, facts = schema.facts_document, schema.model_facts.c
    held = or_(*(exists().where(column == table.c.id) for column in (facts.facts_document_id, facts.summary_id)))
    return connection.execute(delete(table).where(~held)).rowcount


def _sweep_texts(connection: Connection) -> int:
    holders = (schema.definition, schema.parameter, schema.architecture, schema.model_type)
    held = or_(*(exists().where(holder.c.text_id == schema.text.c.id) for holder in holders))
    return connection.execute(delete(schema.text).where(~held)).rowcount


def _sweep_documented(connection: Connection, table: Table, pairs: Table, documents: Table) -> int:
    """Remove rows with documents. One that others are compressed against stays as long as one of those does."""
    pointed_at = exists().where(pairs.c[f"{table.name}_id"] == table.c.id)
    base_of = exists().where(documents.c.base_id == table.c.id)
    removed = 0
    while count := connection.execute(delete(table).where(~pointed_at, ~base_of)).rowcount:
        removed += count
    return removed


def reindex(connection: Connection, fulltext: FullText) -> None:
    """Make the search index anew from the texts."""
    fulltext.clear(connection)
    rows = connection.execute(select(schema.text.c.id, schema.text.c.body))
    for chunk in rows.partitions(_CHUNK):
        fulltext.add(connection, {key: body for key, body in chunk})  # noqa: C416 - rows are no pairs to dict()


def compact(engine: Engine, location: Location) -> None:
    """Give the space of removed rows back to the file system. PostgreSQL does so by itself."""
    if location.is_sqlite:
        with translated(location), engine.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("VACUUM")
