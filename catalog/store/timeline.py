"""A class through the releases: which definition each of them has, and what it is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import Connection, select

from catalog.records import ConfigClass
from catalog.store import schema
from catalog.store.bodies import DEFINITIONS, select_bodies
from catalog.store.read import to_config_class
from catalog.store.rows import ClassEntry, NamedIn, TimelineEntry
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


def fingerprints(connection: Connection) -> dict[str, str]:
    """The cataloged releases, each with the fingerprint of its content; in no order."""
    release = schema.release.c
    return {row.version: row.fingerprint for row in connection.execute(select(release.version, release.fingerprint))}


def entries(connection: Connection, release: int) -> tuple[ClassEntry, ...]:
    """What tells the classes of a release from those of another one, the common base included; sorted by name.

    Args:
        connection: A connection.
        release: Key of the release.
    """
    definition, pair = schema.definition.c, schema.release_class.c
    columns = (definition.id, definition.name, definition.module, definition.model_type)
    statement = (
        select(*columns, definition.deprecated, definition.is_base)
        .join_from(schema.release_class, schema.definition)
        .where(pair.release_id == release)
        .order_by(definition.name)
    )
    return tuple(
        ClassEntry(
            definition=row.id,
            name=row.name,
            module=row.module,
            model_type=row.model_type,
            deprecated=row.deprecated,
            is_base=row.is_base,
        )
        for row in connection.execute(statement)
    )


def classes_called(connection: Connection, name: str) -> tuple[NamedIn, ...]:
    """The classes that go, or once went, by a name: a class name, or a model type of whichever release.

    Args:
        connection: A connection.
        name: What a user calls it.

    Returns:
        One row for each release and way of being called so, in no order.
    """
    definition, pair, release = schema.definition.c, schema.release_class.c, schema.release.c
    model_type, mapped = schema.model_type.c, schema.release_model_type.c
    declared = (
        select(release.version, definition.name, definition.module, definition.model_type)
        .join_from(schema.definition, schema.release_class)
        .join(schema.release, release.id == pair.release_id)
    )
    by_mapping = (
        select(release.version, model_type.config_class)
        .join_from(schema.model_type, schema.release_model_type)
        .join(schema.release, release.id == mapped.release_id)
        .where(model_type.name == name)
    )
    found = [
        NamedIn(release=row.version, config_class=row.name, module=row.module, how="class")
        for row in connection.execute(declared.where(definition.name == name))
    ]
    found += [
        NamedIn(release=row.version, config_class=row.config_class, module=None, how="mapped")
        for row in connection.execute(by_mapping)
    ]
    found += [
        NamedIn(release=row.version, config_class=row.name, module=row.module, how="declared")
        for row in connection.execute(declared.where(definition.model_type == name))
    ]
    return tuple(found)


def all_names(connection: Connection) -> tuple[str, ...]:
    """Every class name and model type of any release, sorted."""
    definition = schema.definition.c
    names = set(connection.scalars(select(schema.model_type.c.name).distinct()))
    names.update(connection.scalars(select(definition.name).distinct()))
    names.update(name for name in connection.scalars(select(definition.model_type).distinct()) if name)
    return tuple(sorted(names))


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
