"""The order of search hits: how well a name answers a query, the same on every database."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.store.fulltext import KINDS, Kind
from catalog.store.words import QueryWord, matches, name_parts, name_words, squash, stem

EXACT, PREFIX, NAME, NAMES, TEXT, ANY = 5, 4, 3, 2, 1, 0
"""How something was found: by its exact name, by the beginning of its name, by all words in its name, by all words
in its name and its owner's, by all words in its text, by any word."""

_ALL_OF_A_MODEL = 100
"""Surplus of what was found by its owner's name alone: every parameter of Llama answers to "llama"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that may be a hit.

    Attributes:
        kind: What it is.
        row: Key of its row.
        name: Its name.
        config_class: Class that it belongs to, or is.
        model_type: Model type of that class.
        tier: How the database found it.
        score: What the full-text index thinks of it; comparable within a tier.
    """

    kind: Kind
    row: int
    name: str
    config_class: str | None
    model_type: str | None
    tier: int
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate with its place: `key` sorts the best first, `score` is what a person is shown."""

    candidate: Candidate
    score: float
    key: tuple[float, int, int, str, str]


class Ranking:
    """Ranks candidates for one query.

    Args:
        query: The query as it was typed.
        words: Its words.
        popularity: Config class → number of its architectures, which decides between equals.
    """

    def __init__(self, query: str, words: Sequence[QueryWord], popularity: Mapping[str, int]) -> None:
        self._squashed = squash(query)
        self._popularity = popularity
        # Every word to look for has a bit. A word of the query is there if its whole is, or all of its parts.
        bits: dict[str, int] = {}
        for word in words:
            for atom in (word.whole, *word.parts):
                bits.setdefault(atom, 1 << len(bits))
        self._bits = bits
        self._wanted = [(bits[word.whole], _union(bits[part] for part in word.parts)) for word in words]
        self._masks: dict[str, int] = {}
        self._names: dict[str, tuple[int, int]] = {}

    def rank(self, candidate: Candidate) -> Ranked:
        """Give a candidate its place."""
        tier, surplus = self._rate(candidate)
        fraction = 1 / (2 + surplus) if tier >= NAMES else candidate.score / (1 + candidate.score)
        score = round(tier + min(max(fraction, 0.0), 0.999), 6)
        popularity = self._popularity.get(candidate.config_class or "", 0)
        place = (-score, KINDS.index(candidate.kind), -popularity, candidate.config_class or "", candidate.name)
        return Ranked(candidate, score, place)

    def _rate(self, candidate: Candidate) -> tuple[int, int]:
        """Tier, and number of parts of the names that were not asked for."""
        squashed = squash(candidate.name)
        is_model = candidate.kind in ("model_type", "config_class")
        if squashed == self._squashed or (is_model and squash(candidate.model_type or "") == self._squashed):
            return EXACT, 0
        mask, surplus = self._name(candidate.name)
        if squashed.startswith(self._squashed):
            return PREFIX, surplus
        if self._has_all(mask):
            return NAME, surplus
        owners = [owner for owner in (candidate.model_type, candidate.config_class) if owner]
        within = [owner for owner in owners if self._has_all(mask | self._name(owner)[0])]
        if not within:
            return candidate.tier, 0
        if surplus == len(name_parts(candidate.name)):
            return NAMES, _ALL_OF_A_MODEL
        surplus += min(self._name(owner.removesuffix("Config"))[1] for owner in within)
        # "hidden size llama" names one parameter exactly; a name of its own that is the query still goes before it.
        return (EXACT, 1) if surplus == 0 else (NAMES, surplus)

    def _has_all(self, mask: int) -> bool:
        return all(mask & whole or mask & parts == parts for whole, parts in self._wanted)

    def _name(self, name: str) -> tuple[int, int]:
        """Which of the bits a name answers to, and how many of its parts were not asked for: llama is not llama4."""
        if name not in self._names:
            mask = _union(map(self._mask, name_words(name)))
            surplus = sum(part not in self._bits and stem(part) not in self._bits for part in name_parts(name))
            self._names[name] = mask, surplus
        return self._names[name]

    def _mask(self, word: str) -> int:
        if word not in self._masks:
            self._masks[word] = _union(bit for atom, bit in self._bits.items() if matches(atom, word))
        return self._masks[word]


def _union(bits: Iterable[int]) -> int:
    return functools.reduce(operator.or_, bits, 0)


def best_of(ranking: Ranking, candidates: Iterable[Candidate], limit: int) -> list[Ranked]:
    """The best candidates, best first."""
    return sorted(map(ranking.rank, candidates), key=lambda ranked: ranked.key)[:limit]
