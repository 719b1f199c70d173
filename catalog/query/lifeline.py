"""A class through the cataloged releases, also under the names it had before and has had since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from catalog.history import Appearance, public_parameters
from catalog.history.pairing import Pair, pair_classes
from catalog.query.assemble import BASE_NAMES

if TYPE_CHECKING:
    from catalog.records import ConfigClass
    from catalog.store import Store

_KEPT = 2000
"""Definitions that are kept for the next question, at most."""

Line = Mapping[str, int]
"""Release → key of the class's definition there, for the releases that have it."""


class Lifelines:
    """Follows classes through a sequence of releases. What is read of the database is read once.

    Attributes:
        store: The catalog's store.
        releases: The releases to look at, in order.
    """

    def __init__(self, store: Store, releases: Sequence[str]) -> None:
        self.store = store
        self.releases = tuple(releases)
        self._definitions: dict[int, ConfigClass] = {}
        self._base: Line | None = None
        self._whole: Lifelines | None = None

    def among(self, releases: Sequence[str]) -> Lifelines:
        """The same for some of the releases only; what is read for either is read for both."""
        some = Lifelines(self.store, releases)
        some._whole = self  # its own class
        some._definitions = self._definitions
        return some

    @property
    def base(self) -> Line:
        """The common base class, which changed its name with version 5."""
        if self._base is None and self._whole is not None:
            whole = self._whole.base
            self._base = {release: whole[release] for release in self.releases if release in whole}
        if self._base is None:
            found = {release: key for name in BASE_NAMES for release, key in self._own(name).items()}
            self._base = found
        return self._base

    def of(self, name: str) -> Line:
        """The releases that have a class, under this name or, where it was renamed, another one."""
        if name in BASE_NAMES:
            return self.base
        line = self._own(name)
        if not line:
            return self._under_another_name(name)
        self._read(set(line.values()))
        for step in (1, -1):
            self._extend(line, step)
        return line

    def appearances(self, line: Line) -> list[Appearance]:
        """A class in every release, with the common base where its definition is another than in the release before."""
        keys = [line.get(release) for release in self.releases]
        changes = {
            place
            for place, key in enumerate(keys)
            if key is not None and (keys[place - 1 : place] != [key] or keys[place + 1 : place + 2] != [key])
        }
        bases = {place: self.base[self.releases[place]] for place in changes if self.releases[place] in self.base}
        self._read({*line.values(), *bases.values()})
        return [
            Appearance(
                release=release,
                config=None if key is None else self._definitions[key],
                base=self._definitions[bases[place]] if place in bases else None,
            )
            for place, (release, key) in enumerate(zip(self.releases, keys, strict=True))
        ]

    def parameters_of(self, line: Line) -> dict[int, frozenset[str]]:
        """Names of the parameters of each definition of a class, by key."""
        self._read(set(line.values()))
        return {key: frozenset(public_parameters(self._definitions[key])) for key in set(line.values())}

    def definition(self, key: int) -> ConfigClass:
        """A definition by its key."""
        self._read({key})
        return self._definitions[key]

    def _under_another_name(self, name: str) -> Line:
        """A class that none of the releases has under this name; the one it was or became, where they have that."""
        if self._whole is None:
            return {}
        whole = self._whole.of(name)
        return {release: whole[release] for release in self.releases if release in whole}

    def _own(self, name: str) -> dict[str, int]:
        found = {entry.release: entry.definition for entry in self.store.timeline(name)}
        return {release: found[release] for release in self.releases if release in found}

    def _read(self, keys: set[int]) -> None:
        if len(self._definitions) > _KEPT:
            for key in [key for key, item in self._definitions.items() if key not in keys and not item.is_base]:
                del self._definitions[key]
        missing = keys - self._definitions.keys()
        if missing:
            self._definitions.update(self.store.definitions(missing))

    def _extend(self, line: dict[str, int], step: int) -> None:
        """Go on where the class ends, forwards or backwards, as long as it goes on under another name."""
        seen: set[str] = set()
        while line:
            order = self.releases if step == 1 else self.releases[::-1]
            places = [place for place, release in enumerate(order) if release in line]
            if places[-1] + 1 >= len(order):
                return
            here, there = order[places[-1]], order[places[-1] + 1]
            known = self.definition(line[here])
            seen.add(known.name)
            older, newer = (here, there) if step == 1 else (there, here)
            pair = self._pair(known, older, newer)
            other = None if pair is None else (pair.new if step == 1 else pair.old)
            if other is None or other.name in seen:
                return
            beyond = set(order[places[-1] + 1 :])
            line.update({release: key for release, key in self._own(other.name).items() if release in beyond})

    def _pair(self, known: ConfigClass, older: str, newer: str) -> Pair | None:
        """The pair of a class and what it is called in the neighbouring release."""
        if known.model_type is None:
            return None
        names: dict[str, set[str]] = {older: set(), newer: set()}
        for use in self.store.classes_called(known.model_type):
            if use.how == "declared" and use.release in names:
                names[use.release].add(use.config_class)
        gone, came = names[older] - names[newer], names[newer] - names[older]
        if not (gone and came):
            return None
        pairs = pair_classes(self._records(gone, older), self._records(came, newer))
        return next((p for p in pairs if known in (p.old, p.new)), None)

    def _records(self, names: set[str], release: str) -> dict[str, ConfigClass]:
        found = {}
        for name in names:
            key = self._own(name).get(release)
            if key is not None:
                found[name] = self.definition(key)
        return found
