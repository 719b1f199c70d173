"""The search index of texts: FTS5 in SQLite, ``tsvector`` in PostgreSQL, behind one interface.

It holds each text once, however many parameters of however many releases say it. Whether a text counts for a
release is decided through the rows that have it. Both databases are given words that :mod:`catalog.store.words`
made, and neither takes anything apart by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Literal, Protocol, TypeAlias

from sqlalchemy import Connection, text

from catalog.store.bulk import insert_rows
from catalog.store.words import QueryWord, is_prefix, text_words

Kind: TypeAlias = Literal["model_type", "config_class", "parameter", "architecture"]
KINDS: tuple[Kind, ...] = ("model_type", "config_class", "parameter", "architecture")
"""What can be found, in the order in which equals are told."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose texts count.

    Attributes:
        release: Key of the release.
        kinds: What may have the text.
        definitions: Keys of the classes that it or its parameter must belong to; ``None`` for all of the release.
    """

    release: int
    kinds: Sequence[Kind]
    definitions: Sequence[int] | None = None


class FullText(Protocol):
    """A search index of one kind of database."""

    def create(self, connection: Connection) -> None:
        """Make the empty index."""

    def clear(self, connection: Connection) -> None:
        """Remove every text."""

    def add(self, connection: Connection, texts: Mapping[int, str]) -> None:
        """Add texts by their keys, which the index has not yet."""

    def match(
        self, connection: Connection, words: Sequence[QueryWord], scope: Scope, *, every: bool, limit: int
    ) -> dict[int, float]:
        """Texts that have every word, or any of them: key → score, best first."""


def fulltext_for(dialect: str) -> FullText:
    """The search index of a SQLAlchemy dialect (``"sqlite"`` or ``"postgresql"``)."""
    return Fts5() if dialect == "sqlite" else TsVector()


# CROSS JOIN makes SQLite begin with the few rows that have the text; PostgreSQL chooses by itself.
_HOLDERS: Mapping[Kind, str] = {
    "model_type": "model_type h CROSS JOIN release_model_type p WHERE p.model_type_id = h.id",
    "config_class": "definition h CROSS JOIN release_class p WHERE p.definition_id = h.id",
    "parameter": "parameter h CROSS JOIN definition_parameter q CROSS JOIN release_class p"
    " WHERE q.parameter_id = h.id AND p.definition_id = q.definition_id",
    "architecture": "architecture h CROSS JOIN release_architecture p WHERE p.architecture_id = h.id",
}


def _holds(scope: Scope, key: str) -> str:
    """SQL that tells whether something within the scope has the text of a key."""
    within = "p.release_id = :release"
    kinds = scope.kinds
    if scope.definitions is not None:
        kinds = [kind for kind in kinds if kind in ("config_class", "parameter")]
        within += f" AND p.definition_id IN ({', '.join(str(int(definition)) for definition in scope.definitions)})"
    conditions = [f"EXISTS (SELECT 1 FROM {_HOLDERS[kind]} AND h.text_id = {key} AND {within})" for kind in kinds]  # noqa: S608
    return f"({' OR '.join(conditions) or '1 = 0'})"


class Fts5:
    """SQLite's index. It keeps words only; the texts are in the table ``text``."""

    _CREATE = "CREATE VIRTUAL TABLE search USING fts5(words, content='', tokenize='ascii')"

    def create(self, connection: Connection) -> None:
        """Make the empty index."""
        connection.exec_driver_sql(self._CREATE)

    def clear(self, connection: Connection) -> None:
        """Remove every text."""
        connection.exec_driver_sql("INSERT INTO search(search) VALUES ('delete-all')")

    def add(self, connection: Connection, texts: Mapping[int, str]) -> None:
        """Add texts by their keys, which the index has not yet."""
        rows = [(key, " ".join(text_words(body))) for key, body in texts.items()]
        if rows:
            connection.exec_driver_sql("INSERT INTO search(rowid, words) VALUES (?, ?)", rows)

    def match(
        self, connection: Connection, words: Sequence[QueryWord], scope: Scope, *, every: bool, limit: int
    ) -> dict[int, float]:
        """Texts that have every word, or any of them: key → score by BM25, best first."""
        statement = text(
            "SELECT search.rowid, -search.rank FROM search WHERE search MATCH :query"  # noqa: S608 - own words
            f" AND {_holds(scope, 'search.rowid')} ORDER BY search.rank LIMIT :limit"
        )
        query = (" AND " if every else " OR ").join(map(self._word, words))
        rows = connection.execute(statement, {"query": query, "release": scope.release, "limit": limit})
        return {key: float(score) for key, score in rows}

    def _word(self, word: QueryWord) -> str:
        whole = self._part(word.whole)
        if word.parts == (word.whole,):
            return whole
        return f"({whole} OR ({' AND '.join(map(self._part, word.parts))}))"

    @staticmethod
    def _part(part: str) -> str:
        # Words hold letters and digits only; within quotes none is taken for an operator.
        return f'"{part}" *' if is_prefix(part) else f'"{part}"'


class TsVector:
    """PostgreSQL's index. Vectors and queries are written out, so that no text search configuration takes part."""

    _MAX_POSITION = 16_000

    def create(self, connection: Connection) -> None:
        """Make the empty index."""
        _postgresql().metadata.create_all(connection, checkfirst=False)

    def clear(self, connection: Connection) -> None:
        """Remove every text."""
        connection.execute(_postgresql().search_document.delete())

    def add(self, connection: Connection, texts: Mapping[int, str]) -> None:
        """Add texts by their keys, which the index has not yet."""
        rows = [{"id": key, "words": self._vector(body)} for key, body in texts.items()]
        insert_rows(connection, _postgresql().search_document, rows)

    def match(
        self, connection: Connection, words: Sequence[QueryWord], scope: Scope, *, every: bool, limit: int
    ) -> dict[int, float]:
        """Texts that have every word, or any of them: key → score by ``ts_rank``, best first."""
        statement = text(
            "SELECT s.id, ts_rank(s.words, CAST(:query AS tsquery), 1) AS score"  # noqa: S608 - own words
            f" FROM search_document s WHERE s.words @@ CAST(:query AS tsquery) AND {_holds(scope, 's.id')}"
            " ORDER BY score DESC, s.id LIMIT :limit"
        )
        query = (" & " if every else " | ").join(map(self._word, words))
        rows = connection.execute(statement, {"query": query, "release": scope.release, "limit": limit})
        return {key: float(score) for key, score in rows}

    def _vector(self, body: str) -> str:
        words = enumerate(text_words(body), 1)
        return " ".join(f"'{word}':{min(place, self._MAX_POSITION)}" for place, word in words)

    def _word(self, word: QueryWord) -> str:
        whole = self._part(word.whole)
        if word.parts == (word.whole,):
            return whole
        return f"({whole} | ({' & '.join(map(self._part, word.parts))}))"

    @staticmethod
    def _part(part: str) -> str:
        return f"'{part}':*" if is_prefix(part) else f"'{part}'"


def _postgresql() -> ModuleType:
    """PostgreSQL's own table, whose import a SQLite catalog does not pay for."""
    from catalog.store import postgresql_schema  # noqa: PLC0415 - see there

    return postgresql_schema
