"""A class through the releases: which definition each of them has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, select

from catalog.records import ConfigClass
from catalog.store import schema
from catalog.store.bodies import DEFINITIONS, select_bodies
from catalog.store.read import to_config_class
from catalog.store.rows import TimelineEntry
from catalog.store.versions import version_key

_CHUNK = 500  # keys in one statement, below what the oldest SQLite takes


def timeline(connection: Connection, name: str) -> tuple[TimelineEntry, ...]:
    """The releases that have a class, oldest first, each with its definition's key.

    Args:
        connection: A connection.
        name: Class name.

    Returns:
        One entry a release. Consecutive entries with one key mean that nothing changed.
    """
    definition, pair, release = schema.definition.c, schema.release_class.c, schema.release.c
    statement = (
        select(release.version, release.extractor, pair.definition_id, definition.module)
        .join_from(schema.definition, schema.release_class)
        .join(schema.release, release.id == pair.release_id)
        .where(definition.name == name)
    )
    entries = [
        TimelineEntry(release=row.version, extractor=row.extractor, definition=row.definition_id, module=row.module)
        for row in connection.execute(statement)
    ]
    return tuple(sorted(entries, key=lambda entry: version_key(entry.release)))


def definitions(connection: Connection, keys: Iterable[int]) -> dict[int, ConfigClass]:
    """Definitions by their keys."""
    found = {}
    for some in _chunks(sorted(set(keys))):
        statement = select_bodies(DEFINITIONS).where(schema.definition.c.id.in_(some))
        found.update({key: to_config_class(body, base) for key, body, base in connection.execute(statement)})
    return found


def parameters_of(connection: Connection, keys: Iterable[int]) -> dict[int, frozenset[str]]:
    """Names of the parameters of definitions, by key; one without parameters has no entry."""
    place, name = schema.definition_parameter.c, schema.parameter_name.c
    found: dict[int, set[str]] = defaultdict(set)
    for some in _chunks(sorted(set(keys))):
        statement = (
            select(place.definition_id, name.name)
            .join_from(schema.definition_parameter, schema.parameter_name)
            .where(place.definition_id.in_(some))
        )
        for row in connection.execute(statement):
            found[row.definition_id].add(row.name)
    return {key: frozenset(names) for key, names in found.items()}


def _chunks(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _CHUNK):
        yield keys[start : start + _CHUNK]
