"""Reading a release: whole records, and lists of classes. Every function takes the release's key."""

from __future__ import annotations

import json
from collections import defaultdict

from sqlalchemy import Connection, Select, Subquery, exists, func, select, union

from catalog.records import (
    Architecture,
    ConfigClass,
    Failure,
    Json,
    ModelType,
    Observation,
    architecture_from_document,
    config_class_from_document,
)
from catalog.store import schema
from catalog.store.bodies import ARCHITECTURES, DEFINITIONS, select_bodies
from catalog.store.decode import from_json, to_model_type, to_release_info
from catalog.store.documents import unpack
from catalog.store.rows import ClassRow, ReleaseInfo
from catalog.store.versions import version_key

# Short names, since every query below is made of these.
_release = schema.release.c
_class = schema.release_class.c
_definition = schema.definition.c
_architecture = schema.architecture.c
_model_type = schema.model_type.c


def release_infos(connection: Connection) -> tuple[ReleaseInfo, ...]:
    """All releases, newest first."""
    infos = map(to_release_info, connection.execute(select(schema.release)))
    return tuple(sorted(infos, key=lambda info: version_key(info.version), reverse=True))


def release_key(connection: Connection, version: str) -> tuple[int, str] | None:
    """Key and fingerprint of a release; ``None`` where it is not cataloged."""
    row = connection.execute(select(_release.id, _release.fingerprint).where(_release.version == version)).first()
    return None if row is None else (row.id, row.fingerprint)


def all_names(connection: Connection, release: int) -> tuple[str, ...]:
    """Names of the model types, classes, parameters and architectures of a release, each once."""
    pairs, places = schema.release_class, schema.definition_parameter
    queries = (
        select(_model_type.name)
        .join_from(schema.release_model_type, schema.model_type)
        .where(schema.release_model_type.c.release_id == release),
        select(_definition.name).join_from(pairs, schema.definition).where(_class.release_id == release),
        select(schema.parameter_name.c.name)
        .distinct()
        .select_from(pairs)
        .join(places, places.c.definition_id == _class.definition_id)
        .join(schema.parameter_name, schema.parameter_name.c.id == places.c.name_id)
        .where(_class.release_id == release),
        select(_architecture.name)
        .join_from(schema.release_architecture, schema.architecture)
        .where(schema.release_architecture.c.release_id == release),
    )
    return tuple(
        dict.fromkeys(
            name for query in queries for name in connection.scalars(query.order_by(query.selected_columns[0]))
        )
    )


def config_class(connection: Connection, release: int, name: str) -> ConfigClass | None:
    """A class by its name."""
    row = connection.execute(_documents(release).where(_definition.name == name).order_by(_definition.id)).first()
    return None if row is None else to_config_class(row[1], row[2])


def config_class_bodies(connection: Connection, release: int) -> list[tuple[bytes, bytes | None]]:
    """Documents of all classes with their bases, the common base class included, sorted by name."""
    rows = connection.execute(_documents(release).order_by(_definition.name, _definition.id))
    return [(body, base) for _, body, base in rows]


def to_config_class(body: bytes, base: bytes | None) -> ConfigClass:
    """Make the record from its document."""
    return config_class_from_document(unpack(body, base))


def _documents(release: int) -> Select[int, bytes, bytes | None]:
    return (
        select_bodies(DEFINITIONS)
        .join(schema.release_class, _class.definition_id == _definition.id)
        .where(_class.release_id == release)
    )


def class_digests(connection: Connection, release: int) -> dict[str, str]:
    """Address of each class's definition, in hexadecimal."""
    statement = (
        select(_definition.name, _definition.digest)
        .join_from(schema.release_class, schema.definition)
        .where(_class.release_id == release)
    )
    return {name: bytes(digest).hex() for name, digest in connection.execute(statement)}


def observations(connection: Connection, release: int, name: str | None = None) -> tuple[Observation, ...]:
    """What constructing the classes told, sorted by class; of one class where `name` is given."""
    statement = (
        select(_definition.name, _class.observation_id, schema.observation.c.constructs, schema.observation.c.reason)
        .join_from(schema.release_class, schema.definition)
        .join(schema.observation, schema.observation.c.id == _class.observation_id)
        .where(_class.release_id == release)
        .order_by(_definition.name)
    )
    if name is not None:
        statement = statement.where(_definition.name == name)
    rows = connection.execute(statement).all()
    effective = _effective(connection, {row.observation_id for row in rows})
    return tuple(
        Observation(
            config_class=row.name,
            constructs=row.constructs,
            reason=row.reason,
            effective=effective.get(row.observation_id, {}),
        )
        for row in rows
    )


def _effective(connection: Connection, keys: set[int]) -> dict[int, dict[str, Json]]:
    values, names = schema.observation_value, schema.parameter_name
    found: dict[int, dict[str, Json]] = defaultdict(dict)
    wanted = sorted(keys)
    for start in range(0, len(wanted), 500):
        statement = (
            select(values.c.observation_id, names.c.name, values.c.value)
            .join_from(values, names)
            .where(values.c.observation_id.in_(wanted[start : start + 500]))
        )
        for key, name, value in connection.execute(statement):
            found[key][name] = from_json(value)
    return found


