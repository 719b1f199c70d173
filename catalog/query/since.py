"""Since when a class has its parameters, as far as the cataloged releases tell."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from catalog.query.assemble import BASE_NAMES

if TYPE_CHECKING:
    from catalog.store import Store
    from catalog.store.rows import TimelineEntry

FIRST_RELEASE = "2.0.0"
"""The first release under the name transformers: nothing is older."""


def since_of(store: Store, class_name: str, release: str) -> dict[str, str]:
    """The release from which on a class has each of its parameters without interruption.

    Args:
        store: The catalog's store.
        class_name: The class.
        release: The release that is looked at.

    Returns:
        Parameter → release, those of the common base class included. A parameter that the oldest cataloged release
        has already is left out: it may be older.
    """
    releases = [info.version for info in reversed(store.releases())]
    if len(releases) < 2:
        return {}
    common = [entry for name in BASE_NAMES for entry in store.timeline(name)]
    own = store.timeline(class_name)
    names = store.parameters_of({entry.definition for entry in (*common, *own)})
    now = next((names.get(entry.definition, frozenset()) for entry in own if entry.release == release), frozenset())
    of_base = walk_back(releases, common, names, release=release)
    inherited = {name: version for name, version in of_base.items() if name not in now}
    return inherited | walk_back(releases, own, names, release=release)


def walk_back(
    releases: Sequence[str],
    timeline: Iterable[TimelineEntry],
    names: Mapping[int, frozenset[str]],
    *,
    release: str,
) -> dict[str, str]:
    """Walk from a release to older ones, and note where each parameter came.

    Args:
        releases: All cataloged releases, oldest first. Single files among them have no place in the order.
        timeline: The releases that have the class, with the key of its definition in each.
        names: Key of a definition → its parameters.
        release: The release to start from.

    Returns:
        Parameter → the oldest release of the unbroken run that ends at `release`.
    """
    sets = {entry.release: names.get(entry.definition, frozenset()) for entry in timeline}
    order = [version for version in releases if not version.startswith("file:")]
    if release not in order:
        return {}
    older = order[order.index(release) :: -1]
    found: dict[str, str] = {}
    pending = set(sets.get(release, ()))
    for version, before in itertools.pairwise(older):
        gone = pending - sets.get(before, frozenset())
        found.update(dict.fromkeys(gone, version))
        pending -= gone
    if older[-1] == FIRST_RELEASE:
        found.update(dict.fromkeys(pending, FIRST_RELEASE))
    return found
