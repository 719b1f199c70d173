"""Removing what no release points at any longer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import Connection, Engine, Table, delete, exists, select

from catalog.records import architecture_from_document, config_class_from_document
from catalog.store import schema
from catalog.store.bodies import ARCHITECTURES, DEFINITIONS, select_bodies
from catalog.store.decode import to_model_type
from catalog.store.documents import unpack
from catalog.store.encode import EncodedArchitecture, EncodedClass, EncodedModelType
from catalog.store.fulltext import Entry, FullText
from catalog.store.location import Location
from catalog.store.rows import GarbageReport
from catalog.store.translate import translated

_BATCH = 200
"""Definitions whose search entries are made at a time."""


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
    if definitions or parameters or architectures or model_types:
        reindex(connection, fulltext)
    return GarbageReport(
        definitions=definitions, parameters=parameters, architectures=architectures, others=others + model_types
    )


def _sweep(connection: Connection, table: Table, pairs: Table, column: str) -> int:
    pointed_at = exists(select(pairs.c[column]).where(pairs.c[column] == table.c.id))
    return connection.execute(delete(table).where(~pointed_at)).rowcount


def _sweep_documented(connection: Connection, table: Table, pairs: Table, documents: Table) -> int:
    """Remove rows with documents. One that others are compressed against stays as long as one of those does."""
    pointed_at = exists().where(pairs.c[f"{table.name}_id"] == table.c.id)
    base_of = exists().where(documents.c.base_id == table.c.id)
    removed = 0
    while count := connection.execute(delete(table).where(~pointed_at, ~base_of)).rowcount:
        removed += count
    return removed


def reindex(connection: Connection, fulltext: FullText) -> None:
    """Make the search index anew from the documents."""
    fulltext.clear(connection)
    for entries in _class_entries(connection):
        fulltext.add(connection, entries)
    fulltext.add(
        connection,
        [
            EncodedArchitecture.of(architecture_from_document(unpack(body, base))).entry(key)
            for key, body, base in connection.execute(select_bodies(ARCHITECTURES))
        ],
    )
    fulltext.add(
        connection,
        [
            EncodedModelType.of(to_model_type(row)).entry(row.id)
            for row in connection.execute(select(schema.model_type))
        ],
    )


def _class_entries(connection: Connection) -> Iterator[list[Entry]]:
    """Entries of definitions and of their parameters, which several definitions share."""
    places = schema.definition_parameter.c
    seen: set[int] = set()
    keys = list(connection.scalars(select(schema.definition.c.id).order_by(schema.definition.c.id)))
    for start in range(0, len(keys), _BATCH):
        batch = keys[start : start + _BATCH]
        documents = select_bodies(DEFINITIONS).where(schema.definition.c.id.in_(batch))
        pairs = select(places.definition_id, places.position, places.parameter_id).where(
            places.definition_id.in_(batch)
        )
        rows: dict[int, dict[int, int]] = defaultdict(dict)
        for definition, position, parameter in connection.execute(pairs):
            rows[definition][position] = parameter
        entries: list[Entry] = []
        for key, body, base in connection.execute(documents):
            encoded = EncodedClass.of(config_class_from_document(unpack(body, base)))
            entries.append(encoded.entry(key))
            for item in encoded.parameters:
                parameter = rows[key][item.parameter.position]
                if parameter not in seen:
                    seen.add(parameter)
                    entries.append(item.entry(parameter))
        yield entries


def compact(engine: Engine, location: Location) -> None:
    """Give the space of removed rows back to the file system. PostgreSQL does so by itself."""
    if location.is_sqlite:
        with translated(location), engine.connect() as connection:
            driver = connection.connection.driver_connection
            if driver is not None:
                driver.execute("VACUUM")
