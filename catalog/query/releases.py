"""Versions as users write them: spans, short forms, what is cataloged."""

from __future__ import annotations

import bisect
from collections.abc import Sequence

from catalog.errors import NotCatalogedError, UsageError
from catalog.store.versions import newest, similar, version_key


def numbered(versions: Sequence[str]) -> tuple[str, ...]:
    """The releases of some cataloged sources, oldest first; single files have no place in their order."""
    return tuple(sorted((version for version in versions if version_key(version)[0]), key=version_key))


def cataloged(wanted: str, versions: Sequence[str]) -> str:
    """The cataloged release that is meant.

    Args:
        wanted: A version; ``"4.39"`` stands for its newest cataloged patch.
        versions: All cataloged releases.

    Raises:
        NotCatalogedError: If it is not cataloged.
    """
    wanted = wanted.strip()
    if wanted in versions:
        return wanted
    patches = [version for version in versions if version.startswith(f"{wanted}.")]
    if patches and wanted:
        return newest(patches)
    raise NotCatalogedError(wanted, near=_near(wanted, versions))


def _near(wanted: str, versions: Sequence[str]) -> tuple[str, ...]:
    """The cataloged releases just before and after a version."""
    key = version_key(wanted)
    if not key[0]:
        return similar(wanted, versions)
    order = numbered(versions)
    place = bisect.bisect([version_key(version) for version in order], key)
    return order[max(place - 1, 0) : place + 1]


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
