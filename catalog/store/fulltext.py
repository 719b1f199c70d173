"""The search index: FTS5 in SQLite, ``tsvector`` in PostgreSQL, behind one interface.

An index entry belongs to a row of a definition-like table (:data:`KINDS`), so that releases share it; which
entries count for a release is decided through the release's pairs. Both databases are given words that
:mod:`catalog.store.words` made, and neither takes anything apart by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal, Protocol, TypeAlias

from sqlalchemy import Connection, bindparam, insert, text

from catalog.store.words import QueryWord, is_prefix

Kind: TypeAlias = Literal["model_type", "config_class", "parameter", "architecture"]
KINDS: tuple[Kind, ...] = ("model_type", "config_class", "parameter", "architecture")
"""What can be found. The key of an entry is the key of its row times four, plus the place of its kind here."""

Scope: TypeAlias = Literal["names", "text"]
"""Where words are looked for: in names alone (the own one and the owner's), or in the whole text as well."""

_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """What is indexed of one row.

    Attributes:
        kind: What the row is.
        row: Key of the row.
        name: Words of its own name.
        owner: Words of the names it belongs to: config class and model type.
        text: Words of its description.
    """

    kind: Kind
    row: int
    name: Sequence[str]
    owner: Sequence[str]
    text: Sequence[str]

    @property
    def key(self) -> int:
        """Key of the index entry."""
        return self.row * len(KINDS) + KINDS.index(self.kind)


@dataclass(frozen=True, slots=True)
class Match:
    """A row that a query found; a higher score is better."""

    kind: Kind
    row: int
    score: float


class FullText(Protocol):
    """A search index of one kind of database."""

    def create(self, connection: Connection) -> None:
        """Make the empty index."""

    def drop(self, connection: Connection) -> None:
        """Remove the index."""

    def clear(self, connection: Connection) -> None:
        """Remove every entry."""

    def add(self, connection: Connection, entries: Iterable[Entry]) -> None:
        """Add entries, whose rows have none yet."""

    def match(
        self,
        connection: Connection,
        words: Sequence[QueryWord],
        *,
        release_id: int,
        kinds: Sequence[Kind],
        scope: Scope,
        every: bool,
        limit: int,
    ) -> list[Match]:
        """Entries of a release that have every word, or any of them; best first."""


def fulltext_for(dialect: str) -> FullText:
    """The search index of a SQLAlchemy dialect (``"sqlite"`` or ``"postgresql"``)."""
    return Fts5() if dialect == "sqlite" else TsVector()


_IN_RELEASE = {
    "model_type": "EXISTS (SELECT 1 FROM release_model_type p"
    " WHERE p.release_id = :release_id AND p.model_type_id = {row})",
    "config_class": "EXISTS (SELECT 1 FROM release_class p"
    " WHERE p.release_id = :release_id AND p.definition_id = {row})",
    "parameter": "EXISTS (SELECT 1 FROM definition_parameter d JOIN release_class p"
    " ON p.definition_id = d.definition_id WHERE p.release_id = :release_id AND d.parameter_id = {row})",
    "architecture": "EXISTS (SELECT 1 FROM release_architecture p"
    " WHERE p.release_id = :release_id AND p.architecture_id = {row})",
}


def _in_release(kinds: Sequence[Kind], key: str) -> str:
    """SQL that tells whether the entry of a key counts for the release."""
    count = len(KINDS)
    cases = " ".join(
        f"WHEN {KINDS.index(kind)} THEN {_IN_RELEASE[kind].format(row=f'({key} / {count})')}" for kind in kinds
    )
    return f"CASE {key} % {count} {cases} ELSE 1 = 0 END"


def _to_matches(rows: Iterable[Any]) -> list[Match]:
    return [Match(KINDS[key % len(KINDS)], key // len(KINDS), float(score)) for key, score in rows]


class Fts5:
    """SQLite's index. It keeps words only, not the text they came from."""

    _CREATE = "CREATE VIRTUAL TABLE search USING fts5(name, owner, text, content='', tokenize='ascii')"

    def create(self, connection: Connection) -> None:
        """Make the empty index."""
        connection.exec_driver_sql(self._CREATE)

    def drop(self, connection: Connection) -> None:
        """Remove the index."""
        connection.exec_driver_sql("DROP TABLE IF EXISTS search")

    def clear(self, connection: Connection) -> None:
        """Remove every entry."""
        connection.exec_driver_sql("INSERT INTO search(search) VALUES ('delete-all')")

    def add(self, connection: Connection, entries: Iterable[Entry]) -> None:
        """Add entries, whose rows have none yet."""
        rows = [(entry.key, " ".join(entry.name), " ".join(entry.owner), " ".join(entry.text)) for entry in entries]
        if rows:
            connection.exec_driver_sql("INSERT INTO search(rowid, name, owner, text) VALUES (?, ?, ?, ?)", rows)

    def match(
        self,
        connection: Connection,
        words: Sequence[QueryWord],
        *,
        release_id: int,
        kinds: Sequence[Kind],
        scope: Scope,
        every: bool,
        limit: int,
    ) -> list[Match]:
        """Entries of a release that have every word, or any of them; best first by BM25."""
        query = (" AND " if every else " OR ").join(map(self._word, words))
        statement = text(
            "SELECT search.rowid, -search.rank FROM search WHERE search MATCH :query"  # noqa: S608 - own words
            f" AND rank MATCH 'bm25(8, 4, 1)' AND {_in_release(kinds, 'search.rowid')}"
            " ORDER BY search.rank LIMIT :limit"
        )
        parameters = {
            "query": f"{{name owner}} : ({query})" if scope == "names" else query,
            "release_id": release_id,
            "limit": limit,
        }
        return _to_matches(connection.execute(statement, parameters))

    def _word(self, word: QueryWord) -> str:
        whole = self._part(word.whole)
        if word.parts == (word.whole,):
            return whole
        return f"({whole} OR ({' AND '.join(map(self._part, word.parts))}))"

    @staticmethod
    def _part(part: str) -> str:
        # Words hold letters and digits only; within quotes none is taken for an operator.
        return f'"{part}" *' if is_prefix(part) else f'"{part}"'


def _postgresql() -> ModuleType:
    """PostgreSQL's own tables, imported where the database is one."""
    from catalog.store import postgresql_schema  # noqa: PLC0415 - the dialect takes long to import

    return postgresql_schema


class TsVector:
    """PostgreSQL's index. Vectors and queries are written out, so that no text search configuration takes part."""

    _MAX_POSITION = 16_000

    def create(self, connection: Connection) -> None:
        """Make the empty index."""
        _postgresql().metadata.create_all(connection, checkfirst=False)

    def drop(self, connection: Connection) -> None:
        """Remove the index."""
        _postgresql().metadata.drop_all(connection)

    def clear(self, connection: Connection) -> None:
        """Remove every entry."""
        connection.execute(_postgresql().search_document.delete())

    def add(self, connection: Connection, entries: Iterable[Entry]) -> None:
        """Add entries, whose rows have none yet."""
        rows = [{"id": entry.key, "words": self._vector(entry)} for entry in entries]
        for start in range(0, len(rows), _CHUNK):
            connection.execute(insert(_postgresql().search_document), rows[start : start + _CHUNK])

    def match(
        self,
        connection: Connection,
        words: Sequence[QueryWord],
        *,
        release_id: int,
        kinds: Sequence[Kind],
        scope: Scope,
        every: bool,
        limit: int,
    ) -> list[Match]:
        """Entries of a release that have every word, or any of them; best first by ``ts_rank``."""
        labels = "AB" if scope == "names" else ""
        query = (" & " if every else " | ").join(self._word(word, labels) for word in words)
        statement = text(
            "SELECT s.id, ts_rank(s.words, CAST(:query AS tsquery), 1) AS score FROM search_document s"  # noqa: S608 - own
            f" WHERE s.words @@ CAST(:query AS tsquery) AND {_in_release(kinds, 's.id')}"
            " ORDER BY score DESC, s.id LIMIT :limit"
        ).bindparams(bindparam("query", query))
        return _to_matches(connection.execute(statement, {"release_id": release_id, "limit": limit}))

    def _vector(self, entry: Entry) -> str:
        lexemes: list[str] = []
        position = 0
        for words, weight in ((entry.name, "A"), (entry.owner, "B"), (entry.text, "D")):
            for word in words:
                position = min(position + 1, self._MAX_POSITION)
                lexemes.append(f"'{word}':{position}{weight}")
        return " ".join(lexemes)

    def _word(self, word: QueryWord, labels: str) -> str:
        whole = self._part(word.whole, labels)
        if word.parts == (word.whole,):
            return whole
        return f"({whole} | ({' & '.join(self._part(part, labels) for part in word.parts)}))"

    @staticmethod
    def _part(part: str, labels: str) -> str:
        suffix = ("*" if is_prefix(part) else "") + labels
        return f"'{part}':{suffix}" if suffix else f"'{part}'"
