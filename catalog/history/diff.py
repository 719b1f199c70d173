"""Compares two releases: what changed in their configurations, by meaning and not by spelling."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping

from catalog.history.change import REQUIRED, Change, ChangeKind
from catalog.history.pairing import Pair, pair_classes
from catalog.history.renames import Losses, Rename, find_renames
from catalog.history.same import same_choices, same_default, same_description, same_type
from catalog.records import ConfigClass, Json, Parameter

_UNKNOWN = "$unknown"


def diff_classes(old: Iterable[ConfigClass], new: Iterable[ConfigClass], *, release: str) -> tuple[Change, ...]:
    """Compare the configuration classes of two releases.

    Args:
        old: Classes of the older release, its common base included.
        new: Classes of the newer one.
        release: The newer release.

    Returns:
        The changes, sorted by class; those of a class itself first, then by parameter in the class's order.
    """
    before, after = {item.name: item for item in old}, {item.name: item for item in new}
    comparison = _Comparison(_base(before), _base(after), release)
    return tuple(change for pair in pair_classes(before, after) for change in comparison.changes(pair))


def diff_class(
    old: ConfigClass | None,
    new: ConfigClass | None,
    *,
    release: str,
    old_base: ConfigClass | None = None,
    new_base: ConfigClass | None = None,
) -> tuple[Change, ...]:
    """Compare one class in two releases.

    Args:
        old: The class before; ``None`` where the older release does not have it.
        new: The class now; ``None`` where the newer one does not have it.
        release: The newer release.
        old_base: The common base class of the older release: what a class takes through it was there before.
        new_base: The common base class of the newer one.

    Returns:
        The changes.
    """
    renamed = old is not None and new is not None and old.name != new.name and not new.is_base
    pair = Pair(old=old, new=new, confidence="likely" if renamed else "certain")
    return tuple(_Comparison(old_base, new_base, release).changes(pair))


def public_parameters(config: ConfigClass) -> dict[str, Parameter]:
    """Parameters by the names under which a user sets them.

    A dataclass keeps what a settable property ``x`` holds in a field ``_x``; users write ``x``.
    """
    found = {}
    for parameter in config.parameters:
        public = parameter.name.removeprefix("_")
        name = public if parameter.name.startswith("_") and public in config.properties else parameter.name
        found[name] = parameter
    return found


def _base(classes: Mapping[str, ConfigClass]) -> ConfigClass | None:
    return next((item for item in classes.values() if item.is_base), None)


class _Comparison:
    """Compares pairs of classes of two releases."""

    def __init__(self, old_base: ConfigClass | None, new_base: ConfigClass | None, release: str) -> None:
        self._release = release
        self._base_names = tuple(item.name if item is not None else "PreTrainedConfig" for item in (old_base, new_base))
        self._inherited = public_parameters(old_base) if old_base is not None else {}
        self._still_inherited = public_parameters(new_base) if new_base is not None else {}
        self._accepted = frozenset((*new_base.accepted_keywords, *new_base.properties) if new_base is not None else ())

    def changes(self, pair: Pair) -> Iterator[Change]:
        old, new = pair.old, pair.new
        if old is None and new is not None:
            yield self._change("class-added", new, after=new.module)
        elif new is None and old is not None:
            yield self._change("class-removed", old, before=old.module)
        elif old is not None and new is not None:
            if old.name != new.name:
                renamed = self._change("renamed", new, before=old.name, after=new.name)
                yield dataclasses.replace(renamed, confidence=pair.confidence)
            if old.module != new.module:
                note = "deprecated" if new.deprecated and not old.deprecated else None
                yield self._change("moved", new, before=old.module, after=new.module, note=note)
            yield from self._parameters(old, new)

    def _parameters(self, old: ConfigClass, new: ConfigClass) -> Iterator[Change]:
        before, after = public_parameters(old), public_parameters(new)
        # What the other release's common base declares did not come or go; the class itself redeclares it, or no more.
        inherited = {} if old.is_base else {name: item for name, item in self._inherited.items() if name not in before}
        still_inherited = {} if new.is_base else self._still_inherited
        removed = {name: item for name, item in before.items() if name not in after and name not in still_inherited}
        added = {name: item for name, item in after.items() if name not in before}
        renames = find_renames(
            Losses(
                removed=removed,
                added=added,
                kept=frozenset(before.keys() & after.keys()),
                old=old,
                new=new,
                accepted=self._accepted | {*new.accepted_keywords, *new.properties},
            )
        )
        targets = {rename.new for rename in renames.values()}
        for name, parameter in before.items():
            if name in after:
                yield from self._values(new, name, parameter, after[name])
            elif name in still_inherited:
                values = (parameter, still_inherited[name])
                yield from self._moved(new, name, values, owners=(old.name, self._base_names[1]))
            elif name in renames:
                yield from self._renamed(new, name, parameter, renames[name], after)
            else:
                yield self._change("removed", new, name, before=default_of(parameter), note=self._remark(new, name))
        for name, parameter in added.items():
            if name in inherited:
                values = (inherited[name], parameter)
                yield from self._moved(new, name, values, owners=(self._base_names[0], new.name))
            elif name not in targets:
                yield self._change("added", new, name, after=default_of(parameter))

    def _moved(
        self, new: ConfigClass, name: str, values: tuple[Parameter, Parameter], *, owners: tuple[str, str]
    ) -> Iterator[Change]:
        """Changes of a parameter that a class took through the common base, and declares itself now, or the reverse."""
        yield self._change("moved", new, name, before=owners[0], after=owners[1])
        for change in self._values(new, name, *values):
            # A constructor may have handed the base another value than its default.
            if change.change == "default":
                yield dataclasses.replace(change, confidence="likely")

    def _renamed(
        self, new: ConfigClass, name: str, old: Parameter, rename: Rename, after: Mapping[str, Parameter]
    ) -> Iterator[Change]:
        change = self._change("renamed", new, name, before=name, after=rename.new, note=rename.note)
        yield dataclasses.replace(change, confidence=rename.confidence)
        target = after.get(rename.new)
        if target is not None and "converts" not in rename.note:
            for item in self._values(new, rename.new, old, target):
                if item.change != "description":
                    yield item

    def _values(self, new: ConfigClass, name: str, before: Parameter, after: Parameter) -> Iterator[Change]:
        """Changes of what a parameter is, where it goes by the same name."""
        if before is after:
            return
        if not same_default(before, after):
            yield self._change("default", new, name, before=default_of(before), after=default_of(after))
        if not same_type(before, after):
            yield self._change("type", new, name, before=before.type, after=after.type)
        if not same_choices(before, after):
            yield self._change("choices", new, name, before=_choices(before), after=_choices(after))
        if not same_description(before, after):
            yield self._change("description", new, name, before=before.description, after=after.description)

    def _remark(self, new: ConfigClass, name: str) -> str | None:
        """What becomes of a removed parameter's name."""
        if name in new.properties or name in new.accepted_keywords:
            return "the constructor still takes it"
        return "the common base class still takes it" if name in self._accepted else None

    def _change(
        self,
        kind: ChangeKind,
        config: ConfigClass,
        parameter: str | None = None,
        *,
        before: Json = None,
        after: Json = None,
        note: str | None = None,
    ) -> Change:
        return Change(
            release=self._release,
            change=kind,
            config_class=config.name,
            parameter=parameter,
            before=before,
            after=after,
            note=note,
        )


def default_of(parameter: Parameter) -> Json:
    """A parameter's default, or what stands for none and for an unknown one."""
    if parameter.required:
        return REQUIRED
    return parameter.default if parameter.default_known else {_UNKNOWN: parameter.default_source}


def _choices(parameter: Parameter) -> Json:
    return None if parameter.choices is None else list(parameter.choices)
