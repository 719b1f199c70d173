"""The part of a search that looks at texts: descriptions of parameters, of classes, of architectures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from catalog.store.fulltext import FullText, Scope
from catalog.store.holders import fetch, listed, of_texts
from catalog.store.ranking import ANY, TEXT, Found, Ranking
from catalog.store.words import QueryWord

_MOST_TEXTS = 40
"""Texts whose holders are looked at, if those of the best ones are too few."""

_TEXTS_AT_FIRST = 2
"""Texts whose holders are looked at first: a description may be that of hundreds of parameters, or of one."""

_MOST_OWNERS = 60
"""Classes that a query may name beside the words of a text; more are no name but a word like "encoder"."""


@dataclass(frozen=True, slots=True)
class TextSearch:
    """Looks for a query in the texts of a release.

    Attributes:
        connection: Connection to read from.
        fulltext: Search index of this kind of database.
        scope: Whose texts count.
        words: Words of the query.
        ranking: Knows which of the words a name has.
        limit: Number of hits that are enough.
    """

    connection: Connection
    fulltext: FullText
    scope: Scope
    words: Sequence[QueryWord]
    ranking: Ranking
    limit: int

    def with_every_word(self) -> Iterator[Found]:
        """Holders of texts that have every word."""
        return self._search(self.words, self.scope, every=True, tier=TEXT)

    def of_owners(self, classes: Mapping[int, int]) -> Iterator[Found]:
        """Holders of texts that have every word but those that name their class ("rotary base of llama").

        Args:
            classes: Class → which words of the query it has, for those that have any.
        """
        groups: dict[int, list[int]] = defaultdict(list)
        for key, has in classes.items():
            if 0 < has < self.ranking.everything:
                groups[has].append(key)
        for has, keys in sorted(groups.items(), key=lambda group: -group[0].bit_count()):
            if len(keys) <= _MOST_OWNERS:
                words = [word for bit, word in enumerate(self.words) if not has >> bit & 1]
                yield from self._search(words, replace(self.scope, definitions=keys), every=True, tier=TEXT)

    def with_any_word(self) -> Iterator[Found]:
        """Holders of texts that have any of the words."""
        return self._search(self.words, self.scope, every=False, tier=ANY)

    def _search(self, words: Sequence[QueryWord], scope: Scope, *, every: bool, tier: int) -> Iterator[Found]:
        scores = self.fulltext.match(self.connection, words, scope, every=every, limit=_MOST_TEXTS)
        best = list(scores)
        count, start, size = 0, 0, _TEXTS_AT_FIRST
        while start < len(best) and count < self.limit:
            for hit in self._holders({key: scores[key] for key in best[start : start + size]}, scope, tier):
                count += 1
                yield hit
            start, size = start + size, 2 * size

    def _holders(self, scores: Mapping[int, float], scope: Scope, tier: int) -> Iterator[Found]:
        """What has the texts, within the scope."""
        # A description may be that of hundreds of parameters. Those whose class has no word of the query are equals.
        equals: dict[tuple[str, int | None], tuple[int, float]] = {}

        def rate(name: str, owner: str | None, _of: str | None, text_id: int | None) -> tuple[int, float]:
            if owner is not None and self.ranking.touches(owner):
                return rate_owned(name, owner, text_id)
            known = equals.get((name, text_id))
            if known is None:
                known = equals[name, text_id] = rate_owned(name, None, text_id)
            return known

        def rate_owned(name: str, owner: str | None, text_id: int | None) -> tuple[int, float]:
            score = scores.get(text_id or 0, 0.0)
            # Of two that say the same, the one is meant whose name has more of the words, and less beside them; of
            # two owners the one with less beside the words, since DiffLlama is not Llama.
            named = self.ranking.words_in(name, owner).bit_count() / len(self.words)
            own = self.ranking.share_asked(name)
            owned = self.ranking.share_asked(owner.removesuffix("Config")) if owner else 0.0
            return tier, (score / (1 + score) + named + own + owned / 4) / 3.25

        for kind in scope.kinds:
            statement = of_texts(kind, scores)
            if scope.definitions is not None:
                if kind not in ("config_class", "parameter"):
                    continue
                statement += f" AND p.definition_id IN ({listed(scope.definitions)})"
            yield from fetch(self.connection, kind, statement, {"release": scope.release}, rate)
