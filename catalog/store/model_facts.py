"""Model facts in SQL and back.

A record becomes a row of what lists filter by, and two documents: one with everything, one with the summary tree, which
is most of it and which most readers do not need. The documents name neither the release nor the environment, so that
releases that tell the same share them. Their keys are sorted, and so are those of the mappings that are read from them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, or_, select, update

from catalog.errors import NotFoundError
from catalog.records import canonical_json, to_document
from catalog.store import schema
from catalog.store.bulk import insert_rows
from catalog.store.documents import digest_of, pack, unpack
from catalog.store.encode import Row as Values
from catalog.store.encode import plain
from catalog.store.intern import intern
from catalog.store.versions import similar
from catalog.values import to_json

if TYPE_CHECKING:
    from catalog.model_facts import ModelFacts

_CHUNK = 500
_LARGEST = 2**63 - 1
_IN_COLUMNS = ("release", "base", "torch", "seconds", "summary")
"""Fields that the document leaves out."""

_row = schema.model_facts.c


@dataclass(frozen=True)
class EncodedFacts:
    """Facts as rows, made before the write lock is taken.

    Attributes:
        facts: The record.
        values: The row, without its keys.
        document: Digest and body of the document.
        summary: Those of the summary tree; ``None`` where there is none.
    """

    facts: ModelFacts
    values: Mapping[str, Any]
    document: tuple[bytes, bytes]
    summary: tuple[bytes, bytes] | None

    @classmethod
    def of(cls, facts: ModelFacts) -> EncodedFacts:
        """Encode a record."""
        document = to_document(facts)
        summary = document.get("summary", [])
        document = {key: value for key, value in document.items() if key not in _IN_COLUMNS}
        document["override_params"] = to_json(facts.override_params)
        forward = facts.forward
        values = {
            "config_class": plain(facts.config_class),
            "architecture": plain(facts.architecture),
            "base": facts.base,
            "failure_kind": None if facts.failure is None else facts.failure.kind,
            "forward_mode": forward.mode,
            "forward_failure_kind": None if forward.failure is None else forward.failure.kind,
            "parameters": _cut_off(facts.parameters),
            "active_parameters": _cut_off(facts.active_parameters),
            "flops": _cut_off(forward.flops),
            "torch": plain(facts.torch),
            "seconds": facts.seconds if facts.seconds is not None and math.isfinite(facts.seconds) else None,
        }
        return cls(facts, values, _addressed(document), _addressed(summary) if summary else None)


def _cut_off(number: int | None) -> int | None:
    return None if number is None else max(-_LARGEST, min(number, _LARGEST))


def _addressed(document: Any) -> tuple[bytes, bytes]:
    """Digest and body. Half of a surrogate pair, which an error's message may hold, is no text for a database."""
    text = canonical_json(document).encode("utf-8", "replace").decode()
    return digest_of(text), pack(text)


# Writing


def write_facts(connection: Connection, encoded: Sequence[EncodedFacts], *, release: str | None) -> int:
    """Write facts; those of the same class and architecture take the place of what is there.

    Args:
        connection: Connection in the writer's transaction.
        encoded: The facts.
        release: Release that they are kept under; ``None`` takes the one that each names.

    Returns:
        Number of rows written.

    Raises:
        NotFoundError: If a release is not cataloged, or has no such class.
    """
    releases = {version: key for version, key in connection.execute(_RELEASES)}  # noqa: C416 - rows are no pairs
    rows: dict[tuple[int, str, str], tuple[EncodedFacts, Values]] = {}
    for item in encoded:
        version = item.facts.release if release is None else release
        if version not in releases:
            raise NotFoundError("cataloged release", version, suggestions=similar(version, releases))
        values = {"release_id": releases[version], **item.values}
        rows[values["release_id"], values["config_class"], values["architecture"]] = (item, values)
    _check_classes(connection, releases, rows)
    _one_base([values for _, values in rows.values()])
    bodies = {
        digest: body
        for item, _ in rows.values()
        for digest, body in (item.document, *([] if item.summary is None else [item.summary]))
    }
    documents = intern(connection, schema.facts_document, {digest: _maker(digest, bodies[digest]) for digest in bodies})
    for item, values in rows.values():
        values["facts_document_id"] = documents.ids[item.document[0]]
        values["summary_id"] = None if item.summary is None else documents.ids[item.summary[0]]
    _make_room(connection, [values for _, values in rows.values()])
    insert_rows(connection, schema.model_facts, [values for _, values in rows.values()])
    return len(rows)


_RELEASES: Select[str, int] = select(schema.release.c.version, schema.release.c.id)


def _maker(digest: bytes, body: bytes) -> Callable[[int], Values]:
    return lambda key: {"id": key, "digest": digest, "body": body}


