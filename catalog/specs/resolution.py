"""Which configuration class a spec is about, found as transformers finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from catalog.records import Json
from catalog.specs.checkpoints import Checkpoint, read_checkpoint
from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Entry, Mapping, Scalar, Sequence, Spec
from catalog.specs.rules import (
    c101_unknown_model_type,
    c102_unknown_config_class,
    c103_unknown_architecture,
    c104_unknown_task,
    c105_foreign_architecture,
    c106_unsupported_task,
    c107_not_cataloged,
    c108_unreadable_checkpoint,
    c109_contradictory_model,
)
from catalog.specs.views import ClassView, Views


@dataclass(slots=True)
class Resolution:
    """What a spec names.

    Attributes:
        view: The class; ``None`` where it is not known.
        findings: What is wrong with the names themselves.
        base: Values of the checkpoint that the spec's parameters override.
        custom_code: True where the spec names code of its own.
    """

    view: ClassView | None = None
    findings: list[Finding] = field(default_factory=list)
    base: dict[str, Json] = field(default_factory=dict)
    custom_code: bool = False


def resolve(spec: Spec, views: Views) -> Resolution:
    """Find the class of a spec and check the names with which it is told.

    Args:
        spec: The spec.
        views: The classes of the release.

    Returns:
        The class and the findings; no class and at least one finding where it cannot be told.
    """
    return _of_published_file(spec, views) if spec.dialect == "huggingface" else _of_written_spec(spec, views)


def text_of(entry: Entry | None) -> str:
    """The string that an entry holds; empty where it holds none."""
    if entry is None or not isinstance(entry.value, Scalar) or not isinstance(entry.value.value, str):
        return ""
    return entry.value.value.strip()


def _of_written_spec(spec: Spec, views: Views) -> Resolution:
    found = Resolution()
    knowledge = views.knowledge
    by_type = _by_model_type(spec, views, found)
    by_class = _by_class(spec, views, found)
    if by_type is not None and by_class is not None and by_type is not by_class:
        found.findings.append(c109_contradictory_model.report(spec, by_type, by_class))
    found.view = by_class or by_type
    if found.view is None and not found.findings and spec.checkpoint is not None:
        _by_checkpoint(spec, spec.checkpoint, views, found)
    if spec.architecture is not None:
        _check_architecture(spec, spec.architecture, views, found)
    if spec.task is not None:
        found.findings.extend(_check_task(spec, spec.task, found.view, knowledge))
    return found


def _by_model_type(spec: Spec, views: Views, found: Resolution) -> ClassView | None:
    name = text_of(spec.model_type)
    if not name or spec.model_type is None:
        return None
    view = views.of_model_type(name)
    if view is None:
        found.findings.append(c101_unknown_model_type.in_spec(spec, spec.model_type, views.knowledge))
    return view


def _by_class(spec: Spec, views: Views, found: Resolution) -> ClassView | None:
    path = text_of(spec.config_class)
    if not path or spec.config_class is None:
        return None
    module, _, name = path.rpartition(".")
    if module and module.partition(".")[0] != "transformers":
        found.findings.append(c107_not_cataloged.report(spec, spec.config_class.value, path, views.knowledge))
        found.custom_code = True
        return None
    view = views.of_class(name)
    if view is None or view.record.is_base:
        found.findings.append(c102_unknown_config_class.report(spec, spec.config_class, name, views.knowledge))
        return None
    return view


def _by_checkpoint(spec: Spec, entry: Entry, views: Views, found: Resolution) -> None:
    name = text_of(entry)
    checkpoint = read_checkpoint(name, relative_to=spec.path)
    if not isinstance(checkpoint, Checkpoint):
        found.findings.append(c108_unreadable_checkpoint.report(spec, entry, name, checkpoint))
        return
    model_type = checkpoint.config.get("model_type")
    view = views.of_model_type(model_type) if isinstance(model_type, str) else None
    if view is None:
        architecture = _first(checkpoint.config.get("architectures"))
        owner = views.knowledge.architecture_class(architecture) if architecture else None
        view = views.of_class(owner) if owner else None
    if view is None:
        found.findings.append(c107_not_cataloged.report(spec, entry.value, str(model_type or name), views.knowledge))
        return
    found.view = view
    found.base = checkpoint.config


def _check_architecture(spec: Spec, entry: Entry, views: Views, found: Resolution) -> None:
    name = text_of(entry).rpartition(".")[2]
    if not name:
        return
    owner = views.knowledge.architecture_class(name)
    if owner is None and name not in views.knowledge.architectures():
        found.findings.append(c103_unknown_architecture.report(spec, entry, name, found.view, views.knowledge))
        return
    if owner is None:
        return
    if found.view is None:
        if not found.findings:
            found.view = views.of_class(owner)
    elif (
        owner != found.view.name
        and owner not in found.view.record.ancestors
        and not _is_listed(name, found.view, views.knowledge)
    ):
        found.findings.append(c105_foreign_architecture.report(spec, entry, name, owner, found.view))


def _is_listed(architecture: str, view: ClassView, knowledge: Knowledge) -> bool:
    """True where transformers lists an architecture of another class for this one: it takes a part of it, or is it."""
    return any(knowledge.architecture_for_task(view.name, task) == architecture for task in knowledge.tasks())


def _check_task(spec: Spec, entry: Entry, view: ClassView | None, knowledge: Knowledge) -> Iterator[Finding]:
    task = text_of(entry)
    if not task:
        return
    known = knowledge.tasks()
    if known and task not in known:
        yield c104_unknown_task.report(spec, entry, task, view, knowledge)
    elif known and view is not None and knowledge.architecture_for_task(view.name, task) is None:
        yield c106_unsupported_task.report(spec, entry, task, view, knowledge)


def _of_published_file(spec: Spec, views: Views) -> Resolution:
    found = Resolution()
    auto_map = spec.root.get("auto_map")
    found.custom_code = auto_map is not None and isinstance(auto_map.value, Mapping) and "AutoConfig" in auto_map.value
    name = text_of(spec.model_type)
    if name and spec.model_type is not None:
        found.view = views.of_model_type(name)
        if found.view is None and (auto_map is not None or not c101_unknown_model_type.is_slip(name, views.knowledge)):
            found.findings.append(c107_not_cataloged.report(spec, spec.model_type.value, name, views.knowledge))
        elif found.view is None:
            found.findings.append(c101_unknown_model_type.in_spec(spec, spec.model_type, views.knowledge))
        return found
    architectures = spec.root.get("architectures")
    if architectures is not None and isinstance(architectures.value, Sequence) and architectures.value.items:
        first = architectures.value.items[0]
        architecture = first.value if isinstance(first, Scalar) and isinstance(first.value, str) else ""
        owner = views.knowledge.architecture_class(architecture) if architecture else None
        found.view = views.of_class(owner) if owner else None
        if found.view is None:
            found.findings.append(c107_not_cataloged.report(spec, first, architecture or "the model", views.knowledge))
    return found


def _first(value: Json) -> str | None:
    return value[0] if isinstance(value, list) and value and isinstance(value[0], str) else None
