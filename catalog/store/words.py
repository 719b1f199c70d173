"""How text becomes words: one function for what is written into the search index and for what is asked of it.

Parts of identifiers count as words: ``rope_theta`` is found by "rope", "theta", "rope_theta" and "ropetheta",
``Wav2Vec2Config`` by "wav2vec2", "wav2vec", "vec2" and "config". Case and accents do not count.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

MAX_QUERY_LENGTH = 1000
"""Characters of a query that count."""

MAX_QUERY_WORDS = 12
"""Words of a query that count."""

_MAX_WORD_LENGTH = 64
_CHUNK = re.compile(r"\w+")
# XLMRoberta → XLM Roberta, numHeads → num Heads, Wav2Vec2 → Wav2 Vec2
_PARTS = re.compile(r"[A-Z]+(?![a-z])\d*|[A-Z]?[^\W\dA-Z_]+\d*|\d+|[^\W_]")
_SEPARATORS = re.compile(r"[\W_]+")
_LETTERS_DIGITS = re.compile(r"([^\W\d_]+)(\d+)")
_STOPWORDS = frozenset(
    word
    for line in (
        "a an and are as at be by do does for from has have how in into is it its of on or that the their this to used",
        "was what when where which with",
        "config configuration",  # every class is one
    )
    for word in line.split()
)


_SHORT_FORMS = {
    "coefficient": "coef",
    "dimension": "dim",
    "embedding": "embed",
    "epsilon": "eps",
    "frequency": "freq",
    "maximum": "max",
    "normalization": "norm",
    "number": "num",
    "probability": "prob",
    "projection": "proj",
    "vocabulary": "vocab",
}
"""Words that names of parameters cut short, each to a beginning of the word, so that it still finds the long form."""


@dataclass(frozen=True, slots=True)
class QueryWord:
    """One word of a query.

    Attributes:
        whole: The word without its separators: ``ropetheta``.
        parts: Its parts, ready to be matched: ``("rope", "theta")``.
    """

    whole: str
    parts: tuple[str, ...]


def fold(text: str) -> str:
    """Take away case and accents."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


@functools.lru_cache(maxsize=100_000)
def squash(text: str) -> str:
    """The letters and digits of a name, folded: ``num_key_value_heads`` → ``numkeyvalueheads``."""
    folded = fold(text)
    if folded.isalnum():
        return folded
    return _SEPARATORS.sub("", folded)


@functools.lru_cache(maxsize=100_000)
def name_parts(name: str) -> tuple[str, ...]:
    """Parts of one identifier, each once: ``Wav2Vec2Config`` → ``("wav2", "vec2", "config")``."""
    parts = (squash(part)[:_MAX_WORD_LENGTH] for part in _PARTS.findall(name))
    return tuple(dict.fromkeys(part for part in parts if part))


@functools.lru_cache(maxsize=100_000)
def name_words(name: str) -> tuple[str, ...]:
    """Words of one identifier: its parts, letters and digits of a part alone, and the whole."""
    found: dict[str, None] = {}
    for part in name_parts(name):
        found[part] = None
        if (split := _LETTERS_DIGITS.fullmatch(part)) is not None:
            found.update(dict.fromkeys(split.groups()))
    whole = squash(name)[:_MAX_WORD_LENGTH]
    return tuple(found) if not whole or whole in found else (*found, whole)


@functools.lru_cache(maxsize=100_000)
def stemmed_parts(name: str) -> tuple[tuple[str, str], ...]:
    """Parts of one identifier, each with its :func:`stem`."""
    return tuple((part, stem(part)) for part in name_parts(name))


def text_words(text: str) -> list[str]:
    """Words of a text, in its order; identifiers within it give their parts as well."""
    words: list[str] = []
    for chunk in _CHUNK.findall(text):
        words.extend(name_words(chunk))
    return words


def query_words(query: str) -> tuple[QueryWord, ...]:
    """Words of a query, each once; words that say nothing are left out where others remain.

    Args:
        query: Anything a person types; never an error.

    Returns:
        At most :data:`MAX_QUERY_WORDS` words; none where the query holds no letter or digit.
    """
    found: dict[str, QueryWord] = {}
    for chunk in _CHUNK.findall(query[:MAX_QUERY_LENGTH]):
        whole = squash(chunk)[:_MAX_WORD_LENGTH]
        if whole and whole not in found:
            parts = tuple(dict.fromkeys(map(stem, name_parts(chunk))))
            found[whole] = QueryWord(stem(whole), parts or (stem(whole),))
    telling = [word for whole, word in found.items() if whole not in _STOPWORDS]
    return tuple((telling or list(found.values()))[:MAX_QUERY_WORDS])


def says_something(word: QueryWord) -> bool:
    """Whether a word tells texts apart: "the" is in most of them."""
    return word.whole not in _STOPWORDS


def stem(word: str) -> str:
    """Take the plural off, and cut a word as names of parameters do ("number" is ``num``).

    What is left is matched as a prefix, so that "heads" finds "head" and the reverse.
    """
    singular = _singular(word)
    return _SHORT_FORMS.get(singular, singular)


def _singular(word: str) -> str:
    if len(word) <= 3 or not word.endswith("s"):
        return word
    if word.endswith("ies"):
        return word[:-3]
    if word.endswith("sses"):
        return word[:-2]
    return word if word.endswith(("ss", "us", "is")) else word[:-1]


def is_prefix(word: str) -> bool:
    """Whether a word of a query also stands for longer words: numbers and very short words do not."""
    return len(word) > 2 and not word.isdigit()


def matches(word: str, candidate: str) -> bool:
    """Whether a word of a query stands for a word of the index."""
    return candidate.startswith(word) if is_prefix(word) else candidate == word
