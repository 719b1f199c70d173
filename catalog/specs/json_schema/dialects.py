"""The schema of a whole spec file, in each dialect."""

from __future__ import annotations

from collections.abc import Callable

from catalog.specs.json_schema.classes import MODEL_TYPE, Definitions
from catalog.specs.json_schema.eir import input_configuration
from catalog.specs.json_schema.fragments import Schema
from catalog.specs.nodes import Dialect
from catalog.specs.views import ClassView

_RELEASE = r"^\d+(\.\d+){0,2}((a|b|rc)\d+|\.(dev|post)\d+)?$"


def root_schema(dialect: Dialect, view: ClassView, definitions: Definitions) -> Schema:
    """The schema of a spec of one class, without its definitions.

    Args:
        dialect: Which keys the spec is written with.
        view: The class.
        definitions: Takes the definitions that the schema refers to.

    Returns:
        The schema of one document.
    """
    return _ROOTS[dialect](view, definitions)


def model_types_of(view: ClassView) -> list[str]:
    """The model types for which transformers takes a class; the class's own first."""
    return list(view.model_types)


def architectures_of(view: ClassView) -> list[str]:
    """Names of the model classes that take a configuration class, sorted."""
    knowledge = view.knowledge
    found = {name for name in knowledge.architectures() if knowledge.architecture_class(name) == view.name}
    tasks = (knowledge.architecture_for_task(view.name, task) for task in knowledge.tasks())
    return sorted(found.union(filter(None, tasks)))


def tasks_of(view: ClassView) -> list[str]:
    """The tasks for which a class has an architecture, sorted."""
    knowledge = view.knowledge
    return [task for task in knowledge.tasks() if knowledge.architecture_for_task(view.name, task)]


def _native(view: ClassView, definitions: Definitions) -> Schema:
    model_types, architectures, tasks = model_types_of(view), architectures_of(view), tasks_of(view)
    properties: Schema = {}
    if model_types:
        properties[MODEL_TYPE] = {"enum": model_types, "description": "The model, by its model type."}
    properties |= {
        "config_class": {
            "anyOf": [{"const": view.name}, {"type": "string", "pattern": rf"^transformers\.(\w+\.)*{view.name}$"}],
            "description": "The model, by its configuration class or the class's import path.",
        },
        "checkpoint": {"type": "string", "description": "The model, by a checkpoint: a local folder or a hub name."},
        "task": {**_named(tasks), "description": "What the model is for; it decides the architecture."},
        "architecture": {**_named(architectures), "description": "The model class, where the task does not tell it."},
        "release": {
            "type": "string",
            "pattern": _RELEASE,
            "default": view.knowledge.release,
            "description": "The transformers release that the spec is checked against.",
        },
        "pretrained": {
            "type": "boolean",
            "default": False,
            "description": "With a checkpoint: whether to load its weights, or only its configuration.",
        },
        "params": {
            "anyOf": [definitions.reference(view), {"type": "null"}],
            "description": "Parameters that differ from the defaults.",
        },
    }
    naming = [name for name in (MODEL_TYPE, "config_class", "checkpoint", "architecture") if name in properties]
    return {
        "type": "object",
        "properties": properties,
        "anyOf": [{"required": [name]} for name in naming],
        "additionalProperties": False,
    }


def _huggingface(view: ClassView, definitions: Definitions) -> Schema:
    schema = definitions.class_schema(view)
    properties = schema["properties"]
    if model_types := model_types_of(view):
        text = {"description": "The model type, by which AutoConfig finds the class."}
        schema["properties"] = properties = {**properties, MODEL_TYPE: {"enum": model_types, **text}}
    architectures = architectures_of(view)
    if architectures and "architectures" in properties:
        known = {"anyOf": [{"enum": architectures}, {"type": "string"}]}
        properties["architectures"] = {**properties["architectures"], "items": known}
    return schema


def _eir(view: ClassView, definitions: Definitions) -> Schema:
    block: Schema = {"anyOf": [definitions.reference(view), {"type": "null"}]}
    return input_configuration(model_types_of(view), block)


def _named(names: list[str]) -> Schema:
    return {"enum": names} if names else {"type": "string"}


_ROOTS: dict[Dialect, Callable[[ClassView, Definitions], Schema]] = {
    "native": _native,
    "eir": _eir,
    "huggingface": _huggingface,
}
