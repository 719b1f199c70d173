"""What the checker needs to know of a release. Rules see nothing else, so they need no database and no transformers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from catalog.records import ConfigClass, Json


class Knowledge(Protocol):
    """The facts of one release, looked up as they are needed.

    Implementations: one over records in memory, one that reads the catalog's database.
    """

    @property
    def release(self) -> str:
        """The transformers release these facts are of."""

    def config_class(self, name: str) -> ConfigClass | None:
        """The definition of a class by its name (``"PreTrainedConfig"`` for the common base)."""

    def effective(self, name: str) -> Mapping[str, Json]:
        """Values after construction with no arguments, for parameters where they differ from the declared default."""

    def class_of_model_type(self, model_type: str) -> str | None:
        """Name of the class that transformers takes for a model type."""

    def model_types(self) -> tuple[str, ...]:
        """All model types of the release, sorted."""

    def class_names(self) -> tuple[str, ...]:
        """Names of all configuration classes, sorted, without the common base."""

    def architecture_class(self, architecture: str) -> str | None:
        """Name of the configuration class that an architecture takes; ``None`` where the architecture is unknown."""

    def architectures(self) -> tuple[str, ...]:
        """Names of all architectures, sorted."""

    def tasks(self) -> tuple[str, ...]:
        """All tasks, sorted."""

    def architecture_for_task(self, config_class: str, task: str) -> str | None:
        """The architecture of a class for a task; ``None`` where there is none."""

    def vocabulary(self, name: str) -> frozenset[str]:
        """A closed set of names (``"activations"``, ``"rope_types"``, ``"dtypes"``); empty if unknown."""

    def classes_with(self, parameter: str) -> tuple[str, ...]:
        """Names of the classes that take a parameter of that name, sorted."""

    def releases(self) -> tuple[str, ...]:
        """Versions of all cataloged releases, newest first."""

    def releases_having(self, config_class: str, parameter: str) -> tuple[str, ...]:
        """The cataloged releases, in no order, in which a class declares a parameter or has it from the common base."""

    def at(self, release: str) -> Knowledge:
        """The facts of another cataloged release; raises ``NotFoundError`` where it is none."""


def layer_kinds(name: str, knowledge: Knowledge) -> frozenset[str]:
    """The kinds of layers that a list of them may hold, old names that are still converted included.

    Args:
        name: The list: ``mlp_layer_types`` holds other kinds than ``layer_types``.
        knowledge: The release.

    Returns:
        The kinds; empty if unknown.
    """
    if "mlp" in name:
        return knowledge.vocabulary("mlp_layer_types") or knowledge.vocabulary("layer_types")
    kinds = knowledge.vocabulary("attention_layer_types") or knowledge.vocabulary("layer_types")
    return kinds | knowledge.vocabulary("legacy_layer_types") if kinds else kinds
