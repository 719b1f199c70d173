"""Takes the specs of a file to another release: plans, makes what is safe, and checks what comes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from catalog.errors import UsageError
from catalog.specs.checker import Checker
from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge
from catalog.specs.loading import LoadedFile
from catalog.specs.migration.classes import find_classes, place_of
from catalog.specs.migration.operations import Insert, Move, Operation, Path, Put, applied
from catalog.specs.migration.plan import Place, Planner
from catalog.specs.migration.steps import Step, StepKind
from catalog.specs.migration.writing import write_operation
from catalog.specs.nodes import Entry, Mapping, Scalar, Spec, to_value
from catalog.specs.rules.c120_uncataloged_release import release_of

_DEVELOPMENT = re.compile(r"\.?dev\d*$")
_TYPE_RULES = ("C201", "C202", "C203", "C204", "C205", "C206")
_KINDS: dict[str, StepKind] = {"C301": "choices", **dict.fromkeys(_TYPE_RULES, "type")}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecMigration:
    """One spec of a file.

    Attributes:
        config_class: Its class; ``None`` where neither release has it.
        release: The release that it was written for.
        target: The release that it moves to.
        steps: What changes, in the order of the file.
    """

    config_class: str | None
    release: str
    target: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMigration:
    """A file.

    Attributes:
        path: The file, as the user named it.
        before: Its text.
        after: Its text with all that is safe made.
        specs: Its specs.
    """

    path: str
    before: str
    after: str
    specs: tuple[SpecMigration, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps of all specs."""
        return tuple(step for spec in self.specs for step in spec.steps)

    @property
    def open(self) -> tuple[Step, ...]:
        """Steps without which a spec is wrong in the new release, and which a person must make."""
        return tuple(step for step in self.steps if step.required and not step.applied)


def migrate(
    file: LoadedFile,
    *,
    target: str,
    open_release: Callable[[str], Knowledge],
    release: str | None = None,
    keep_behaviour: bool = False,
) -> FileMigration:
    """Take the specs of a file to another release. Nothing is written; :attr:`FileMigration.after` is the result.

    Args:
        file: The file, as it was read.
        target: The release to move to, which is cataloged.
        open_release: Opens the facts of a release by what a spec calls it (``"4.39"``); raises where it is not there.
        release: The release the specs were written for, whatever they name.
        keep_behaviour: Write old defaults where they changed and a spec leaves the parameter out.

    Returns:
        What changes, and the new text.

    Raises:
        UsageError: If a spec names no release and `release` is not given.
        NotFoundError: If a release is not cataloged.
    """
    planners: dict[str, Planner] = {}
    new = open_release(target)
    text, specs = file, []
    for index in range(len(file.specs)):
        wanted = release or _named_release(text.specs[index], file.path)
        if wanted not in planners:
            planners[wanted] = Planner(open_release(wanted), new, keep_behaviour=keep_behaviour)
        text, spec = _OneSpec(planners[wanted], index).run(text)
        specs.append(spec)
    return FileMigration(path=file.path, before=file.text, after=text.text, specs=tuple(specs))


def _named_release(spec: Spec, path: str) -> str:
    """The release that a spec was written for; a development version counts as the release it became."""
    wanted = release_of(spec)
    if wanted is None and spec.dialect == "huggingface":
        entry = spec.root.get("transformers_version")
        value = entry.value.value if entry is not None and isinstance(entry.value, Scalar) else None
        wanted = _DEVELOPMENT.sub("", value) if isinstance(value, str) else None
    if not wanted:
        raise UsageError(
            f"{path} does not say for which release it was written.", remedy="Say it with --from, as in --from 4.39.3."
        )
    return wanted


