"""Search: which names and texts of a release answer a query, best first.

Names come first: the exact name, names that begin with the query, names that hold all its words, then names that
do so together with the class they belong to ("hidden size llama"). Only then the texts count, with all of the
words, and last with any of them. Each step is asked only if those before did not fill the list.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Column, ColumnElement, Connection, Select, func, select

from catalog.store import schema
from catalog.store.bodies import ARCHITECTURES, select_bodies
from catalog.store.documents import unpack
from catalog.store.fulltext import KINDS, FullText, Kind, Scope
from catalog.store.ranking import ANY, NAMES, PREFIX, TEXT, Candidate, Ranked, Ranking, best_of
from catalog.store.rows import SearchHit
from catalog.store.words import MAX_QUERY_LENGTH, QueryWord, fold, query_words, squash

_CANDIDATES = 200
"""Candidates that the databases hand over for ranking at each step."""

_NAMES = 40
"""Parameter names that begin with a query and count."""

_EXCERPT = 160
"""Characters of an excerpt."""

_class = schema.release_class.c
_definition = schema.definition.c
_place = schema.definition_parameter.c
_names = schema.parameter_name.c
_architecture = schema.architecture.c
_model_type = schema.model_type.c

_KEYS: Mapping[Kind, Column[int]] = {
    "model_type": _model_type.id,
    "config_class": _definition.id,
    "parameter": _place.parameter_id,
    "architecture": _architecture.id,
}
_SEARCH_KEYS: Mapping[Kind, Column[str]] = {
    "model_type": _model_type.search_key,
    "config_class": _definition.search_key,
    "parameter": _names.search_key,
    "architecture": _architecture.search_key,
}
_STEPS: tuple[tuple[Scope, bool, int], ...] = (("names", True, NAMES), ("text", True, TEXT), ("text", False, ANY))


def search(
    connection: Connection,
    fulltext: FullText,
    query: str,
    *,
    release: int,
    kinds: Sequence[Kind] = KINDS,
    limit: int,
    popularity: Mapping[str, int],
) -> tuple[SearchHit, ...]:
    """Find what answers a query.

    Args:
        connection: Connection to read from.
        fulltext: Search index of this kind of database.
        query: Anything a person types; it is never an error.
        release: Key of the release.
        kinds: What may be found.
        limit: Largest number of hits.
        popularity: Config class → number of its architectures, which decides between equals.

    Returns:
        Hits, best first; none where the query holds no letter or digit.
    """
    query = query[:MAX_QUERY_LENGTH]
    words = query_words(query)
    if not words or limit < 1 or not kinds:
        return ()
    wanted = max(limit, _CANDIDATES)
    found = {(c.kind, c.row): c for c in _by_name(connection, squash(query), release, kinds, wanted)}
    for scope, every, tier in _STEPS:
        if len(found) >= limit:
            break
        if every or not found:
            matches = fulltext.match(
                connection,
                words,
                release_id=release,
                kinds=kinds,
                scope=scope,
                every=every,
                limit=wanted if scope == "names" else limit,
            )
            scores = {(match.kind, match.row): match.score for match in matches}
            new = {key: score for key, score in scores.items() if key not in found}
            found.update(((c.kind, c.row), c) for c in _load(connection, release, new, tier))
    best = best_of(Ranking(query, words, popularity), found.values(), limit)
    excerpts = _excerpts(connection, best)
    return tuple(_hit(ranked, excerpts, words) for ranked in best)


def _by_name(
    connection: Connection, squashed: str, release: int, kinds: Sequence[Kind], limit: int
) -> Iterator[Candidate]:
    """Candidates whose name is the query, or begins with it; the shortest names first."""
    for kind in kinds:
        key = _SEARCH_KEYS[kind]
        begins: ColumnElement[bool] = (key >= squashed) & (key < squashed + "\U0010ffff")
        if kind == "parameter":
            # Names first: with their keys at hand, each class of the release is one look-up a name.
            names = list(connection.scalars(select(_names.id).where(begins).order_by(func.length(key)).limit(_NAMES)))
            if not names:
                continue
            begins = _place.name_id.in_(names)
        statement = _within(kind, release).where(begins)
        rows = connection.execute(statement.order_by(func.length(key), _KEYS[kind]).limit(limit))
        for row, name, config_class, model_type in rows:
            yield Candidate(kind, row, name, config_class, model_type, PREFIX)


def _load(
    connection: Connection, release: int, scores: Mapping[tuple[Kind, int], float], tier: int
) -> Iterator[Candidate]:
    """Candidates by kind and key of their row."""
    for kind in KINDS:
        keys = [row for found, row in scores if found == kind]
        if keys:
            rows = connection.execute(_within(kind, release).where(_KEYS[kind].in_(keys)))
            for row, name, config_class, model_type in rows:
                yield Candidate(kind, row, name, config_class, model_type, tier, scores[kind, row])


def _within(kind: Kind, release: int) -> Select[int, str, str | None, str | None]:
    """Key, name, config class and model type of the rows of a kind that a release has."""
    if kind == "parameter":
        return (
            select(_place.parameter_id, _names.name, _definition.name, _definition.model_type)
            .select_from(schema.release_class)
            .join(schema.definition_parameter, _place.definition_id == _class.definition_id)
            .join(schema.parameter_name, _names.id == _place.name_id)
            .join(schema.definition, _definition.id == _class.definition_id)
            .where(_class.release_id == release)
        )
    if kind == "config_class":
        return (
            select(_definition.id, _definition.name, _definition.name, _definition.model_type)
            .join_from(schema.release_class, schema.definition)
            .where(_class.release_id == release)
        )
    if kind == "architecture":
        pair, of_type = schema.release_architecture, schema.architecture_model_type.c
        model_type = select(func.min(of_type.model_type)).where(of_type.architecture_id == _architecture.id)
        return (
            select(_architecture.id, _architecture.name, _architecture.config_class, model_type.scalar_subquery())
            .join_from(pair, schema.architecture)
            .where(pair.c.release_id == release)
        )
    pair = schema.release_model_type
    return (
        select(_model_type.id, _model_type.name, _model_type.config_class, _model_type.name)
        .join_from(pair, schema.model_type)
        .where(pair.c.release_id == release)
    )


def _hit(ranked: Ranked, excerpts: Mapping[tuple[Kind, int], str], words: Sequence[QueryWord]) -> SearchHit:
    candidate = ranked.candidate
    return SearchHit(
        kind=candidate.kind,
        name=candidate.name,
        config_class=candidate.config_class,
        model_type=candidate.model_type,
        excerpt=excerpt(excerpts.get((candidate.kind, candidate.row), ""), words),
        score=ranked.score,
    )


def _excerpts(connection: Connection, best: Sequence[Ranked]) -> dict[tuple[Kind, int], str]:
    """The texts that excerpts are taken from."""
    keys: dict[Kind, list[int]] = {kind: [r.candidate.row for r in best if r.candidate.kind == kind] for kind in KINDS}
    parameter = schema.parameter.c
    found: dict[tuple[Kind, int], str] = {}
    if keys["parameter"]:
        rows = select(parameter.id, parameter.description).where(parameter.id.in_(keys["parameter"]))
        found.update((("parameter", row), text or "") for row, text in connection.execute(rows))
    if keys["config_class"]:
        rows = select(_definition.id, _definition.summary).where(_definition.id.in_(keys["config_class"]))
        found.update((("config_class", row), text or "") for row, text in connection.execute(rows))
    if keys["architecture"]:
        bodies = select_bodies(ARCHITECTURES).where(_architecture.id.in_(keys["architecture"]))
        for row, body, base in connection.execute(bodies):
            architecture = unpack(body, base)
            found["architecture", row] = architecture.get("summary") or ", ".join(architecture.get("tasks", ()))
    if keys["model_type"]:
        processors = select(_model_type.id, _model_type.processors).where(_model_type.id.in_(keys["model_type"]))
        for row, text in connection.execute(processors):
            found["model_type", row] = ", ".join(name for names in json.loads(text).values() for name in names)
    return found


def excerpt(text: str, words: Sequence[QueryWord]) -> str:
    """One line of a text, about the first word that was asked for."""
    line = " ".join(text.split())
    if len(line) <= _EXCERPT:
        return line
    folded = fold(line)
    places = [place for word in words for part in word.parts if (place := folded.find(part)) >= 0]
    start = max(0, min(places, default=0) - _EXCERPT // 3)
    if start:
        start = line.find(" ", start) + 1
    end = start + _EXCERPT
    return ("… " if start else "") + line[start:end].rstrip() + (" …" if end < len(line) else "")
