"""Writing a release: one transaction, or nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Table, delete, func, insert, select, update

from catalog.records import Release, canonical_json
from catalog.store import schema
from catalog.store.bodies import ARCHITECTURES, DEFINITIONS, insert_bodies
from catalog.store.documents import digest_of
from catalog.store.encode import (
    EncodedArchitecture,
    EncodedClass,
    EncodedModelType,
    EncodedObservation,
    EncodedParameter,
    Row,
    plain,
    traits_digest,
    traits_row,
)
from catalog.store.fulltext import Entry, FullText
from catalog.store.rows import WriteReport
from catalog.store.words import squash

_CHUNK = 500
"""Digests in one statement."""

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
    before = _class_digests(connection, release.version)
    release_id = _write_release_row(connection, release)
    names = _intern_names(connection, prepared)
    definitions, parameters_added = _write_definitions(connection, prepared, names, fulltext)
    observations = _write_observations(connection, prepared, names)
    _write_classes(connection, release_id, prepared, definitions.ids, observations)
    architectures_added = _write_architectures(connection, release_id, prepared, fulltext)
    _write_model_types(connection, release_id, prepared, fulltext)
    _write_vocabularies(connection, release_id, release)
    _write_failures(connection, release_id, release)
    after = {encoded.config.name: digest for digest, encoded in prepared.classes.items()}
    return WriteReport(
        version=release.version,
        unchanged=False,
        classes_added=len(after.keys() - before.keys()),
        classes_changed=sum(before[name] != after[name] for name in before.keys() & after.keys()),
        classes_removed=len(before.keys() - after.keys()),
        definitions_added=len(definitions.added),
        parameters_added=parameters_added,
        architectures_added=architectures_added,
    )


def timed(report: WriteReport, started: float) -> WriteReport:
    """The report with its duration since `started` (:func:`time.perf_counter`)."""
    return replace(report, seconds=time.perf_counter() - started)


def _class_digests(connection: Connection, version: str) -> dict[str, bytes]:
    statement = (
        select(schema.definition.c.name, schema.definition.c.digest)
        .join_from(schema.release, schema.release_class)
        .join(schema.definition)
        .where(schema.release.c.version == version)
    )
    return {name: bytes(digest) for name, digest in connection.execute(statement)}


def _write_release_row(connection: Connection, release: Release) -> int:
    """Key of the release's row. A row that is there stays, so that others may point at it, and loses its contents."""
    table = schema.release
    known: int | None = connection.execute(select(table.c.id).where(table.c.version == release.version)).scalar()
    if known is None:
        key = _next_id(connection, table)
        connection.execute(insert(table), _release_row(release, key))
        return key
    for contents in CONTENTS:
        connection.execute(delete(contents).where(contents.c.release_id == known))
    connection.execute(update(table).where(table.c.id == known), _release_row(release, known))
    return known


def _release_row(release: Release, key: int) -> Row:
    classes = [config for config in release.classes if not config.is_base]
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
        "parameter_count": sum(
            parameter.inherited_from is None for config in classes for parameter in config.parameters
        ),
        "architecture_count": len(release.architectures),
        "failure_count": len(release.failures),
    }


@dataclass(frozen=True)
class _Interned:
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


def _next_id(connection: Connection, table: Table) -> int:
    largest: int | None = connection.scalar(select(func.max(table.c.id)))
    return 1 if largest is None else largest + 1


