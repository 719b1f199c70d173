"""Writing a release: one transaction, or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select, update

from catalog.records import Release, canonical_json
from catalog.store import schema
from catalog.store.bodies import ARCHITECTURES, DEFINITIONS, insert_bodies
from catalog.store.bulk import insert_rows
from catalog.store.documents import digest_of
from catalog.store.encode import (
    EncodedArchitecture,
    EncodedClass,
    EncodedModelType,
    EncodedObservation,
    Row,
    plain,
    traits_digest,
    traits_row,
)
from catalog.store.fulltext import FullText
from catalog.store.intern import Interned, ids_of, intern, intern_described, intern_names, next_id
from catalog.store.model_facts import remove_stale
from catalog.store.rows import WriteReport
from catalog.store.stale import differing, made_of

CONTENTS = (
    schema.release_class,
    schema.release_architecture,
    schema.release_model_type,
    schema.release_vocabulary,
    schema.failure,
)
"""Tables that say what a release consists of."""


@dataclass(frozen=True)
class Prepared:
    """A release whose records are addressed, so that the write lock need not wait for that."""

    release: Release
    classes: Mapping[bytes, EncodedClass]
    architectures: Mapping[bytes, EncodedArchitecture]
    model_types: Mapping[bytes, EncodedModelType]
    observations: Mapping[str, EncodedObservation]


def prepare(release: Release) -> Prepared:
    """Address every record of a release. Needs no database."""
    return Prepared(
        release,
        {encoded.digest: encoded for encoded in map(EncodedClass.of, release.classes)},
        {encoded.digest: encoded for encoded in map(EncodedArchitecture.of, release.architectures)},
        {encoded.digest: encoded for encoded in map(EncodedModelType.of, release.model_types)},
        {item.config_class: EncodedObservation.of(item) for item in release.observations},
    )


def warm(connection: Connection, prepared: Prepared) -> None:
    """Compress and address what the database has not yet, before the write lock is taken."""
    known = ids_of(connection, schema.definition, prepared.classes)
    for digest, encoded in prepared.classes.items():
        if digest not in known:
            _ = encoded.body, encoded.parameters
    known = ids_of(connection, schema.architecture, prepared.architectures)
    for digest, architecture in prepared.architectures.items():
        if digest not in known:
            _ = architecture.body


def fingerprint(connection: Connection, version: str) -> str | None:
    """Fingerprint of a release as the catalog has it; ``None`` where it has not."""
    return connection.scalar(select(schema.release.c.fingerprint).where(schema.release.c.version == version))


def write(connection: Connection, prepared: Prepared, fulltext: FullText, *, force: bool = False) -> WriteReport:
    """Write a prepared release. The caller holds the write lock and commits.

    Args:
        connection: Connection in the writer's transaction.
        prepared: The release.
        fulltext: Search index of this kind of database.
        force: Write it even if the catalog has it with the same fingerprint.

    Returns:
        What was done; its duration is left to the caller.
    """
    release = prepared.release
    if not force and fingerprint(connection, release.version) == release.fingerprint:
        return WriteReport(version=release.version, unchanged=True)
    before = _digests(connection, release.version, schema.definition, schema.release_class)
    architectures_before = _digests(connection, release.version, schema.architecture, schema.release_architecture)
    release_id = _write_release_row(connection, release)
    names = intern_names(connection, _names_of(release))
    definitions, parameters_added = _write_definitions(connection, prepared, names, fulltext)
    observations = _write_observations(connection, prepared, names)
    _write_classes(connection, release_id, prepared, definitions.ids, observations)
    architectures_added = _write_architectures(connection, release_id, prepared, fulltext)
    _write_model_types(connection, release_id, prepared, fulltext)
    _write_vocabularies(connection, release_id, release)
    _write_failures(connection, release_id, release)
    if connection.dialect.name == "postgresql" and definitions.added:
        # Else its planner knows nothing of the new rows until some time after.
        connection.exec_driver_sql(f"ANALYZE {', '.join(schema.metadata.tables)}")
    after = {encoded.config.name: digest for digest, encoded in prepared.classes.items()}
    architectures_after = {encoded.architecture.name: digest for digest, encoded in prepared.architectures.items()}
    facts_removed = remove_stale(
        connection,
        release_id,
        classes=made_of(differing(before, after), release),
        architectures=differing(architectures_before, architectures_after),
    )
    return WriteReport(
        version=release.version,
        unchanged=False,
        classes_added=len(after.keys() - before.keys()),
        classes_changed=sum(before[name] != after[name] for name in before.keys() & after.keys()),
        classes_removed=len(before.keys() - after.keys()),
        definitions_added=len(definitions.added),
        parameters_added=parameters_added,
        architectures_added=architectures_added,
        facts_removed=facts_removed,
    )


def timed(report: WriteReport, started: float) -> WriteReport:
    """The report with its duration since `started` (:func:`time.perf_counter`)."""
    return replace(report, seconds=time.perf_counter() - started)


def _digests(connection: Connection, version: str, table: Table, pairs: Table) -> dict[str, bytes]:
    """Name → digest of what a release has of a table."""
    statement = (
        select(table.c.name, table.c.digest)
        .join_from(schema.release, pairs)
        .join(table)
        .where(schema.release.c.version == version)
    )
    return {name: bytes(digest) for name, digest in connection.execute(statement)}


def _write_release_row(connection: Connection, release: Release) -> int:
    """Key of the release's row. A row that is there stays, so that others may point at it, and loses its contents."""
    table = schema.release
    known: int | None = connection.execute(select(table.c.id).where(table.c.version == release.version)).scalar()
    if known is None:
        key = next_id(connection, table)
        connection.execute(insert(table), _release_row(release, key))
        return key
    for contents in CONTENTS:
        connection.execute(delete(contents).where(contents.c.release_id == known))
    row = _release_row(release, known)
    if release.released is None:
        del row["released"]  # an installed package does not tell its date, which its wheel told before
    connection.execute(update(table).where(table.c.id == known), row)
    return known


