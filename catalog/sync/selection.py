"""Which published releases are meant: by name, or a span of versions."""

from __future__ import annotations

from collections.abc import Sequence

from packaging.version import InvalidVersion, Version

from catalog.errors import NotFoundError, UsageError


def select_releases(
    available: Sequence[str], *, names: Sequence[str] = (), since: str | None = None, until: str | None = None
) -> tuple[str, ...]:
    """Pick releases.

    Args:
        available: All published releases.
        names: Releases wanted by name; a name of fewer parts stands for its newest patch (``"4.39"`` for 4.39.3).
        since: First release of a span, included; ``None`` for no bound.
        until: Last release of a span, included; ``"4.39"`` includes its patches.

    Returns:
        Releases, oldest first, without repeats. Without `names` the whole span.

    Raises:
        NotFoundError: If a named release was never published.
        UsageError: If a version cannot be read.
    """
    versions = {Version(text): text for text in available}
    if names:
        chosen = {_named(name, versions) for name in names}
    else:
        first = Version("0") if since is None else _version(since)
        chosen = {version for version in versions if version >= first and _is_up_to(version, until)}
    return tuple(versions[version] for version in sorted(chosen))


def _is_up_to(version: Version, until: str | None) -> bool:
    if until is None:
        return True
    last = _version(until)
    return version <= last or version.release[: len(last.release)] == last.release


def _named(name: str, versions: dict[Version, str]) -> Version:
    wanted = _version(name)
    if len(wanted.release) < 3:
        patches = [version for version in versions if version.release[: len(wanted.release)] == wanted.release]
        if patches:
            return max(patches)
    elif wanted in versions:
        return wanted
    near = sorted(versions, key=lambda v: _distance(v, wanted))[:3]
    raise NotFoundError(
        "transformers release", name, where="in the package index", suggestions=tuple(versions[v] for v in near)
    )


def _distance(left: Version, right: Version) -> tuple[int, ...]:
    pairs = zip((*left.release, 0, 0)[:3], (*right.release, 0, 0)[:3], strict=True)
    return tuple(abs(a - b) for a, b in pairs)


def _version(text: str) -> Version:
    try:
        return Version(text)
    except InvalidVersion as error:
        raise UsageError(f"{text!r} is no version.", remedy="Give one such as 4.39.3.") from error