def _intern(connection: Connection, table: Table, rows: Mapping[bytes, Callable[[int], Row]]) -> _Interned:
    """Add the rows that the table has not yet; the write lock makes their keys safe."""
    ids = ids_of(connection, table, rows)
    added = [digest for digest in rows if digest not in ids]
    ids.update(zip(added, range(start := _next_id(connection, table), start + len(added)), strict=True))
    _insert(connection, table, [rows[digest](ids[digest]) for digest in added])
    return _Interned(ids, added)


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Insert rows of equal columns.

    The values are what the drivers take, so SQLAlchemy compiles the statement and leaves the rows alone: a release
    is 40,000 of them, and looking at each would take as long as writing it.
    """
    if not rows:
        return
    compiled = insert(table).compile(dialect=connection.dialect, column_keys=list(rows[0]))
    if compiled.positiontup is None:
        connection.exec_driver_sql(compiled.string, list(rows))
    else:
        pick = itemgetter(*compiled.positiontup)
        connection.exec_driver_sql(compiled.string, [pick(row) for row in rows])


def _intern_names(connection: Connection, prepared: Prepared) -> dict[str, int]:
    """Keys of all parameter names of a release, the new ones added."""
    table = schema.parameter_name
    names = {parameter.name for config in prepared.release.classes for parameter in config.parameters}
    names |= {name for observation in prepared.release.observations for name in observation.effective}
    known = {name: key for name, key in connection.execute(select(table.c.name, table.c.id))}  # noqa: C416 - rows
    new = sorted({plain(name) or "" for name in names} - known.keys())
    rows: list[Row] = [
        {"id": key, "name": name, "search_key": squash(name)}
        for key, name in enumerate(new, _next_id(connection, table))
    ]
    _insert(connection, table, rows)
    known.update((row["name"], row["id"]) for row in rows)
    return {name: known[plain(name) or ""] for name in names}


def _write_definitions(
    connection: Connection, prepared: Prepared, names: Mapping[str, int], fulltext: FullText
) -> tuple[_Interned, int]:
    definitions = _intern(connection, schema.definition, {d: e.row for d, e in prepared.classes.items()})
    new = [(definitions.ids[digest], prepared.classes[digest]) for digest in definitions.added]
    insert_bodies(connection, DEFINITIONS, dict(new))
    _insert(
        connection,
        schema.definition_sub_config,
        [
            {"definition_id": key, "name": name, "config_class": plain(config_class)}
            for key, encoded in new
            for name, config_class in {plain(sub.name): sub.config_class for sub in encoded.config.sub_configs}.items()
        ],
    )
    encoded_parameters = {item.digest: item for _, encoded in new for item in encoded.parameters}
    parameters = _intern(connection, schema.parameter, _parameter_rows(encoded_parameters, names))
    _insert(
        connection,
        schema.definition_parameter,
        [
            {
                "definition_id": key,
                "name_id": names[item.parameter.name],
                "position": item.parameter.position,
                "parameter_id": parameters.ids[item.digest],
            }
            for key, encoded in new
            for item in encoded.parameters
        ],
    )
    fulltext.add(connection, [encoded.entry(key) for key, encoded in new])
    fulltext.add(connection, [encoded_parameters[d].entry(parameters.ids[d]) for d in parameters.added])
    return definitions, len(parameters.added)


def _parameter_rows(
    encoded: Mapping[bytes, EncodedParameter], names: Mapping[str, int]
) -> dict[bytes, Callable[[int], Row]]:
    def maker(item: EncodedParameter) -> Callable[[int], Row]:
        return lambda key: item.row(key, names[item.parameter.name])

    return {digest: maker(item) for digest, item in encoded.items()}


def _write_observations(connection: Connection, prepared: Prepared, names: Mapping[str, int]) -> dict[str, int]:
    """Keys of the observations by class."""
    encoded = {item.digest: item for item in prepared.observations.values()}
    interned = _intern(connection, schema.observation, {digest: item.row for digest, item in encoded.items()})
    values = [row for digest in interned.added for row in encoded[digest].values(interned.ids[digest], names)]
    _insert(connection, schema.observation_value, values)
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

    traits = _intern(connection, schema.traits, {digest: maker(digest) for digest in by_digest})
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
    _insert(connection, schema.release_class, rows)


def _write_architectures(connection: Connection, release_id: int, prepared: Prepared, fulltext: FullText) -> int:
    interned = _intern(connection, schema.architecture, {d: e.row for d, e in prepared.architectures.items()})
    new = [(interned.ids[digest], prepared.architectures[digest]) for digest in interned.added]
    insert_bodies(connection, ARCHITECTURES, dict(new))
    _insert(
        connection,
        schema.architecture_task,
        [
            {"architecture_id": key, "task": task}
            for key, encoded in new
            for task in dict.fromkeys(map(plain, encoded.architecture.tasks))
        ],
    )
    _insert(
        connection,
        schema.architecture_model_type,
        [
            {"architecture_id": key, "model_type": name}
            for key, encoded in new
            for name in dict.fromkeys(map(plain, encoded.architecture.model_types))
        ],
    )
    _pair(connection, schema.release_architecture, release_id, interned.ids.values())
    fulltext.add(connection, [encoded.entry(key) for key, encoded in new])
    return len(new)


def _write_model_types(connection: Connection, release_id: int, prepared: Prepared, fulltext: FullText) -> None:
    interned = _intern(connection, schema.model_type, {d: e.row for d, e in prepared.model_types.items()})
    _pair(connection, schema.release_model_type, release_id, interned.ids.values())
    entries: list[Entry] = [prepared.model_types[digest].entry(interned.ids[digest]) for digest in interned.added]
    fulltext.add(connection, entries)


def _write_vocabularies(connection: Connection, release_id: int, release: Release) -> None:
    rows: dict[bytes, Callable[[int], Row]] = {}
    for name, words in release.vocabularies.items():
        text = canonical_json(list(words))

        def row(key: int, name: str = name, text: str = text) -> Row:
            return {"id": key, "digest": digest_of(canonical_json([name, text])), "name": name, "words": text}

        rows[digest_of(canonical_json([name, text]))] = row
    interned = _intern(connection, schema.vocabulary, rows)
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
    _insert(connection, schema.failure, rows)


def _pair(connection: Connection, table: Table, release_id: int, keys: Iterable[int]) -> None:
    column = next(name for name in table.c.keys() if name != "release_id")  # noqa: SIM118 - not a dict
    _insert(connection, table, [{"release_id": release_id, column: key} for key in keys])