def _check_classes(connection: Connection, releases: Mapping[str, int], rows: Iterable[tuple[int, str, str]]) -> None:
    """Refuse facts of a class that the release has not: nobody would ever find them."""
    wanted: dict[int, set[str]] = {}
    for release_id, config_class, _ in rows:
        wanted.setdefault(release_id, set()).add(config_class)
    for release_id, names in wanted.items():
        statement = (
            select(schema.definition.c.name)
            .join_from(schema.release_class, schema.definition)
            .where(schema.release_class.c.release_id == release_id)
        )
        missing = names - set(connection.scalars(statement))
        if missing:
            version = next(version for version, key in releases.items() if key == release_id)
            raise NotFoundError("configuration class", min(missing), where=f"in transformers {version}")


def _one_base(rows: Sequence[Values]) -> None:
    """Of several base architectures of one class, the last one counts."""
    based = {(row["release_id"], row["config_class"]): row for row in rows if row["base"]}
    for row in rows:
        row["base"] = based.get((row["release_id"], row["config_class"])) is row


def _make_room(connection: Connection, rows: Sequence[Values]) -> None:
    """Remove the rows that are about to be written anew; a class keeps one base at most."""
    same = and_(
        _row.release_id == bindparam("at"), _row.config_class == bindparam("of"), _row.architecture == bindparam("as")
    )
    keys = [{"at": row["release_id"], "of": row["config_class"], "as": row["architecture"]} for row in rows]
    connection.execute(delete(schema.model_facts).where(same), keys)
    based = [{"at": row["release_id"], "of": row["config_class"]} for row in rows if row["base"]]
    if based:
        others = and_(_row.release_id == bindparam("at"), _row.config_class == bindparam("of"), _row.base)
        connection.execute(update(schema.model_facts).where(others).values(base=False), based)


def remove_stale(
    connection: Connection, release_id: int, *, classes: Collection[str], architectures: Collection[str]
) -> int:
    """Remove the facts of a release that rest on what changed.

    Args:
        connection: Connection in the writer's transaction.
        release_id: The release.
        classes: Classes that changed or went, or are made of such.
        architectures: Architectures that did.

    Returns:
        Number of rows removed.
    """
    removed = 0
    for column, names in ((_row.config_class, sorted(classes)), (_row.architecture, sorted(architectures))):
        for start in range(0, len(names), _CHUNK):
            chunk = names[start : start + _CHUNK]
            statement = delete(schema.model_facts).where(_row.release_id == release_id, column.in_(chunk))
            removed += connection.execute(statement).rowcount
    return removed


# Reading


def one(
    connection: Connection, version: str, config_class: str, architecture: str | None, *, summary: bool
) -> ModelFacts | None:
    """Facts of a class and an architecture, its base where that is ``None``; ``None`` where there are none."""
    statement = _select(summary=summary).where(schema.release.c.version == version, _row.config_class == config_class)
    statement = statement.where(_row.base if architecture is None else _row.architecture == plain(architecture))
    row = connection.execute(statement.order_by(_row.architecture)).first()
    return None if row is None else _to_facts(row)


def many(
    connection: Connection,
    release: int,
    *,
    base_only: bool = False,
    failed_only: bool = False,
    config_class: str | None = None,
    summary: bool = False,
) -> tuple[ModelFacts, ...]:
    """Facts of a release, sorted by class and architecture.

    Args:
        connection: The connection.
        release: Key of the release.
        base_only: Only those of base architectures.
        failed_only: Only those that failed to build or to run.
        config_class: Only those of this class.
        summary: Read the summary trees.
    """
    statement = _select(summary=summary).where(_row.release_id == release)
    if base_only:
        statement = statement.where(_row.base)
    if failed_only:
        statement = statement.where(or_(_row.failure_kind.is_not(None), _row.forward_failure_kind.is_not(None)))
    if config_class is not None:
        statement = statement.where(_row.config_class == config_class)
    return tuple(map(_to_facts, connection.execute(statement.order_by(_row.config_class, _row.architecture))))


def sizes(connection: Connection, release: int) -> dict[str, int]:
    """Class → parameters of its base architecture, where that is known."""
    statement = select(_row.config_class, _row.parameters).where(
        _row.release_id == release, _row.base, _row.parameters.is_not(None)
    )
    return {name: size for name, size in connection.execute(statement)}  # noqa: C416 - rows are no pairs to dict()


def _select(*, summary: bool) -> Select[Any]:
    document, tree = schema.facts_document, schema.facts_document.alias("tree")
    columns = (schema.release.c.version.label("release"), _row.base, _row.torch, _row.seconds, document.c.body)
    statement = (
        select(*columns, *([tree.c.body.label("tree")] if summary else []))
        .join_from(schema.model_facts, schema.release, schema.release.c.id == _row.release_id)
        .join(document, document.c.id == _row.facts_document_id)
    )
    return statement.outerjoin(tree, tree.c.id == _row.summary_id) if summary else statement


def _to_facts(row: Row[Any]) -> ModelFacts:
    from catalog.model_facts import model_facts_from_document  # noqa: PLC0415 - most catalogs that are opened have none

    values = row._asdict()
    document, tree = unpack(values.pop("body"), None), values.pop("tree", None)
    return model_facts_from_document({**document, **values, "summary": () if tree is None else unpack(tree, None)})
