"""The part of the catalog that reads a whole release at once: for what shows every class of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from catalog.history import Change, class_history
from catalog.query.assemble import BASE_NAMES, Pieces, assemble_config
from catalog.query.history import History
from catalog.query.models import ModelConfig
from catalog.query.release import ReleaseView
from catalog.query.releases import within
from catalog.query.since import FIRST_RELEASE, walk_back
from catalog.records import Architecture, ModelType, Release

if TYPE_CHECKING:
    from catalog.specs.knowledge import Knowledge


class Bulk(History):
    """Reads whole releases."""

    def configs(self, release: str | None = None) -> tuple[ModelConfig, ...]:
        """Every configuration class of a release, as :meth:`catalog.query.Catalog.config` gives one.

        Args:
            release: The release to look at.

        Returns:
            The classes, sorted by name, the common base class among them.

        Raises:
            NotFoundError: If there is no such release.
        """
        view = self._view(release)
        rows = {row.name: row for row in self._store.class_rows(view.version)}
        observations = {item.config_class: item for item in self._store.observations(view.version)}
        mapped: dict[str, list[ModelType]] = defaultdict(list)
        for model_type in view.model_types:
            mapped[model_type.config_class].append(model_type)
        architectures = self._architectures_by_class(view)
        since = self._since_of_all(view)
        facts = {item.config_class: item for item in self._store.all_facts(view.version, base_only=True, summary=False)}
        return tuple(
            assemble_config(
                Pieces(
                    definition=definition,
                    release=view.version,
                    row=rows[definition.name],
                    model_type=None if definition.is_base else view.names.model_type_of(definition.name),
                    model_types=() if definition.is_base else view.names.model_types_of(definition.name),
                    base=None if definition.is_base else view.base,
                    observation=observations.get(definition.name),
                    architectures=architectures.get(definition.name, ()),
                    mapped=tuple(mapped[definition.name]),
                    since=since[definition.name],
                    facts=facts.get(definition.name),
                )
            )
            for definition in self._store.config_classes(view.version)
        )

    def knowledge(self, release: str | None = None) -> Knowledge:
        """What starter specs, schemas and the checker need to know of a release, read at once and kept in memory.

        Args:
            release: The release to look at.

        Returns:
            The facts of that release alone, which stay valid after the catalog is closed.

        Raises:
            NotFoundError: If there is no such release.
        """
        from catalog.specs.memory import ReleaseKnowledge  # noqa: PLC0415  # only this needs it

        info = self._view(release).info
        return ReleaseKnowledge(
            Release(
                version=info.version,
                extractor=info.extractor,
                fingerprint=info.fingerprint,
                classes=tuple(self._store.config_classes(info.version)),
                observations=self._store.observations(info.version),
                architectures=self._store.architectures(info.version),
                model_types=self._store.model_types(info.version),
                vocabularies=self._store.vocabularies(info.version),
            )
        )

    def histories(self, names: Iterable[str], *, until: str | None = None) -> dict[str, tuple[Change, ...]]:
        """The changes of many classes, as :meth:`catalog.query.Catalog.history` tells those of one.

        Args:
            names: Names of classes.
            until: Only changes up to this release.

        Returns:
            Class → its changes, oldest first; one that no cataloged release has is left out.
        """
        lines = self._lifelines()
        oldest = lines.releases[0] if lines.releases else None
        found = {}
        for name in names:
            line = lines.of(name)
            if line:
                found[name] = tuple(
                    change
                    for change in class_history(lines.appearances(line))
                    if within(change.release, None, until) and (change.release != oldest or oldest == FIRST_RELEASE)
                )
        return found

    def _architectures_by_class(self, view: ReleaseView) -> dict[str, tuple[Architecture, ...]]:
        """The architectures of each class: those that name it, and those of its model types."""
        types: dict[str, set[str]] = defaultdict(set)
        for row in view.rows.values():
            for model_type in row.model_types:
                types[model_type].add(row.name)
        found: dict[str, list[Architecture]] = defaultdict(list)
        for architecture in self._store.architectures(view.version):
            owners = {architecture.config_class} if architecture.config_class is not None else set()
            owners.update(*(types.get(name, ()) for name in architecture.model_types))
            for owner in owners:
                found[owner].append(architecture)
        return {name: tuple(items) for name, items in found.items()}

    def _since_of_all(self, view: ReleaseView) -> dict[str, dict[str, str]]:
        """What :func:`catalog.query.since.since_of` tells, for every class of a release."""
        names = [row.name for row in self._store.class_rows(view.version)]
        releases = [info.version for info in reversed(self.releases())]
        if len(releases) < 2:
            return {name: {} for name in names}
        common = [entry for name in BASE_NAMES for entry in self._store.timeline(name)]
        timelines = {name: self._store.timeline(name) for name in names}
        keys = {entry.definition for entries in (common, *timelines.values()) for entry in entries}
        parameters = self._store.parameters_of(keys)
        of_base = walk_back(releases, common, parameters, release=view.version)
        found = {}
        for name, entries in timelines.items():
            own = walk_back(releases, entries, parameters, release=view.version)
            now = next((parameters.get(e.definition, frozenset()) for e in entries if e.release == view.version), ())
            found[name] = {parameter: since for parameter, since in of_base.items() if parameter not in now} | own
        return found