class _OneSpec:
    """Migrates one spec of a file."""

    def __init__(self, planner: Planner, index: int) -> None:
        self._planner = planner
        self._index = index
        self._old, self._new = planner.old.knowledge, planner.new.knowledge

    def run(self, file: LoadedFile) -> tuple[LoadedFile, SpecMigration]:
        spec = file.specs[self._index]
        classes = find_classes(spec, self._planner.old, self._planner.new)
        steps = list(classes.steps)
        if classes.old is not None and classes.new is not None and _has_own_parameters(spec):
            steps += self._planner.steps(classes.old, classes.new, _place(spec))
        known = self._errors(self._old, spec)
        view = classes.new or classes.old
        name = "" if view is None else view.name
        for number in sorted(range(len(steps)), key=lambda number: _order(steps[number])):
            if steps[number].writable:
                file, steps[number] = self._make(file, steps[number])
        steps += self._faults(file.specs[self._index], steps, known, name=name)
        if not any(step.required and not step.applied for step in steps):
            file, steps = self._name_release(file, steps, name=name)
        return file, SpecMigration(
            config_class=name or None,
            release=self._old.release,
            target=self._new.release,
            steps=tuple(sorted(steps, key=lambda step: (step.span.line, step.span.column))),
        )

    def _make(self, file: LoadedFile, step: Step) -> tuple[LoadedFile, Step]:
        """Make a step in the text, if what is read afterwards is what it should be and nothing is worse."""
        operation = step.operation
        assert operation is not None  # noqa: S101  # the caller asks for writable steps only
        again = _rewritten(file, self._index, operation)
        if again is None:
            note = "; it cannot be written where it stands"
            return file, replace(step, message=step.message.removesuffix(".") + f"{note}.", operation=None, safe=False)
        if isinstance(operation, Insert):
            errors = self._errors(self._new, again.specs[self._index])
            if any(finding.parameter == step.parameter for finding in errors):
                note = f"; the old one is not allowed in {self._new.release}"
                message = step.message.removesuffix(".") + f"{note}."
                return file, replace(step, message=message, operation=None, safe=False)
        return again, replace(step, applied=True)

    def _errors(self, knowledge: Knowledge, spec: Spec) -> list[Finding]:
        found = Checker(knowledge).check(replace(spec, release=None))
        return [finding for finding in found if finding.severity == "error"]

    def _faults(self, spec: Spec, steps: Iterable[Step], known: list[Finding], *, name: str) -> list[Step]:
        """What the new release says against the spec and the old one did not."""
        told = {step.parameter for step in steps if step.required and not step.applied}
        if any(step.change in ("class-removed", "class-added") for step in steps):
            return []
        before = {(finding.code, finding.parameter) for finding in known}
        return [
            Step(
                change=_KINDS.get(finding.code, "value"),
                config_class=name,
                parameter=finding.parameter,
                before=None,
                after=None,
                message=f"{finding.message}{f' {finding.suggestion}' if finding.suggestion else ''}",
                span=finding.span,
                required=True,
            )
            for finding in self._errors(self._new, spec)
            if (finding.code, finding.parameter) not in before and finding.parameter not in told
        ]

    def _name_release(self, file: LoadedFile, steps: list[Step], *, name: str) -> tuple[LoadedFile, list[Step]]:
        """Write the new release where the spec names its own."""
        spec = file.specs[self._index]
        entry = spec.release or (spec.root.get("transformers_version") if spec.dialect == "huggingface" else None)
        target = self._new.release
        if entry is None or not isinstance(entry.value, Scalar) or entry.value.value == target:
            return file, steps
        key = _key_in(spec.root, entry)
        step = Step(
            change="release",
            config_class=name,
            parameter=None,
            before=entry.value.value,
            after=target,
            message=f"The spec is for transformers {target} now.",
            span=entry.value.span,
            required=False,
            operation=Put((), key, target),
            safe=True,
        )
        file, made = self._make(file, step)
        return file, [*steps, made]


def _rewritten(file: LoadedFile, index: int, operation: Operation) -> LoadedFile | None:
    """The file after an operation; ``None`` where its text cannot be changed so that it says exactly that."""
    if isinstance(operation, Move):
        there, gone = operation.parts
        between = _rewritten(file, index, there) if _is_block(file.specs[index].root, there.block) else None
        return None if between is None else _rewritten(between, index, gone)
    wanted = [to_value(spec.root) for spec in file.specs]
    try:
        wanted[index] = applied(_values(file.specs[index].root), operation)
    except KeyError:
        return None
    text = write_operation(
        file.text, file.specs[index].root, operation, is_json=file.syntax == "json" or file.path.endswith(".json")
    )
    if text is None:
        return None
    again = file.changed(text)
    return again if [to_value(spec.root) for spec in again.specs] == wanted else None


def _is_block(root: Mapping, path: Path) -> bool:
    value: Any = _values(root)
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return isinstance(value, dict)


def _values(root: Mapping) -> dict[str, Any]:
    values = to_value(root)
    assert isinstance(values, dict)  # noqa: S101  # of a mapping
    return values


def _place(spec: Spec) -> Place:
    """The spec's own block of parameters."""
    entry = place_of(spec)
    block: tuple[str, ...] = ()
    if spec.dialect == "eir":
        block = ("model_config", "model_init_config")
    elif spec.dialect == "native":
        own = next((item for item in spec.root.entries if item.value is spec.params), None)
        block = (own.key if own is not None else "params",)
    return Place(
        mapping=spec.params,
        block=block,
        prefix="",
        span=entry.value.span if entry is not None else spec.root.span,
        dialect=spec.dialect,
    )


def _has_own_parameters(spec: Spec) -> bool:
    """False where EIR takes a checkpoint's configuration as it is."""
    return not (spec.dialect == "eir" and spec.checkpoint is not None)


def _key_in(root: Mapping, entry: Entry) -> str:
    return next((item.key for item in root.entries if item.value.span == entry.value.span), entry.key)


def _order(step: Step) -> tuple[int, bool]:
    """What lies deepest goes first, so that a renamed block takes its content along; what moves into it, last."""
    depth = len(step.operation.block) if step.operation is not None else 0
    return -depth, isinstance(step.operation, Move)
