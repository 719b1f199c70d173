"""Names that a misspelt one probably means."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.store.words import squash

_LIMIT = 5
_CUTOFF = 70.0
"""Similarity below which a name is no help, of 100."""

_MARGIN = 12.0
"""Names that are this much less similar than the best one are left out."""


def suggest(text: str, names: Iterable[str], *, limit: int = _LIMIT) -> tuple[str, ...]:
    """Find the names that a misspelt one probably means.

    Args:
        text: What was typed.
        names: The names that exist.
        limit: Largest number of suggestions.

    Returns:
        Names, most similar first; case and separators do not count.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - needed only where a name is wrong

    asked = squash(text[:200])
    if not asked:
        return ()
    squashed = {name: squash(name) for name in names}
    found = process.extract(asked, squashed, scorer=fuzz.ratio, limit=4 * limit, score_cutoff=_CUTOFF)
    ordered = sorted(found, key=lambda hit: (-hit[1], hit[2]))
    return tuple(name for _, score, name in ordered if score >= ordered[0][1] - _MARGIN)[:limit]
