"""Tells the modality of each configuration class from its model classes, its sub-configurations and its name.

What counts as a sign of a modality stands in ``data/traits.yaml``; here is how the signs are weighed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from catalog.introspect.architectures.tasks import all_tasks
from catalog.introspect.traits.signs import signs
from catalog.records import Architecture, ConfigClass, ModelType

_MIXED = frozenset({"text", "vision", "video", "audio"})
"""Modalities of which several make a multimodal model; any other one says more than those beside it."""
_PROCESSORS = {
    "tokenizer": "text",
    "image_processor": "vision",
    "video_processor": "video",
    "feature_extractor": "audio",
}
_ROUNDS = 3


@dataclass(slots=True)
class _Facts:
    """What speaks for a modality of one class.

    Attributes:
        inputs: Modalities of what goes into its model classes.
        tasks: Tasks of its model classes.
        parents: Classes that have it as a part.
        roles: Modalities of the roles in which they have it.
        siblings: Other classes of its module.
        processors: Modalities of what prepares its inputs.
    """

    inputs: set[str] = field(default_factory=set)
    tasks: set[str] = field(default_factory=set)
    parents: set[str] = field(default_factory=set)
    roles: set[str] = field(default_factory=set)
    siblings: set[str] = field(default_factory=set)
    processors: set[str] = field(default_factory=set)


def modalities(
    classes: Iterable[ConfigClass], architectures: Iterable[Architecture], model_types: Iterable[ModelType]
) -> dict[str, str | None]:
    """Tell the modality of each class.

    Args:
        classes: Configuration classes.
        architectures: Model classes.
        model_types: Model types.

    Returns:
        Class name → modality; ``None`` where nothing speaks for one.
    """
    by_name = {item.name: item for item in classes if not item.is_base}
    facts = _collect(by_name, architectures, model_types)
    found: dict[str, str | None] = {}
    # A class without model classes takes after what it is part of, or what is part of it, which may do the same.
    for _ in range(_ROUNDS):
        before = dict(found)
        for name, item in by_name.items():
            found[name] = _decide(item, facts[name], before)
        if found == before:
            break
    return found


def _decide(item: ConfigClass, facts: _Facts, found: Mapping[str, str | None]) -> str | None:
    """Weigh the signs, the surest first."""
    rules = signs()
    if known := rules.classes.get(item.name) or rules.folders.get(_folder(item.module)):
        return known
    if special := sorted(facts.inputs - _MIXED):
        return special[0]
    hints = {task.modality for name in facts.tasks if (task := all_tasks().get(name)) and task.modality}
    parts = _modalities_of_parts(item, found)
    ending = rules.by_ending(item.name)
    if ending and len(parts) < 2 and hints <= {ending} and (not facts.inputs or ending in facts.inputs):
        return ending
    return (
        _of_model_classes(facts, hints)
        or _one_or_multimodal(parts)
        or _one_or_multimodal(facts.roles)
        or _one_or_multimodal(facts.processors)
        or next((modality for name in item.ancestors if (modality := found.get(name))), None)
        or _of_company(facts.parents, found)
        or rules.by_parameters(item)
        or _of_company(facts.siblings, found)
    )


def _of_model_classes(facts: _Facts, hints: set[str]) -> str | None:
    """What the model classes say: the modality of their tasks, and what goes into them."""
    inputs = facts.inputs
    if special := sorted(hints - _MIXED - {"multimodal"}):
        return special[0]
    if "multimodal" in hints and inputs != {"text"}:
        return "multimodal"
    if hints == {"audio"} or "video" in hints:
        return "audio" if hints == {"audio"} else "video"
    if inputs and inputs <= {"vision", "video"}:
        return next(iter(inputs)) if len(inputs) == 1 else "vision"
    # Pixels as tokens (ImageGPT): the task knows better than the name of the argument.
    if hints == {"vision"} and inputs == {"text"}:
        return "vision"
    return _one_or_multimodal(inputs or hints)


def _one_or_multimodal(found: set[str]) -> str | None:
    if not found:
        return None
    return next(iter(found)) if len(found) == 1 else "multimodal"


def _modalities_of_parts(item: ConfigClass, found: Mapping[str, str | None]) -> set[str]:
    """Modalities of the sub-configurations, by the role or, where that is neutral, by the class."""
    rules = signs()
    modalities = {rules.roles.get(part.name) or found.get(part.config_class or "") for part in item.sub_configs}
    return {modality for modality in modalities if modality}


def _of_company(names: set[str], found: Mapping[str, str | None]) -> str | None:
    """The modality of what it is part of, or stands beside; of a multimodal whole it may be any."""
    modalities = {modality for name in names if (modality := found.get(name))}
    return next(iter(modalities)) if len(modalities) == 1 and modalities != {"multimodal"} else None


def _collect(
    classes: Mapping[str, ConfigClass], architectures: Iterable[Architecture], model_types: Iterable[ModelType]
) -> dict[str, _Facts]:
    facts = {name: _Facts() for name in classes}
    rules = signs()
    for architecture in architectures:
        if (mine := facts.get(architecture.config_class or "")) is not None:
            mine.tasks.update(architecture.tasks)
            mine.inputs.update(m for p in architecture.forward if (m := rules.inputs.get(p.name)))
    for model_type in model_types:
        if (mine := facts.get(model_type.config_class)) is not None:
            mine.processors.update(_PROCESSORS[kind] for kind in model_type.processors if kind in _PROCESSORS)
    modules: dict[str, set[str]] = {}
    for item in classes.values():
        modules.setdefault(item.module, set()).add(item.name)
    for item in classes.values():
        facts[item.name].siblings = modules[item.module] - {item.name}
        for part in item.sub_configs:
            if (mine := facts.get(part.config_class or "")) is not None:
                mine.parents.add(item.name)
                mine.roles.update([rules.roles[part.name]] if part.name in rules.roles else [])
    return facts


def _folder(module: str) -> str:
    """Folder of a model; in the flat layout the end of the file's name."""
    parts = module.split(".")
    return parts[-2] if len(parts) > 2 and parts[-2] != "transformers" else parts[-1].partition("_")[2]