def _release_row(release: Release, key: int) -> Row:
    classes = [config for config in release.classes if not config.is_base]
    common = {parameter.name for config in release.classes if config.is_base for parameter in config.parameters}
    return {
        "id": key,
        "version": release.version,
        "extractor": release.extractor,
        "fingerprint": release.fingerprint,
        "released": release.released,
        "environment": canonical_json(dict(release.environment)),
        "synced_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": release.seconds,
        "class_count": len(classes),
        "parameter_count": sum(parameter.name not in common for config in classes for parameter in config.parameters),
        "architecture_count": len(release.architectures),
        "failure_count": len(release.failures),
    }


def _names_of(release: Release) -> set[str]:
    """Names of all parameters that a release mentions."""
    names = {parameter.name for config in release.classes for parameter in config.parameters}
    return names | {name for observation in release.observations for name in observation.effective}


def _write_definitions(
    connection: Connection, prepared: Prepared, names: Mapping[str, int], fulltext: FullText
) -> tuple[Interned, int]:
    """Keys of the definitions, and the number of parameters that are new."""
    definitions = intern_described(connection, fulltext, schema.definition, prepared.classes, EncodedClass.row)
    new = [(definitions.ids[digest], prepared.classes[digest]) for digest in definitions.added]
    insert_bodies(connection, DEFINITIONS, dict(new))
    sub_configs: list[Row] = [
        {"definition_id": key, "name": name, "config_class": plain(config_class)}
        for key, encoded in new
        for name, config_class in {plain(sub.name): sub.config_class for sub in encoded.config.sub_configs}.items()
    ]
    insert_rows(connection, schema.definition_sub_config, sub_configs)
    parameters = intern_described(
        connection,
        fulltext,
        schema.parameter,
        {item.digest: item for _, encoded in new for item in encoded.parameters},
        lambda item, key, text: item.row(key, names[item.parameter.name], text),
    )
    places: list[Row] = [
        {
            "definition_id": key,
            "name_id": names[item.parameter.name],
            "position": item.parameter.position,
            "parameter_id": parameters.ids[item.digest],
        }
        for key, encoded in new
        for item in encoded.parameters
    ]
    insert_rows(connection, schema.definition_parameter, places)
    return definitions, len(parameters.added)


