"""What the checker knows of a release, from records in memory: no database, no transformers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from catalog.errors import NotFoundError
from catalog.records import Architecture, ConfigClass, Json, Release

BASE_NAMES = ("PreTrainedConfig", "PretrainedConfig")
"""The common base class: its name in version 5, and before."""


class ReleaseKnowledge:
    """Answers the questions of :class:`catalog.specs.knowledge.Knowledge` from one release's records.

    Args:
        release: The records. They are indexed at the first question that needs it, each index once.
    """

    def __init__(self, release: Release) -> None:
        self._release = release

    @property
    def release(self) -> str:
        """The transformers release these facts are of."""
        return self._release.version

    def config_class(self, name: str) -> ConfigClass | None:
        """The definition of a class by its name; the common base answers to its old and its new name."""
        if name in BASE_NAMES:
            return self._base
        return self._classes.get(name)

    def effective(self, name: str) -> Mapping[str, Json]:
        """Values after construction with no arguments, for parameters where they differ from the declared default."""
        return self._effective.get(name, {})

    def class_of_model_type(self, model_type: str) -> str | None:
        """Name of the class that transformers takes for a model type.

        The auto mappings decide; for a model type that they lack, the class that declares it.
        """
        return self._model_types.get(model_type)

    def model_types(self) -> tuple[str, ...]:
        """All model types of the release, sorted: those of the auto mappings, and those that only a class declares."""
        return self._sorted_model_types

    def class_names(self) -> tuple[str, ...]:
        """Names of all configuration classes, sorted, without the common base."""
        return tuple(sorted(name for name, config in self._classes.items() if not config.is_base))

    def architecture_class(self, architecture: str) -> str | None:
        """Name of the configuration class that an architecture takes; ``None`` where the architecture is unknown."""
        found = self._architectures.get(architecture)
        return found.config_class if found else None

    def architectures(self) -> tuple[str, ...]:
        """Names of all architectures, sorted."""
        return self._sorted_architectures

    def tasks(self) -> tuple[str, ...]:
        """All tasks, sorted."""
        return self._tasks

    def architecture_for_task(self, config_class: str, task: str) -> str | None:
        """The architecture of a class for a task; ``None`` where there is none.

        Of several, the shortest name is taken: the plain model rather than its variant.
        """
        return self._by_task.get((config_class, task))

    def vocabulary(self, name: str) -> frozenset[str]:
        """A closed set of names; empty if unknown."""
        return frozenset(self._release.vocabularies.get(name, ()))

    def classes_with(self, parameter: str) -> tuple[str, ...]:
        """Names of the classes that take a parameter of that name, sorted; a base parameter is taken by all."""
        return self._classes_with.get(parameter, ()) if parameter not in self._base_parameters else self.class_names()

    def releases(self) -> tuple[str, ...]:
        """The one release there is."""
        return (self.release,)

    def releases_having(self, config_class: str, parameter: str) -> tuple[str, ...]:
        """The one release, where a class declares a parameter there or has it from the common base."""
        found = (self._classes.get(config_class), self._base)
        return self.releases() if any(p.name == parameter for cls in found if cls for p in cls.parameters) else ()

    def at(self, release: str) -> ReleaseKnowledge:
        """These facts, if they are of that release."""
        if release != self.release:
            raise NotFoundError("cataloged release", release)
        return self

    @cached_property
    def _sorted_model_types(self) -> tuple[str, ...]:
        return tuple(sorted(self._model_types))

    @cached_property
    def _sorted_architectures(self) -> tuple[str, ...]:
        return tuple(sorted(self._architectures))

    @cached_property
    def _tasks(self) -> tuple[str, ...]:
        return tuple(sorted({task for architecture in self._release.architectures for task in architecture.tasks}))

    @cached_property
    def _classes(self) -> dict[str, ConfigClass]:
        return {config.name: config for config in self._release.classes}

    @cached_property
    def _base(self) -> ConfigClass | None:
        return next((config for config in self._release.classes if config.is_base), None)

    @cached_property
    def _base_parameters(self) -> frozenset[str]:
        return frozenset(parameter.name for parameter in self._base.parameters) if self._base else frozenset()

    @cached_property
    def _effective(self) -> dict[str, Mapping[str, Json]]:
        return {observation.config_class: observation.effective for observation in self._release.observations}

    @cached_property
    def _model_types(self) -> dict[str, str]:
        declared = {
            config.model_type: config.name
            for config in sorted(
                self._release.classes, key=lambda config: (config.deprecated, config.name), reverse=True
            )
            if config.model_type and not config.is_base
        }
        return declared | {model_type.name: model_type.config_class for model_type in self._release.model_types}

    @cached_property
    def _architectures(self) -> dict[str, Architecture]:
        return {architecture.name: architecture for architecture in self._release.architectures}

    @cached_property
    def _by_task(self) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for architecture in sorted(self._release.architectures, key=lambda item: (len(item.name), item.name)):
            owners = {architecture.config_class} | {self._model_types.get(name) for name in architecture.model_types}
            for owner in owners - {None}:
                for task in architecture.tasks:
                    found.setdefault((str(owner), task), architecture.name)
        return found

    @cached_property
    def _classes_with(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for name in self.class_names():
            for parameter in self._classes[name].parameters:
                found.setdefault(parameter.name, []).append(name)
        return {parameter: tuple(names) for parameter, names in found.items()}
