"""Versions as users write them: spans, and the order of what is cataloged."""

from __future__ import annotations

from collections.abc import Sequence

from catalog.errors import UsageError
from catalog.store.versions import cataloged, version_key

__all__ = ["cataloged", "numbered", "within"]


def numbered(versions: Sequence[str]) -> tuple[str, ...]:
    """The releases of some cataloged sources, oldest first; single files have no place in their order."""
    return tuple(sorted((version for version in versions if version_key(version)[0]), key=version_key))


def within(version: str, since: str | None, until: str | None) -> bool:
    """True where a release lies in a span whose ends count; ``"4.39"`` as its last one includes the patches.

    Raises:
        UsageError: If a bound is no version.
    """
    if since is not None and version_key(version) < _bound(since):
        return False
    return until is None or version_key(version) <= _bound(until) or version.startswith(f"{until.strip()}.")


def _bound(text: str) -> tuple[bool, object]:
    key = version_key(text.strip())
    if not key[0]:
        raise UsageError(f"{text!r} is no version.", remedy="Give one such as 4.39.3.")
    return key