def _write_observations(connection: Connection, prepared: Prepared, names: Mapping[str, int]) -> dict[str, int]:
    """Keys of the observations by class."""
    encoded = {item.digest: item for item in prepared.observations.values()}
    interned = intern(connection, schema.observation, {digest: item.row for digest, item in encoded.items()})
    values = [row for digest in interned.added for row in encoded[digest].values(interned.ids[digest], names)]
    insert_rows(connection, schema.observation_value, values)
    return {name: interned.ids[item.digest] for name, item in prepared.observations.items()}


def _write_classes(
    connection: Connection,
    release_id: int,
    prepared: Prepared,
    definitions: Mapping[bytes, int],
    observations: Mapping[str, int],
) -> None:
    by_class = {item.config_class: item for item in prepared.release.traits}
    by_digest = {traits_digest(item): item for item in by_class.values()}

    def maker(digest: bytes) -> Callable[[int], Row]:
        return lambda key: traits_row(by_digest[digest], key)

    traits = intern(connection, schema.traits, {digest: maker(digest) for digest in by_digest})
    rows: list[Row] = []
    for digest, encoded in prepared.classes.items():
        name = encoded.config.name
        found = by_class.get(name)
        rows.append(
            {
                "release_id": release_id,
                "definition_id": definitions[digest],
                "observation_id": observations.get(name),
                "traits_id": None if found is None else traits.ids[traits_digest(found)],
            }
        )
    insert_rows(connection, schema.release_class, rows)


def _write_architectures(connection: Connection, release_id: int, prepared: Prepared, fulltext: FullText) -> int:
    """Number of architectures that are new."""
    interned = intern_described(
        connection, fulltext, schema.architecture, prepared.architectures, EncodedArchitecture.row
    )
    new = [(interned.ids[digest], prepared.architectures[digest]) for digest in interned.added]
    insert_bodies(connection, ARCHITECTURES, dict(new))
    tasks: list[Row] = [
        {"architecture_id": key, "task": task}
        for key, encoded in new
        for task in dict.fromkeys(map(plain, encoded.architecture.tasks))
    ]
    insert_rows(connection, schema.architecture_task, tasks)
    model_types: list[Row] = [
        {"architecture_id": key, "model_type": name}
        for key, encoded in new
        for name in dict.fromkeys(map(plain, encoded.architecture.model_types))
    ]
    insert_rows(connection, schema.architecture_model_type, model_types)
    _pair(connection, schema.release_architecture, release_id, interned.ids.values())
    return len(new)


def _write_model_types(connection: Connection, release_id: int, prepared: Prepared, fulltext: FullText) -> None:
    interned = intern_described(connection, fulltext, schema.model_type, prepared.model_types, EncodedModelType.row)
    _pair(connection, schema.release_model_type, release_id, interned.ids.values())


def _write_vocabularies(connection: Connection, release_id: int, release: Release) -> None:
    rows: dict[bytes, Callable[[int], Row]] = {}
    for name, words in release.vocabularies.items():
        text = canonical_json(list(words))

        def row(key: int, name: str = name, text: str = text) -> Row:
            return {"id": key, "digest": digest_of(canonical_json([name, text])), "name": name, "words": text}

        rows[digest_of(canonical_json([name, text]))] = row
    interned = intern(connection, schema.vocabulary, rows)
    _pair(connection, schema.release_vocabulary, release_id, interned.ids.values())


def _write_failures(connection: Connection, release_id: int, release: Release) -> None:
    rows: list[dict[str, Any]] = [
        {
            "release_id": release_id,
            "position": position,
            "subject": plain(failure.subject),
            "stage": failure.stage,
            "reason": plain(failure.reason),
        }
        for position, failure in enumerate(release.failures)
    ]
    insert_rows(connection, schema.failure, rows)


def _pair(connection: Connection, table: Table, release_id: int, keys: Iterable[int]) -> None:
    column = next(name for name in table.c.keys() if name != "release_id")  # noqa: SIM118 - not a dict
    insert_rows(connection, table, [{"release_id": release_id, column: key} for key in keys])
