"""Compares a spec's class as it was and will be, and tells what that means for the spec."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.history import REQUIRED, Change, Confidence, diff_class
from catalog.history.texts import default_text
from catalog.records import ConfigClass, Json
from catalog.specs.knowledge import Knowledge
from catalog.specs.migration.operations import Insert, Operation, Path, Remove, Rename
from catalog.specs.migration.rotary import ROTARY, rotary_operation
from catalog.specs.migration.steps import Step, StepKind
from catalog.specs.nodes import Dialect, Entry, Mapping, Scalar, Span, to_value
from catalog.specs.views import BASE_CLASS, ClassView, Views
from catalog.values import same_value

_SAME_VALUE = frozenset({"torch_dtype"})
"""Converted keywords whose value the new parameter takes as it is."""

_DEEPEST = 4  # levels of nested configurations


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A block of parameters in a spec.

    Attributes:
        mapping: The block; ``None`` where the spec has none.
        block: Keys that lead to it.
        prefix: Dotted path from the config's root, ending in a dot; empty for the root.
        span: Where to point for what the block does not give.
        dialect: Which keys the spec is written with.
        pinnable: True where old defaults may be written into it.
    """

    mapping: Mapping | None
    block: Path
    prefix: str
    span: Span
    dialect: Dialect
    pinnable: bool = True


class Planner:
    """Compares classes of two releases. What it learns of a pair of classes it keeps.

    Args:
        old: Facts of the release that specs were written for.
        new: Facts of the release that they move to.
        keep_behaviour: Write the old default where it changed and the spec leaves the parameter out.
    """

    def __init__(self, old: Knowledge, new: Knowledge, *, keep_behaviour: bool = False) -> None:
        self.old = Views(old)
        self.new = Views(new)
        self._keep = keep_behaviour
        self._changes: dict[tuple[str, str], dict[str, list[Change]]] = {}

    def steps(self, old: ClassView, new: ClassView, place: Place, *, depth: int = 0) -> Iterator[Step]:
        """What changes for a block of parameters, nested ones first.

        Args:
            old: Its class in the old release.
            new: Its class in the new one.
            place: The block.
            depth: How deep it is nested.
        """
        yield from self._nested(old, new, place, depth)
        changes = self._changes_of(old, new)
        given = _given(old, place.mapping)
        for name, entry in given.items():
            yield from self._entry(entry, name, old, new, place, changes.get(name, ()), frozenset(given))
        taken = _names_given(given, changes)
        for name, found in changes.items():
            for change in found:
                if change.change == "default" and name not in taken:
                    yield from self._default(change, old, new, place)

    # What the spec gives

    def _entry(
        self,
        entry: Entry,
        name: str,
        old: ClassView,
        new: ClassView,
        place: Place,
        changes: list[Change] | tuple[()],
        given: frozenset[str],
    ) -> Iterator[Step]:
        for change in changes:
            if change.change == "renamed":
                yield self._renamed(entry, change, new, place, given)
                return
            if change.change == "removed":
                yield self._removed(entry, change, old, new, place)
                return
        lost_alias = entry.key != name and entry.key not in new.records and entry.key not in new.aliases
        if lost_alias and entry.key not in new.accepted and name in new.records:
            yield self._step(
                place,
                new,
                entry,
                change="renamed",
                before=entry.key,
                after=name,
                message=f"{entry.key} is no other name of {name} any more.",
                operation=None if name in _keys(place) else Rename(place.block, entry.key, name),
            )

    def _renamed(self, entry: Entry, change: Change, new: ClassView, place: Place, given: frozenset[str]) -> Step:
        target = str(change.after)
        still = self._takes(new, entry.key)
        operation: Operation | None = None
        safe = change.confidence == "certain"
        head = target.partition(".")[0]
        if head == ROTARY:
            operation = rotary_operation(entry.key, new, place.block, place.mapping)
        elif target not in given and ("converts" not in (change.note or "") or entry.key in _SAME_VALUE):
            operation = Rename(place.block, entry.key, target)
        doubt = "" if safe else " (likely: the same default and description)"
        rest = f"; {entry.key} is still converted" if still else ""
        if head in _keys(place) and entry.key != head:
            rest += f", and the spec gives {head}, too"
        return self._step(
            place,
            new,
            entry,
            change="renamed",
            before=entry.key,
            after=target,
            message=f"{entry.key} is {target} now{doubt}{rest}.",
            required=not still,
            operation=operation,
            safe=safe,
            confidence=change.confidence,
        )

    def _removed(self, entry: Entry, change: Change, old: ClassView, new: ClassView, place: Place) -> Step:
        value = to_value(entry.value)
        parameter = old.parameter(entry.key)
        was_default = same_value(value, change.before) or (
            parameter is not None and parameter.derived and same_value(value, parameter.effective)
        )
        still = self._takes(new, entry.key)
        what = "it was the default, which the class always had" if was_default else "what it did is no longer done"
        rest = "the constructor still takes the word" if still else f"transformers ignores it; {what}"
        return self._step(
            place,
            new,
            entry,
            change="removed",
            before=value,
            after=None,
            message=f"{change.config_class} has no parameter {entry.key} any more; {rest}.",
            required=not still and place.dialect != "huggingface",
            operation=None if still else Remove(place.block, entry.key),
            safe=was_default,
        )

    def _takes(self, new: ClassView, key: str) -> bool:
        return new.parameter(key) is not None or key in new.accepted

    # What it leaves out

    def _default(self, change: Change, old: ClassView, new: ClassView, place: Place) -> Iterator[Step]:
        if change.confidence != "certain" or change.parameter is None or REQUIRED in (change.before, change.after):
            return
        name = change.parameter
        before = old.effective.get(name, change.before)
        after = new.effective.get(name, change.after)
        if name in old.effective and name in new.effective and same_value(before, after):
            return
        was, will = default_text(before), default_text(after)
        pin = self._keep and place.pinnable and _is_plain(change.before)
        yield Step(
            change="default",
            config_class=new.name,
            parameter=place.prefix + name,
            before=before,
            after=after,
            message=f"The default of {name} changes from {was} to {will}.",
            span=place.span,
            required=False,
            operation=Insert(
                place.block,
                name,
                change.before,
                f"the default of transformers {self.old.knowledge.release}; it is {_short(will)} now",
            )
            if pin
            else None,
            safe=pin,
        )

    # Nested configurations

    def _nested(self, old: ClassView, new: ClassView, place: Place, depth: int) -> Iterator[Step]:
        if depth >= _DEEPEST:
            return
        for name, sub in new.sub_configs.items():
            former = old.sub_configs.get(name)
            entry = place.mapping.get(name) if place.mapping is not None else None
            if former is None or (entry is not None and not isinstance(entry.value, Mapping | Scalar)):
                continue
            mapping = entry.value if entry is not None and isinstance(entry.value, Mapping) else None
            if entry is not None and mapping is None and to_value(entry.value) is not None:
                continue
            named = mapping.get("model_type") if mapping is not None else None
            kind = None if named is None else to_value(named.value)
            before, after = self.old.of_sub_config(former, kind), self.new.of_sub_config(sub, kind)
            if before is not None and after is None and named is not None:
                yield _lost_block(named, before, f"{place.prefix}{name}.", self.new.knowledge.release)
            if before is None or after is None or (mapping is None and (sub.optional or former.optional)):
                continue
            made_alike = not sub.init_kwargs and not former.init_kwargs
            inner = Place(
                mapping=mapping,
                block=(*place.block, name),
                prefix=f"{place.prefix}{name}.",
                span=place.span if entry is None else entry.key_span,
                dialect=place.dialect,
                pinnable=place.pinnable and (mapping is not None or made_alike),
            )
            yield from self.steps(before, after, inner, depth=depth + 1)

    # Comparing

    def _changes_of(self, old: ClassView, new: ClassView) -> dict[str, list[Change]]:
        """The changes of a class's parameters, those included that it takes through the common base."""
        key = (old.name, new.name)
        if key not in self._changes:
            bases = self._base(self.old), self._base(self.new)
            release = self.new.knowledge.release
            found = diff_class(old.record, new.record, release=release, old_base=bases[0], new_base=bases[1])
            inherited: tuple[Change, ...] = ()
            if all(bases):
                own = old.own | new.own
                of_base = diff_class(*bases, release=release)
                inherited = tuple(change for change in of_base if change.parameter not in own)
            grouped: dict[str, list[Change]] = {}
            for change in (*found, *inherited):
                if change.parameter is not None:
                    grouped.setdefault(change.parameter, []).append(change)
            self._changes[key] = grouped
        return self._changes[key]

    def _base(self, views: Views) -> ConfigClass | None:
        return views.knowledge.config_class(BASE_CLASS)

    def _step(  # noqa: PLR0913  # the fields of a step
        self,
        place: Place,
        view: ClassView,
        entry: Entry,
        *,
        change: StepKind,
        before: Json,
        after: Json,
        message: str,
        operation: Operation | None,
        required: bool = True,
        safe: bool = True,
        confidence: Confidence = "certain",
    ) -> Step:
        return Step(
            change=change,
            config_class=view.name,
            parameter=place.prefix + entry.key,
            before=before,
            after=after,
            message=message,
            span=entry.key_span,
            required=required,
            confidence=confidence,
            operation=operation,
            safe=safe and operation is not None,
        )


