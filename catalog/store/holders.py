"""What can be found by a search, as queries of one form: whatever has a name and perhaps a text, within a release.

The queries are written out, since building them takes SQLAlchemy longer than SQLite takes to answer. ``CROSS JOIN``
makes SQLite join in the order that is written; to PostgreSQL, which chooses well by itself, it is a join like any.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, text

from catalog.store.fulltext import Kind
from catalog.store.ranking import Found
from catalog.store.words import QueryWord

Rate: TypeAlias = Callable[[str, str | None, str | None, int | None], tuple[int, float] | None]
"""Gives tier and fraction for name, config class, model type and key of the text; ``None`` to leave it out."""

_PARAMETER = "SELECT q.definition_id, q.name_id, n.name, d.name, d.model_type, h.text_id FROM "
_CLASS = "SELECT d.id, 0, d.name, d.name, d.model_type, d.text_id FROM "
_ARCHITECTURE = (
    "SELECT a.id, 0, a.name, a.config_class,"
    " (SELECT min(t.model_type) FROM architecture_model_type t WHERE t.architecture_id = a.id), a.text_id FROM "
)
_MODEL_TYPE = "SELECT m.id, 0, m.name, m.config_class, m.name, m.text_id FROM "

OF_RELEASE: Mapping[Kind, str] = {
    "parameter": _PARAMETER
    + "release_class p CROSS JOIN definition_parameter q CROSS JOIN parameter_name n CROSS JOIN definition d"
    " CROSS JOIN parameter h WHERE p.release_id = :release AND q.definition_id = p.definition_id"
    " AND n.id = q.name_id AND d.id = q.definition_id AND h.id = q.parameter_id",
    "config_class": _CLASS
    + "release_class p CROSS JOIN definition d WHERE p.release_id = :release AND d.id = p.definition_id",
    "architecture": _ARCHITECTURE
    + "release_architecture p CROSS JOIN architecture a WHERE p.release_id = :release AND a.id = p.architecture_id",
    "model_type": _MODEL_TYPE
    + "release_model_type p CROSS JOIN model_type m WHERE p.release_id = :release AND m.id = p.model_type_id",
}
"""Everything of a kind, read from the release; a condition may follow."""

_OF_TEXTS: Mapping[Kind, str] = {
    "parameter": _PARAMETER
    + "parameter h CROSS JOIN definition_parameter q CROSS JOIN release_class p CROSS JOIN definition d"
    " CROSS JOIN parameter_name n WHERE h.text_id IN ({texts}) AND q.parameter_id = h.id"
    " AND p.release_id = :release AND p.definition_id = q.definition_id"
    " AND d.id = q.definition_id AND n.id = q.name_id",
    "config_class": _CLASS + "definition d CROSS JOIN release_class p WHERE d.text_id IN ({texts})"
    " AND p.release_id = :release AND p.definition_id = d.id",
    "architecture": _ARCHITECTURE + "architecture a CROSS JOIN release_architecture p WHERE a.text_id IN ({texts})"
    " AND p.release_id = :release AND p.architecture_id = a.id",
    "model_type": _MODEL_TYPE + "model_type m CROSS JOIN release_model_type p WHERE m.text_id IN ({texts})"
    " AND p.release_id = :release AND p.model_type_id = m.id",
}


def of_texts(kind: Kind, texts: Collection[int]) -> str:
    """Everything of a kind that has one of some texts; a condition may follow."""
    return _OF_TEXTS[kind].format(texts=listed(texts))


def listed(keys: Collection[int]) -> str:
    """Keys for ``IN``."""
    return ", ".join(str(int(key)) for key in keys)


def fetch(
    connection: Connection, kind: Kind, statement: str, parameters: Mapping[str, Any], rate: Rate
) -> Iterator[Found]:
    """The holders of a query, rated."""
    rows = connection.execute(text(statement), parameters).all()  # hundreds of rows, quicker at once than one by one
    for key, second, name, config_class, model_type, text_id in rows:
        rating = rate(name, config_class, model_type, text_id)
        if rating is not None:
            yield Found(kind, (key, second), name, config_class, model_type, text_id, *rating)


class Condition:
    """Which names may answer to words, in SQL. Too much is found, never too little; names are looked at after.

    Args:
        words: Words of the query. They hold letters and digits only, none of which LIKE takes for a sign.
    """

    def __init__(self, words: Collection[QueryWord]) -> None:
        self._words = words
        atoms = dict.fromkeys(atom for word in words for atom in (word.whole, *word.parts))
        self._names = {atom: f":w{number}" for number, atom in enumerate(atoms)}

    @property
    def parameters(self) -> dict[str, str]:
        """Values of the parameters that the conditions hold."""
        return {name[1:]: f"%{atom}%" for atom, name in self._names.items()}

    def every(self, *columns: str) -> str:
        """Every word is in one of the columns."""
        return f"({' AND '.join(self._word(word, columns) for word in self._words)})"

    def some(self, *columns: str) -> str:
        """A word is in one of the columns."""
        return f"({' OR '.join(self._word(word, columns) for word in self._words)})"

    def _word(self, word: QueryWord, columns: tuple[str, ...]) -> str:
        whole = self._within(word.whole, columns)
        if word.parts == (word.whole,):
            return whole
        return f"({whole} OR ({' AND '.join(self._within(part, columns) for part in word.parts)}))"

    def _within(self, part: str, columns: tuple[str, ...]) -> str:
        return f"({' OR '.join(f'{column} LIKE {self._names[part]}' for column in columns)})"
