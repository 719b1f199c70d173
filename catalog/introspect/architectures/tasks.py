"""Tasks: which auto mapping serves which, under the names that people use. The facts are in ``data/tasks.yaml``."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass

import yaml

from catalog.resources import resource_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A task that model classes serve.

    Attributes:
        name: ``text-generation``.
        description: One sentence.
        mappings: Auto mappings whose classes serve it.
        modality: What it says about a model that serves it; ``None`` where it says nothing.
        aliases: Other names for it.
    """

    name: str
    description: str
    mappings: tuple[str, ...]
    modality: str | None = None
    aliases: tuple[str, ...] = ()


@functools.cache
def all_tasks() -> Mapping[str, Task]:
    """The curated tasks by name."""
    text = (resource_folder("data") / "tasks.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return {
        name: Task(
            name=name,
            description=facts["description"],
            mappings=tuple(facts["mappings"]),
            modality=facts.get("modality"),
            aliases=tuple(facts.get("aliases", ())),
        )
        for name, facts in yaml.load(text, Loader=loader).items()  # noqa: S506 - both loaders are the safe one
    }


def tasks_of_mapping(mapping: str) -> tuple[str, ...]:
    """Tasks that an auto mapping serves.

    Args:
        mapping: Its name without ``_NAMES`` (``MODEL_FOR_CAUSAL_LM_MAPPING``).

    Returns:
        Names of tasks; for a mapping that is not curated one derived from its name.
    """
    known = _tasks_by_mapping().get(mapping)
    if known is not None:
        return known
    words = mapping.removesuffix("_MAPPING").removeprefix("MODEL_").removeprefix("FOR_").removeprefix("WITH_")
    return (words.lower().replace("_", "-"),)


def canonical_task(name: str) -> str:
    """The name of a task that goes by several (``ner``: ``token-classification``); any other name as it is."""
    return next((task.name for task in all_tasks().values() if name in task.aliases), name)


@functools.cache
def _tasks_by_mapping() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for task in all_tasks().values():
        for mapping in task.mappings:
            found[mapping] = (*found.get(mapping, ()), task.name)
    return found