def _given(view: ClassView, mapping: Mapping | None) -> dict[str, Entry]:
    """The entries of a block by the parameter they give."""
    found = {}
    for entry in mapping.entries if mapping is not None else ():
        found[entry.key if entry.key in view.records else view.aliases.get(entry.key, entry.key)] = entry
    return found


def _names_given(given: dict[str, Entry], changes: dict[str, list[Change]]) -> set[str]:
    """Parameters that the spec gives, also under a name that another one has taken over."""
    names = {*given, *(entry.key for entry in given.values())}
    for name in given:
        for change in changes.get(name, ()):
            if change.change == "renamed":
                names.update((str(change.after), str(change.after).partition(".")[0]))
    return names


def _keys(place: Place) -> set[str]:
    return {entry.key for entry in place.mapping.entries} if place.mapping is not None else set()


def _lost_block(named: Entry, view: ClassView, prefix: str, release: str) -> Step:
    name = str(to_value(named.value))
    return Step(
        change="class-removed",
        config_class=view.name,
        parameter=f"{prefix}model_type",
        before=name,
        after=None,
        message=f"transformers {release} does not have the model type {name!r} any more.",
        span=named.value.span,
        required=True,
    )


def _is_plain(value: Json) -> bool:
    """True where a spec can express a value."""
    if isinstance(value, dict):
        return not any(key.startswith("$") for key in value) and all(map(_is_plain, value.values()))
    return all(map(_is_plain, value)) if isinstance(value, list) else True


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:36]} ..."
