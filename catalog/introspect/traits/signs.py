"""The signs by which traits are told: ``data/traits.yaml``, turned round for looking up."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from catalog.records import ConfigClass
from catalog.resources import resource_folder


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for which trait.

    Attributes:
        inputs: Parameter of ``forward`` → modality.
        roles: Parameter that holds a sub-configuration → modality.
        folders: Folder of a model → modality.
        classes: Configuration class → modality.
        endings: End of a class name before ``Config`` and modality, the longest first.
        parameters: Modality → parameters of the configuration.
        layers: Word of a layer type and kind of attention, in the order in which they are tried.
        attention: Configuration class → kind of attention.
    """

    inputs: Mapping[str, str]
    roles: Mapping[str, str]
    folders: Mapping[str, str]
    classes: Mapping[str, str]
    endings: tuple[tuple[str, str], ...]
    parameters: Mapping[str, frozenset[str]]
    layers: tuple[tuple[str, str], ...]
    attention: Mapping[str, str]

    def by_ending(self, class_name: str) -> str | None:
        """Modality that the end of a class name tells."""
        stem = class_name.removesuffix("Config")
        return next((modality for ending, modality in self.endings if stem.endswith(ending) and stem != ending), None)

    def by_parameters(self, item: ConfigClass) -> str | None:
        """Modality that the class's own parameters tell."""
        names = {parameter.name for parameter in item.parameters}
        return next((modality for modality, known in self.parameters.items() if names & known), None)


@functools.cache
def signs() -> Signs:
    """The signs, read once."""
    text = (resource_folder("data") / "traits.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    document: dict[str, dict[str, list[str]]] = yaml.load(text, Loader=loader)  # noqa: S506 - both are the safe one
    return Signs(
        inputs=dict(_inverted(document["inputs"])),
        roles=dict(_inverted(document["roles"])),
        folders=dict(_inverted(document["folders"])),
        classes=dict(_inverted(document["classes"])),
        endings=tuple(sorted(_inverted(document["endings"]), key=lambda pair: -len(pair[0]))),
        parameters={modality: frozenset(names) for modality, names in document["parameters"].items()},
        layers=tuple(_inverted(document["layers"])),
        attention=dict(_inverted(document["attention"])),
    )


def _inverted(lists: Mapping[str, list[str]]) -> Iterator[tuple[str, str]]:
    return ((item, key) for key, items in lists.items() for item in items)
