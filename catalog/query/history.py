"""The part of the catalog that compares releases."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from catalog.errors import NoEarlierReleaseError, NotFoundError, UsageError
from catalog.history import Change, class_history, diff_classes, parameter_history
from catalog.query.lifeline import Lifelines, Line
from catalog.query.names import closest
from catalog.query.naming import class_called, not_found
from catalog.query.releases import cataloged, numbered, within
from catalog.query.session import Session
from catalog.query.since import FIRST_RELEASE
from catalog.records import ConfigClass

if TYPE_CHECKING:
    from catalog.store.rows import ClassEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Changelog:
    """What a release changed.

    Attributes:
        release: The release.
        against: The release that it is compared with.
        released: When `release` was published (ISO 8601), where that is known.
        against_released: When `against` was published.
        changes: The changes, by class.
    """

    release: str
    against: str
    released: str | None
    against_released: str | None
    changes: tuple[Change, ...]


class History(Session):
    """Tells what changed from release to release."""

    def history(self, name: str, *, since: str | None = None, until: str | None = None) -> tuple[Change, ...]:
        """The changes of a class, or of one parameter, over the cataloged releases.

        Args:
            name: A class as :meth:`catalog.query.Catalog.config` takes it, also one of older releases; with a dot and
                a parameter's name, also a former one, that parameter alone (``"bert.position_embedding_type"``).
            since: Only changes of this release and later ones.
            until: Only changes up to this release; ``"4.39"`` includes its patches.

        Returns:
            The changes, oldest first. What the oldest cataloged release has already may be older, so it is no
            change, unless that is the first release there ever was.

        Raises:
            NotFoundError: If no cataloged release has such a class, or the class never had such a parameter.
            UsageError: If a version cannot be read, or several classes share the model type.
        """
        lines = self._lifelines()
        oldest = lines.releases[0] if lines.releases else None
        return tuple(
            change
            for change in _history_of(name, lines)
            if within(change.release, since, until) and (change.release != oldest or oldest == FIRST_RELEASE)
        )

    def diff(self, old: str, new: str, name: str | None = None) -> tuple[Change, ...]:
        """The changes from one release to another.

        Args:
            old: A cataloged release; ``"4.39"`` stands for its newest cataloged patch.
            new: Another one, later or earlier.
            name: Only this class, under its name in either release, or only this parameter of it
                (``"llama.rope_theta"``); ``None`` compares all classes.

        Returns:
            The changes, by class; those of a class itself come before those of its parameters.

        Raises:
            NotFoundError: If a release is not cataloged, or neither has such a class or parameter.
            UsageError: If several classes share the model type.
        """
        before, after = self.cataloged(old), self.cataloged(new)
        if name is None:
            return self._diff_all(before, after)
        changes = _history_of(name, self._lifelines().among((before, after)))
        return tuple(change for change in changes if change.release == after and before != after)

    def changelog(self, release: str | None = None, against: str | None = None) -> Changelog:
        """What a release changed.

        Args:
            release: A cataloged release; ``None`` takes the newest one.
            against: The release to compare with; ``None`` takes the cataloged one before it.

        Returns:
            The changes, and what they are of.

        Raises:
            NotFoundError: If a release is not cataloged, or none before it is.
        """
        order = numbered([info.version for info in self.releases()])
        version = self._release(None).version if release is None else self.cataloged(release)
        earlier = order[: order.index(version)] if version in order else ()
        if against is None and not earlier:
            raise NoEarlierReleaseError(version)
        other = earlier[-1] if against is None else self.cataloged(against)
        dates = {info.version: info.released for info in self.releases()}
        return Changelog(
            release=version,
            against=other,
            released=dates[version],
            against_released=dates[other],
            changes=self._diff_all(other, version),
        )

    def cataloged(self, release: str) -> str:
        """The cataloged release that is meant: ``"4.39"`` stands for its newest cataloged patch.

        Raises:
            NotFoundError: If it is not cataloged; the remedy names the command that catalogs it.
        """
        versions = tuple(self._store.fingerprints())
        return cataloged(release, versions) if versions else self._release(release).version

    def _lifelines(self) -> Lifelines:
        """All releases, with what was read for former questions, as long as the catalog holds the same."""
        content = self._store.fingerprints()
        if self._kept_lifelines is None or self._kept_lifelines[0] != content:
            self._kept_lifelines = (content, Lifelines(self._store, numbered(tuple(content))))
        return self._kept_lifelines[1]

    _kept_lifelines: tuple[dict[str, str], Lifelines] | None = None

    def _diff_all(self, old: str, new: str) -> tuple[Change, ...]:
        """Compare all classes; of those with one definition in both releases none is read but the common base."""
        before = {entry.name: entry for entry in self._store.class_entries(old)}
        after = {entry.name: entry for entry in self._store.class_entries(new)}
        same = {name for name in before.keys() & after.keys() if before[name].definition == after[name].definition} - {
            name for name, entry in before.items() if entry.is_base
        }
        return diff_classes(
            self._differing(before.values(), same, others=after.values()),
            self._differing(after.values(), same, others=before.values()),
            release=new,
        )

    def _differing(
        self, entries: Iterable[ClassEntry], same: set[str], *, others: Iterable[ClassEntry]
    ) -> list[ConfigClass]:
        """The records of classes that may differ. One that came or went alone is told by its name and module."""
        names = {entry.name for entry in others}
        model_types = {entry.model_type for entry in others} - {None}
        wanted = [entry for entry in entries if entry.name not in same]
        read = [entry for entry in wanted if entry.name in names or entry.is_base or entry.model_type in model_types]
        records = self._store.definitions(entry.definition for entry in read)
        return [
            records.get(entry.definition)
            or ConfigClass(
                name=entry.name, module=entry.module, model_type=entry.model_type, deprecated=entry.deprecated
            )
            for entry in wanted
        ]


def _history_of(name: str, lines: Lifelines) -> tuple[Change, ...]:
    class_name, rest = _split(name, lines)
    line = lines.of(class_name)
    while len(rest) > 1:
        class_name = _sub_config(class_name, rest[0], line, lines)
        line, rest = lines.of(class_name), rest[1:]
    if not line:
        where = f"in transformers {' or '.join(dict.fromkeys(lines.releases))}"
        raise NotFoundError("model", name, where=where)
    if not rest:
        return class_history(lines.appearances(line))
    return _parameter(class_name, rest[0], line, lines)


def _split(name: str, lines: Lifelines) -> tuple[str, list[str]]:
    """The class that the longest beginning of a dotted name means, and what follows."""
    parts = name.strip().split(".")
    for count in range(len(parts), 0, -1):
        found = class_called(lines.store, ".".join(parts[:count]))
        if found is not None:
            return found, parts[count:]
    raise not_found(lines.store, name if name.startswith("transformers.") or len(parts) == 1 else parts[0])


def _sub_config(class_name: str, name: str, line: Line, lines: Lifelines) -> str:
    """Class of a sub-config, as the newest release that has it fixes it."""
    for key in _newest_first(line):
        for sub in lines.definition(key).sub_configs:
            target = sub.config_class or (sub.model_type and class_called(lines.store, sub.model_type))
            if sub.name == name and target:
                return target
    raise UsageError(
        f"{class_name}.{name} is no sub-config whose class is fixed.", remedy="Name the class itself: CLASS.PARAM"
    )


def _parameter(class_name: str, name: str, line: Line, lines: Lifelines) -> tuple[Change, ...]:
    known = lines.parameters_of(line)
    names = frozenset[str]().union(*known.values())
    base = _base_parameter(name, line, lines, known) if line is not lines.base else None
    if name in names:
        own = parameter_history(lines.appearances(line), name)
        told = {change.release for change in own}
        return tuple(_in_order([*own, *(c for c in base or () if c.release not in told)], lines.releases))
    if base is not None:
        return base
    for key in _newest_first(line):
        target = lines.definition(key).attribute_map.get(name)
        if target in names:
            return parameter_history(lines.appearances(line), str(target))
    raise NotFoundError(
        "parameter",
        name,
        where=f"in {class_name} of any cataloged release" if len(lines.releases) > 2 else f"in {class_name}",
        suggestions=closest(name, names),
    )


def _base_parameter(
    name: str, line: Line, lines: Lifelines, known: dict[int, frozenset[str]]
) -> tuple[Change, ...] | None:
    """Changes of a parameter of the common base, as far as a class took it from there; ``None`` if it has none such."""
    having = lines.parameters_of(lines.base)
    if not any(name in names for names in having.values()):
        return None
    return tuple(
        change
        for change in parameter_history(lines.appearances(lines.base), name)
        if change.release in line and name not in known[line[change.release]]
    )


def _in_order(changes: Sequence[Change], releases: Sequence[str]) -> list[Change]:
    return sorted(changes, key=lambda change: releases.index(change.release))


def _newest_first(line: Line) -> list[int]:
    """Keys of the definitions, each once."""
    return list(dict.fromkeys(reversed(list(line.values()))))
