"""Other words for a parameter, and the words that names are made of. Read at the first unknown parameter only."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalog.resources import resource_folder


@dataclass(frozen=True, slots=True)
class Concept:
    """A quantity, and the words for it.

    Attributes:
        meaning: What is measured, in a few words.
        names: The words, in the order in which they are suggested.
    """

    meaning: str
    names: tuple[str, ...]


@cache
def concepts() -> tuple[Concept, ...]:
    """All concepts, in the file's order."""
    return tuple(Concept(entry["meaning"], tuple(entry["names"])) for entry in _read())


def synonyms_of(name: str, available: Container[str]) -> tuple[Concept, tuple[str, ...]] | None:
    """Find what a model calls the quantity that another one calls `name`.

    Args:
        name: The word that the model does not know.
        available: The parameters that it has.

    Returns:
        The concept and the words for it that are available, best first; ``None`` where there are none. Of several
        concepts the one is taken in which `name` itself stands first.
    """
    wanted = name.lower().replace("-", "_")
    matching = [concept for concept in concepts() if wanted in concept.names]
    for concept in sorted(matching, key=lambda concept: concept.names.index(wanted)):
        found = tuple(other for other in concept.names if other != name and other in available)
        if found:
            return concept, found
    return None


@cache
def known_words() -> frozenset[str]:
    """Words that occur in the names of parameters, from ``data/parameter_words.txt``."""
    lines = (resource_folder("data") / "parameter_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _read() -> list[dict[str, Any]]:
    import yaml  # noqa: PLC0415 - only an unknown parameter needs it here

    text = (resource_folder("data") / "synonyms.yaml").read_bytes()
    loaded: list[dict[str, Any]] = yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return loaded
