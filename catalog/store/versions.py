"""The order of releases. Imports packaging only where there are several."""

from __future__ import annotations

import bisect
import functools
from collections.abc import Collection, Iterable
from typing import Any

from catalog.errors import NotCatalogedError


@functools.lru_cache(maxsize=4096)
def version_key(version: str) -> tuple[bool, Any]:
    """Sorts versions as packaging does; what is no version comes before all that are."""
    from packaging.version import InvalidVersion, Version  # noqa: PLC0415 - costs milliseconds

    try:
        return (True, Version(version))
    except InvalidVersion:
        return (False, version)


def newest_first(versions: Iterable[str]) -> list[str]:
    """Versions, the newest first."""
    return sorted(versions, key=version_key, reverse=True)


def similar(version: str, versions: Iterable[str], *, limit: int = 3) -> tuple[str, ...]:
    """The versions that were probably meant: those of the same series, the newest first; else the newest of all."""
    wanted = version.split(".")

    def shared(other: str) -> int:
        pairs = zip(wanted, other.split("."), strict=False)
        return next((place for place, (one, two) in enumerate(pairs) if one != two), len(wanted))

    return tuple(sorted(newest_first(versions), key=shared, reverse=True)[:limit])


def newest(versions: Collection[str]) -> str:
    """The newest of some versions, of which there is at least one."""
    return next(iter(versions)) if len(versions) == 1 else max(versions, key=version_key)


def cataloged(wanted: str, versions: Iterable[str]) -> str:
    """The cataloged release that is meant.

    Args:
        wanted: A version; ``"4.39"`` stands for its newest cataloged patch.
        versions: All cataloged releases.

    Raises:
        NotCatalogedError: If it is not cataloged.
    """
    wanted, versions = wanted.strip(), tuple(versions)
    if wanted in versions:
        return wanted
    patches = [version for version in versions if version.startswith(f"{wanted}.")]
    if patches and wanted:
        return newest(patches)
    raise NotCatalogedError(wanted, near=_near(wanted, versions))


def _near(wanted: str, versions: Iterable[str]) -> tuple[str, ...]:
    """The cataloged releases just before and after a version."""
    key = version_key(wanted)
    if not key[0]:
        return similar(wanted, versions)
    order = tuple(sorted((v for v in versions if version_key(v)[0]), key=version_key))
    place = bisect.bisect([version_key(version) for version in order], key)
    return order[max(place - 1, 0) : place + 1]
