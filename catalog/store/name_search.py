"""The part of a search that looks at names. There are a few thousand of them, so that no index is needed."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from catalog.store.fulltext import Kind
from catalog.store.holders import OF_RELEASE, Condition, fetch, listed
from catalog.store.ranking import ALL_OF_A_MODEL, NAMES, Found, Ranking
from catalog.store.words import QueryWord

_MOST = 400
"""Parameters that are looked at together with their classes."""

_MODELS: Mapping[Kind, tuple[str, ...]] = {
    "model_type": ("m.search_key", "lower(m.config_class)"),
    "config_class": ("d.search_key", "lower(d.model_type)"),
    "architecture": ("a.search_key", "lower(a.config_class)"),
}
"""Columns in which the words may be."""

_PARAMETER_NAMES = "SELECT n.id, n.name FROM parameter_name n WHERE "
_CLASSES = (
    "SELECT d.id, d.name, d.model_type FROM release_class p CROSS JOIN definition d"
    " WHERE p.release_id = :release AND d.id = p.definition_id AND "
)


class NameSearch:
    """Looks for a query in the names of a release.

    Args:
        connection: Connection to read from.
        release: Key of the release.
        words: Words of the query.
        ranking: Rates names.
        limit: Number of parameters that are enough.
    """

    def __init__(
        self, connection: Connection, release: int, words: Sequence[QueryWord], ranking: Ranking, limit: int
    ) -> None:
        self._connection = connection
        self._ranking = ranking
        self._limit = limit
        self._condition = Condition(words)
        self._values: dict[str, Any] = {"release": release, **self._condition.parameters}

    def search(self, kind: Kind) -> Iterator[Found]:
        """Everything of a kind that answers by its name, or by its name together with its owner's."""
        return self.parameters() if kind == "parameter" else self.models(kind)

    def models(self, kind: Kind) -> Iterator[Found]:
        """Model types, classes or architectures whose names, with those of their owners, have every word."""
        statement = f"{OF_RELEASE[kind]} AND {self._condition.every(*_MODELS[kind])}"
        rate = self._ranking.rate
        return fetch(
            self._connection, kind, statement, self._values, lambda name, owner, of, _: rate(kind, name, owner, of)
        )

    def parameters(self) -> Iterator[Found]:
        """Parameters whose names have every word, then those that do together with their class; as many as asked."""
        names = self._names()
        count = 0
        for hit in self._by_name(names):
            count += 1
            yield hit
        if count < self._limit:
            yield from self._with_owner(names)
            complete = [key for key, has in self.classes.items() if has == self._ranking.everything]
            if complete:
                rating = (NAMES, 1 / (2 + ALL_OF_A_MODEL))
                yield from self._parameters(f"q.definition_id IN ({listed(complete)})", rating)

    @functools.cached_property
    def classes(self) -> dict[int, int]:
        """Classes of the release that have a word of the query: key → which words."""
        statement = _CLASSES + self._condition.some(*_MODELS["config_class"])
        rows = self._connection.execute(text(statement), self._values)
        return {key: self._ranking.words_in(*found) for key, *found in rows}

    def _names(self) -> dict[int, str]:
        """Names of parameters that may have a word of the query, by key; of every release."""
        statement = _PARAMETER_NAMES + self._condition.some("n.search_key")
        rows = self._connection.execute(text(statement), self._condition.parameters)
        return {key: name for key, name in rows}  # noqa: C416 - rows are no pairs to dict()

    def _by_name(self, names: dict[int, str]) -> Iterator[Found]:
        """Parameters by their own names, the best name first, until there are enough."""
        rated = [
            (rating, len(name), name, key)
            for key, name in names.items()
            if (rating := self._ranking.rate("parameter", name)) is not None
        ]
        count = 0
        for rating, _, _, key in sorted(rated, key=lambda row: (-row[0][0], -row[0][1], *row[1:])):
            if count >= self._limit:
                return
            for hit in self._parameters(f"q.name_id = {key}", rating):
                count += 1
                yield hit

    def _with_owner(self, names: dict[int, str]) -> Iterator[Found]:
        """Parameters whose name and class share the words between them."""
        of_names: dict[int, list[int]] = defaultdict(list)
        for key, name in names.items():
            has = self._ranking.words_in(name)
            if has and has != self._ranking.everything:
                of_names[has].append(key)
        for has, keys in of_names.items():
            owners = [key for key, of_class in self.classes.items() if has | of_class == self._ranking.everything]
            if owners:
                yield from self._parameters(f"q.name_id IN ({listed(keys)}) AND q.definition_id IN ({listed(owners)})")

    def _parameters(self, condition: str, rating: tuple[int, float] | None = None) -> Iterator[Found]:
        """Parameters of the release, rated by name and class where no rating is given."""
        statement = f"{OF_RELEASE['parameter']} AND {condition} LIMIT {_MOST}"
        rate = self._ranking.rate
        return fetch(
            self._connection,
            "parameter",
            statement,
            {"release": self._values["release"]},
            lambda name, owner, of, _: rating or rate("parameter", name, owner, of),
        )
