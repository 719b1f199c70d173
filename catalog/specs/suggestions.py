"""Names that a misspelt one was probably meant to be.

Parameter names are words joined by underscores, so likeness is judged twice: letter by letter (the optimal string
alignment distance: insert, drop, replace, swap neighbours), and word by word (``hidden_layers_num`` has the words of
``num_hidden_layers``). No library is needed: comparing lengths and letters first leaves few candidates to align.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")

# Cyrillic and Greek letters that look like Latin ones in most fonts: they come in with pasted text, and no reader sees
# them.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕԁһԛԝαοινυκρτ", "aeopcyxijsdhqwaoivukpt")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How close a candidate is.

    Attributes:
        name: The candidate.
        distance: 0 where only case and separators differ, else the number of letters to change (0.5 where the words
            are the same in another order or number).
    """

    name: str
    distance: float


def words(name: str) -> list[str]:
    """The words of a name, in lower case: ``hidden-Size`` → ``["hidden", "size"]``."""
    return [word.lower() for word in _WORDS.findall(_latin(name))]


def squashed(name: str) -> str:
    """A name without case and separators, in Latin letters as far as others look like them."""
    return "".join(character for character in _latin(name).lower() if character.isalnum())


def nearest(name: str, candidates: Iterable[str], *, limit: int = 3, tolerance: float | None = None) -> list[Likeness]:
    """The candidates that resemble a name, best first.

    Args:
        name: What was written.
        candidates: What could have been meant.
        limit: How many to give at most.
        tolerance: Largest distance that counts; by default one that grows with the length of the name.

    Returns:
        The likenesses, by distance and then by name.
    """
    wanted = squashed(name)
    if not wanted:
        return []
    largest = tolerance_for(wanted) if tolerance is None else tolerance
    wanted_words = _word_set(name)
    letters = _letters(wanted)
    found = []
    for candidate in candidates:
        if candidate == name:
            continue
        other = squashed(candidate)
        if other == wanted:
            found.append(Likeness(candidate, 0))
        elif abs(len(other) - len(wanted)) <= 3 and _word_set(candidate) == wanted_words:
            found.append(Likeness(candidate, 0.5))
        elif abs(len(other) - len(wanted)) <= largest and _unlike(letters, _letters(other)) <= 2 * largest:
            distance = alignment_distance(wanted, other, int(largest))
            if distance <= largest:
                found.append(Likeness(candidate, distance))
    found.sort(key=lambda likeness: (likeness.distance, likeness.name))
    return found[:limit]


def tolerance_for(name: str) -> int:
    """How many letters of a name may be wrong: none of three, one of six, two of eleven, three beyond."""
    length = len(name)
    return 0 if length <= 3 else 1 if length <= 6 else 2 if length <= 11 else 3


def clear_winner(found: list[Likeness]) -> str | None:
    """The candidate that is meant beyond doubt; ``None`` where another one is nearly as close."""
    if not found:
        return None
    best = found[0]
    if best.distance > 2 or (len(found) > 1 and found[1].distance - best.distance < 1):
        return None
    return best.name if best.distance <= 1 or len(best.name) >= 9 else None


def alignment_distance(left: str, right: str, largest: int) -> int:
    """Optimal string alignment distance of two strings, or `largest` + 1 where it is greater."""
    if abs(len(left) - len(right)) > largest:
        return largest + 1
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for row, letter in enumerate(left, start=1):
        current = [row]
        for column, other in enumerate(right, start=1):
            cost = min(previous[column] + 1, current[-1] + 1, previous[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > largest:
            return largest + 1
        before, previous = previous, current
    return min(previous[-1], largest + 1)


def either(names: Iterable[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    listed = list(names)
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} or {listed[-1]}"


def quoted(names: Iterable[str]) -> str:
    """``'a'``, ``'a' or 'b'``, ``'a', 'b' or 'c'``."""
    return either(f"'{name}'" for name in names)


def both(names: Iterable[str]) -> str:
    """``'a'``, ``'a' and 'b'``, ``'a', 'b' and 'c'``."""
    listed = [f"'{name}'" for name in names]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def _latin(name: str) -> str:
    """A name with plain letters in place of those that only look like them."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name).translate(_LOOK_ALIKES)


def _word_set(name: str) -> tuple[str, ...]:
    """The words in a fixed order, each without its plural."""
    return tuple(sorted(word[:-1] if len(word) > 3 and word.endswith("s") else word for word in words(name)))


def _letters(name: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    for letter in name:
        counts[letter] = counts.get(letter, 0) + 1
    return counts


def _unlike(left: dict[str, int], right: dict[str, int]) -> int:
    """Letters that one has and the other has not, counted with repeats."""
    return sum(abs(left.get(letter, 0) - right.get(letter, 0)) for letter in {*left, *right})