def class_rows(connection: Connection, release: int) -> tuple[ClassRow, ...]:
    """All classes as a list shows them, sorted by name."""
    statement = (
        select(
            _definition.id,
            _definition.name,
            _definition.module,
            _definition.model_type,
            _definition.is_base,
            _definition.deprecated,
            schema.traits.c.modality,
            schema.traits.c.attention,
            schema.observation.c.constructs,
            schema.observation.c.reason,
        )
        .join_from(schema.release_class, schema.definition)
        .outerjoin(schema.observation, schema.observation.c.id == _class.observation_id)
        .outerjoin(schema.traits, schema.traits.c.id == _class.traits_id)
        .where(_class.release_id == release)
        .order_by(_definition.name, _definition.id)
    )
    model_types = _model_types_by_class(connection, release)
    tasks = tasks_by_class(connection, release)
    sub_configs = _sub_configs(connection, release)
    return tuple(
        ClassRow(
            name=row.name,
            module=row.module,
            model_types=tuple(sorted(model_types.get(row.name, set()) | ({row.model_type} - {None}))),
            declared_model_type=row.model_type,
            modality=row.modality,
            attention=tuple(from_json(row.attention) or ()),
            tasks=tuple(sorted(tasks.get(row.name, ()))),
            sub_configs=sub_configs.get(row.id, {}),
            is_base=row.is_base,
            deprecated=row.deprecated,
            constructs=row.constructs,
            reason=row.reason,
        )
        for row in connection.execute(statement)
    )


def _model_types_by_class(connection: Connection, release: int) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in model_types(connection, release):
        found[row.config_class].add(row.name)
    return found


def _sub_configs(connection: Connection, release: int) -> dict[int, dict[str, str | None]]:
    table = schema.definition_sub_config
    statement = (
        select(table.c.definition_id, table.c.name, table.c.config_class)
        .join_from(schema.release_class, table, _class.definition_id == table.c.definition_id)
        .where(_class.release_id == release)
    )
    found: dict[int, dict[str, str | None]] = defaultdict(dict)
    for key, name, sub_class in connection.execute(statement):
        found[key][name] = sub_class
    return found


def architecture_owners(release: int) -> Subquery:
    """Pairs of an architecture's key and a config class that leads to it: its own, and those of its model types."""
    pair, of_type, types = schema.release_architecture, schema.architecture_model_type, schema.release_model_type
    by_class = (
        select(_architecture.id.label("architecture_id"), _architecture.config_class.label("owner"))
        .join_from(pair, schema.architecture)
        .where(pair.c.release_id == release, _architecture.config_class.is_not(None))
    )
    # Subqueries, since SQLite would rather try every model type of the release with every architecture.
    in_release = exists().where(types.c.release_id == release, types.c.model_type_id == _model_type.id)
    owner = (
        select(_model_type.config_class)
        .where(_model_type.name == of_type.c.model_type, in_release.correlate(schema.model_type))
        .limit(1)
        .correlate(of_type)
        .scalar_subquery()
    )
    by_model_type = (
        select(of_type.c.architecture_id, owner)
        .join_from(pair, of_type, pair.c.architecture_id == of_type.c.architecture_id)
        .where(pair.c.release_id == release)
    )
    return union(by_class, by_model_type).subquery("owners")


def tasks_by_class(connection: Connection, release: int) -> dict[str, list[str]]:
    """Tasks that the architectures of each class solve."""
    owners, tasks = architecture_owners(release), schema.architecture_task
    statement = (
        select(owners.c.owner, tasks.c.task)
        .join_from(owners, tasks, owners.c.architecture_id == tasks.c.architecture_id)
        .where(owners.c.owner.is_not(None))
        .distinct()
    )
    found: dict[str, list[str]] = defaultdict(list)
    for owner, task in connection.execute(statement):
        found[owner].append(task)
    return found


def architecture_counts(connection: Connection, release: int) -> dict[str, int]:
    """Number of architectures of each class: a measure of how much a model is used."""
    owners = architecture_owners(release)
    rows = connection.execute(
        select(owners.c.owner, func.count()).where(owners.c.owner.is_not(None)).group_by(owners.c.owner)
    )
    return {owner: count for owner, count in rows}  # noqa: C416 - rows are no pairs to dict()


def architectures(connection: Connection, release: int, config_class: str | None = None) -> tuple[Architecture, ...]:
    """Architectures sorted by name: all of a release, or those that a config class leads to."""
    pair = schema.release_architecture
    statement = (
        select_bodies(ARCHITECTURES)
        .join(pair, pair.c.architecture_id == _architecture.id)
        .where(pair.c.release_id == release)
        .order_by(_architecture.name, _architecture.id)
    )
    if config_class is not None:
        owners = architecture_owners(release)
        statement = statement.where(
            _architecture.id.in_(select(owners.c.architecture_id).where(owners.c.owner == config_class))
        )
    return tuple(architecture_from_document(unpack(body, base)) for _, body, base in connection.execute(statement))


def model_types(connection: Connection, release: int) -> tuple[ModelType, ...]:
    """Model types of the auto mappings, sorted by name."""
    pair = schema.release_model_type
    statement = (
        select(schema.model_type)
        .join_from(pair, schema.model_type)
        .where(pair.c.release_id == release)
        .order_by(_model_type.name, _model_type.id)
    )
    return tuple(map(to_model_type, connection.execute(statement)))


def vocabularies(connection: Connection, release: int) -> dict[str, tuple[str, ...]]:
    """Closed sets of names, by the name of the set."""
    pair, words = schema.release_vocabulary, schema.vocabulary
    statement = select(words.c.name, words.c.words).join_from(pair, words).where(pair.c.release_id == release)
    return {name: tuple(json.loads(text)) for name, text in connection.execute(statement.order_by(words.c.name))}


def failures(connection: Connection, release: int) -> tuple[Failure, ...]:
    """What could not be read, in the extractor's order."""
    table = schema.failure
    statement = (
        select(table.c.subject, table.c.stage, table.c.reason)
        .where(table.c.release_id == release)
        .order_by(table.c.position)
    )
    return tuple(
        Failure(subject=row.subject, stage=row.stage, reason=row.reason) for row in connection.execute(statement)
    )
