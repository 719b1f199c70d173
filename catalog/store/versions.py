"""The order of releases. Imports packaging only where there are several."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any


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
