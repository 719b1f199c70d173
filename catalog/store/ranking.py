"""The order of search hits: how well a name answers a query, the same on every database."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from catalog.store.fulltext import KINDS, Kind
from catalog.store.words import QueryWord, is_prefix, name_parts, name_words, squash, stemmed_parts

EXACT, PREFIX, NAME, NAMES, TEXT, ANY = 5, 4, 3, 2, 1, 0
"""How something was found: by its exact name, by the beginning of its name, by all words in its name, by all words
in its name and its owner's, by all words in its text, by any word."""

ALL_OF_A_MODEL = 100
"""Surplus of what was found by its owner's name alone: every parameter of Llama answers to "llama"."""


_ORDER = {kind: place for place, kind in enumerate(KINDS)}


@dataclass(slots=True)
class Found:
    """Something that answers a query.

    Attributes:
        kind: What it is.
        key: Key of its row; of a parameter, the keys of the definition and of the name.
        name: Its name.
        config_class: Class that it belongs to, or is.
        model_type: Model type of that class.
        text_id: Key of its description; ``None`` where it has none.
        tier: How it was found: :data:`EXACT` to :data:`ANY`.
        fraction: How well, within the tier: between 0 and 1.
    """

    kind: Kind
    key: tuple[int, ...]
    name: str
    config_class: str | None
    model_type: str | None
    text_id: int | None
    tier: int
    fraction: float

    @property
    def score(self) -> float:
        """What a person is shown; higher is better."""
        return round(self.tier + min(max(self.fraction, 0.0), 0.999), 6)


class Ranking:
    """Rates names for one query.

    Args:
        query: The query as it was typed.
        words: Its words.
    """

    def __init__(self, query: str, words: Sequence[QueryWord]) -> None:
        self._squashed = squash(query)
        # Every word to look for has a bit. A word of the query is there if its whole is, or all of its parts.
        bits: dict[str, int] = {}
        for word in words:
            for atom in (word.whole, *word.parts):
                bits.setdefault(atom, 1 << len(bits))
        self._bits = bits
        self._atoms = [(atom, bit, is_prefix(atom)) for atom, bit in bits.items()]
        self.everything = (1 << len(words)) - 1
        """:meth:`words_in` of a name that has every word of the query."""
        # The bits of the parts are different ones, so that their sum is their union.
        self._wanted = [(bits[word.whole], sum(bits[part] for part in word.parts)) for word in words]
        self._names: dict[str, tuple[int, int]] = {}

    def words_in(self, *names: str | None) -> int:
        """Which words of the query some names have together: one bit a word."""
        mask = 0
        for name in names:
            if name:
                mask |= self._name(name)[0]
        if not mask:
            return 0
        found = 0
        for place, (whole, parts) in enumerate(self._wanted):
            if mask & whole or mask & parts == parts:
                found |= 1 << place
        return found

    def touches(self, name: str) -> bool:
        """Whether a name may have a word of the query: false is certain, and far quicker than looking closely."""
        squashed = squash(name)
        return any(atom in squashed for atom in self._bits)

    def share_asked(self, name: str) -> float:
        """Share of a name's parts that the query asks for."""
        parts = len(name_parts(name))
        return 1 - self._name(name)[1] / parts if parts else 0.0

    def rate(self, kind: Kind, name: str, *owners: str | None) -> tuple[int, float] | None:
        """Tier and fraction of a name.

        Args:
            kind: What has the name.
            name: The name.
            owners: Names that it belongs to, each of which may help it to answer; none are needed.

        Returns:
            The rating; ``None`` where the names do not have all words of the query.
        """
        squashed = squash(name)
        begins = squashed.startswith(self._squashed)
        if begins and len(squashed) == len(self._squashed):
            return _rating(EXACT, 0)
        # A class answers to its model type as to its name.
        if kind == "config_class" and any(owner and squash(owner) == self._squashed for owner in owners):
            return _rating(EXACT, 0)
        surplus = self._name(name)[1]
        if begins:
            return _rating(PREFIX, surplus)
        if self.words_in(name) == self.everything:
            return _rating(NAME, surplus)
        within = [owner for owner in owners if owner and self.words_in(name, owner) == self.everything]
        if not within:
            return None
        if surplus == len(name_parts(name)):
            return _rating(NAMES, ALL_OF_A_MODEL)
        surplus += min(self._name(owner.removesuffix("Config"))[1] for owner in within)
        # "hidden size llama" names one parameter exactly; a name of its own that is the query still goes before it.
        return _rating(EXACT, 1) if surplus == 0 else _rating(NAMES, surplus)

    def _name(self, name: str) -> tuple[int, int]:
        """Which of the bits a name answers to, and how many of its parts were not asked for: llama is not llama4."""
        known = self._names.get(name)
        if known is None:
            squashed, words = squash(name), name_words(name)
            mask = 0
            for atom, bit, prefix in self._atoms:
                # Most names have no word of a query; whether its letters are there at all is told quickest.
                if atom in squashed and (any(word.startswith(atom) for word in words) if prefix else atom in words):
                    mask |= bit
            surplus = len(name_parts(name))
            if mask:
                for part, stemmed in stemmed_parts(name):
                    surplus -= part in self._bits or stemmed in self._bits
            known = self._names[name] = mask, surplus
        return known


def best_of(found: Iterable[Found], popularity: Mapping[str, int], limit: int) -> list[Found]:
    """The best hits, best first.

    Args:
        found: All hits.
        popularity: Config class → number of its architectures, which decides between equals.
        limit: Largest number of hits.
    """

    def place(hit: Found) -> tuple[int, float, int, int, str, str]:
        owner = hit.config_class or ""
        return -hit.tier, -hit.fraction, _ORDER[hit.kind], -popularity.get(owner, 0), owner, hit.name

    return heapq.nsmallest(limit, found, key=place)


def _rating(tier: int, surplus: int) -> tuple[int, float]:
    return tier, 1 / (2 + surplus)
