"""Which class a spec means in the old release and in the new one, and what becomes of the names it is told by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from catalog.history.pairing import pair_classes
from catalog.records import ConfigClass
from catalog.specs.knowledge import Knowledge
from catalog.specs.migration.operations import Operation, Put
from catalog.specs.migration.steps import Step, StepKind
from catalog.specs.nodes import Entry, Mapping, Spec
from catalog.specs.resolution import resolve, text_of
from catalog.specs.views import ClassView, Views


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """The class of a spec in two releases.

    Attributes:
        old: Its class in the old release; ``None`` where that has no such model.
        new: Its class in the new release; ``None`` where that has it no longer.
        steps: What must change in the names by which the spec tells it.
    """

    old: ClassView | None
    new: ClassView | None
    steps: tuple[Step, ...]


def find_classes(spec: Spec, old: Views, new: Views) -> Classes:
    """Find the class of a spec in both releases.

    Args:
        spec: The spec.
        old: Classes of the release that it was written for.
        new: Classes of the release that it moves to.
    """
    spec = replace(spec, release=None)
    before = resolve(spec, old).view
    if before is None:
        after = resolve(spec, new).view
        return Classes(old=None, new=after, steps=tuple(_unknown(spec, after, old.knowledge, new.knowledge)))
    after, steps = _successor(spec, before, new)
    if after is None:
        steps = [_gone(spec, before.record, new.knowledge)]
    else:
        steps += _heads(spec, before, after, old.knowledge, new.knowledge)
    return Classes(old=before, new=after, steps=tuple(steps))


def place_of(spec: Spec) -> Entry | None:
    """The entry that tells the model."""
    return spec.model_type or spec.config_class or spec.checkpoint or spec.architecture


def _successor(spec: Spec, before: ClassView, new: Views) -> tuple[ClassView | None, list[Step]]:
    """The class in the new release, and how the spec must name it."""
    same = new.of_class(before.name)
    if spec.model_type is not None and (mapped := new.of_model_type(text_of(spec.model_type))) is not None:
        return mapped, _module_steps(spec, before, mapped)
    model_type = before.record.model_type
    renamed = new.of_model_type(model_type) if same is None and model_type else None
    after = same or (renamed if renamed is not None and _are_one(before.record, renamed.record) else None)
    if after is None:
        return None, []
    steps = []
    if spec.model_type is not None:
        name = next((name for name in new.knowledge.model_types() if new.of_model_type(name) is after), None)
        old_name = text_of(spec.model_type)
        message = (
            f"The model type of {after.name} is {name!r} now." if name else f"No model type leads to {after.name}."
        )
        steps.append(_renaming(spec, spec.model_type, after, old_name, name, message))
    return after, [*steps, *_module_steps(spec, before, after)]


def _module_steps(spec: Spec, before: ClassView, after: ClassView) -> list[Step]:
    """A class that the spec names, under its new name or in its new module."""
    path = text_of(spec.config_class)
    if not path or spec.config_class is None:
        return []
    module, _, name = path.rpartition(".")
    moved = module == before.record.module and module != after.record.module
    if name == after.name and not moved:
        return []
    meant = f"{after.record.module if moved else module}.{after.name}" if module else after.name
    kind: StepKind = "renamed" if name != after.name else "moved"
    return [_renaming(spec, spec.config_class, after, path, meant, f"The class is {meant} now.", kind)]


def _renaming(
    spec: Spec, entry: Entry, view: ClassView, old: str, new: str | None, message: str, kind: StepKind = "renamed"
) -> Step:
    operation = _put(spec, entry, new) if new is not None else None
    return Step(
        change=kind,
        config_class=view.name,
        parameter=None,
        before=old,
        after=new,
        message=message,
        span=entry.value.span,
        required=True,
        operation=operation,
        safe=operation is not None,
    )


def _put(spec: Spec, entry: Entry, value: str) -> Operation | None:
    """The operation on the key that tells the model; EIR keeps its own one block deeper."""
    path = ("model_config",) if spec.dialect == "eir" else ()
    inner = spec.root.get(path[0]) if path else None
    block = spec.root if inner is None else inner.value
    for item in block.entries if isinstance(block, Mapping) else ():
        if item.value.span == entry.value.span:
            return Put(path, item.key, value)
    return None


def _are_one(old: ConfigClass, new: ConfigClass) -> bool:
    return any(pair.old is old and pair.new is new for pair in pair_classes({old.name: old}, {new.name: new}))


def _unknown(spec: Spec, after: ClassView | None, old: Knowledge, new: Knowledge) -> Iterator[Step]:
    entry = place_of(spec)
    name = text_of(entry)
    if after is None:
        message = f"Neither transformers {old.release} nor {new.release} has the model {name!r}."
    else:
        message = f"transformers {old.release} does not have {after.name}, so there is nothing to compare."
    yield Step(
        change="class-added" if after is not None else "class-removed",
        config_class=name if after is None else after.name,
        parameter=None,
        before=None,
        after=None if after is None else after.record.module,
        message=message,
        span=entry.value.span if entry is not None else spec.root.span,
        required=after is None,
    )


def _gone(spec: Spec, record: ConfigClass, new: Knowledge) -> Step:
    entry = place_of(spec)
    return Step(
        change="class-removed",
        config_class=record.name,
        parameter=None,
        before=record.module,
        after=None,
        message=f"transformers {new.release} does not have {record.name} any more.",
        span=entry.value.span if entry is not None else spec.root.span,
        required=True,
    )


def _heads(spec: Spec, before: ClassView, after: ClassView, old: Knowledge, new: Knowledge) -> Iterator[Step]:
    """The architecture and the task that a spec asks for."""
    architecture = text_of(spec.architecture).rpartition(".")[2]
    known = bool(architecture) and old.architecture_class(architecture) is not None
    if spec.architecture is not None and known and new.architecture_class(architecture) is None:
        yield _head(spec.architecture, after, architecture, f"transformers {new.release} does not have {architecture}.")
    task = text_of(spec.task)
    was_solved = bool(task) and old.architecture_for_task(before.name, task) is not None
    if spec.task is not None and was_solved and new.architecture_for_task(after.name, task) is None:
        yield _head(spec.task, after, task, f"No architecture of {after.name} is for {task} any more.")


def _head(entry: Entry, view: ClassView, name: str, message: str) -> Step:
    return Step(
        change="value",
        config_class=view.name,
        parameter=None,
        before=name,
        after=None,
        message=message,
        span=entry.value.span,
        required=True,
    )
