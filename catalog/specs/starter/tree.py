"""The content of a starter spec, before it is written in any syntax: entries with values and notes, nested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from catalog.records import Json, SubConfig
from catalog.specs.json_schema.markup import capitalised, first_sentence, to_plain
from catalog.specs.json_schema.texts import type_words, value_text
from catalog.specs.starter.selection import important
from catalog.specs.views import ClassView, ParameterView, Views

_EVIDENT = frozenset({"true or false", "a string", "an integer", "a number"})
"""Types that a value tells by itself."""

_DEEPEST = 6  # blocks within blocks; the deepest configuration has four


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One key of a starter spec.

    Attributes:
        name: The key.
        value: Its value in JSON form; meaningless where there are `children`.
        note: What a reader should know of it, in a line; empty where nothing is to be said.
        active: True where it is part of the spec; False where it stands in a comment.
        known: False where `value` only stands in for one that has no default or that no spec can express.
        children: The entries of its block; ``None`` where it is a plain value.
    """

    name: str
    value: Json = None
    note: str = ""
    active: bool = True
    known: bool = True
    children: tuple[Entry, ...] | None = None


def parameter_entries(
    view: ClassView, views: Views, *, everything: bool, refused: Mapping[str, str] = MappingProxyType({})
) -> tuple[Entry, ...]:
    """The parameters of a class, with its defaults.

    Args:
        view: The class.
        views: The release's classes, for nested configurations.
        everything: Also give the parameters that are not important, those of the common base last.
        refused: Nested configurations to leave out, with the reason.

    Returns:
        The entries, in the class's own order; only the important ones are active.
    """
    return _Builder(views, everything=everything, refused=refused).entries(view, {}, depth=0)


class _Builder:
    def __init__(self, views: Views, *, everything: bool, refused: Mapping[str, str]) -> None:
        self._views = views
        self._everything = everything
        self._refused = refused

    def entries(self, view: ClassView, given: Mapping[str, Json], *, depth: int) -> tuple[Entry, ...]:
        """The entries of a block, whose class is made with the values in `given`."""
        chosen = important(view)
        given = {view.aliases.get(name, name): value for name, value in given.items()}
        names = [name for name in view.records if name in view.own or name in given]
        if depth == 0 and self._everything:
            names += [name for name in view.records if name not in view.own]
        found = [
            self._entry(view, name, given, active=name in chosen or name in given, depth=depth)
            for name in names
            if (self._everything and not name.startswith("_")) or name in chosen or name in given
        ]
        # What a class is given although it takes no such parameter may be read by the model all the same.
        further = [name for name in given if name not in view.records]
        found += [Entry(name=name, value=given[name]) for name in further if name != "model_type"]
        return tuple(entry for entry in found if entry is not None)

    def _entry(
        self, view: ClassView, name: str, given: Mapping[str, Json], *, active: bool, depth: int
    ) -> Entry | None:
        parameter = view.parameter(name)
        if parameter is None:
            return None
        record = parameter.record
        if depth == 0 and name in self._refused:
            return Entry(name=name, value=None, note=self._refused[name])
        sub = view.sub_configs.get(name)
        if sub is not None and depth < _DEEPEST and (block := self._block(view, parameter, sub, given, depth)):
            return block
        if name in given:
            return Entry(name=name, value=given[name], note=_note(parameter, given[name], terse=True))
        if record.required or not record.default_known or lacks_words(record.default):
            return Entry(name=name, value=None, note=_note(parameter, None, terse=False), active=False, known=False)
        value = _default(parameter) if not given else record.default
        note = _note(parameter, value, terse=active, alone=not given)
        return Entry(name=name, value=value, note=note, active=active)

    def _block(
        self, view: ClassView, parameter: ParameterView, sub: SubConfig, given: Mapping[str, Json], depth: int
    ) -> Entry | None:
        """The block of a nested configuration; ``None`` where the class leaves it out or makes another one."""
        values = given.get(parameter.name, sub.init_kwargs)
        if not isinstance(values, Mapping):
            return None
        named = values.get("model_type", None if sub.config_class else sub.model_type)
        nested = self._views.of_sub_config(sub, named)
        if nested is None or (parameter.name not in given and not _is_made(view, parameter, sub, nested)):
            return None
        children = self.entries(nested, values, depth=depth + 1)
        if named is not None:
            children = (Entry(name="model_type", value=named), *children)
        text = first_sentence(to_plain(parameter.record.description or ""))
        return Entry(name=parameter.name, note=text or nested.name, children=children)


def _is_made(view: ClassView, parameter: ParameterView, sub: SubConfig, nested: ClassView) -> bool:
    """Tell whether the class makes this very configuration where the parameter is left out."""
    if not view.effective:
        return not sub.optional  # it was not seen constructing: what its code says must do
    return parameter.derived and parameter.effective == {"$config": nested.name}


def _default(parameter: ParameterView) -> Json:
    """The default to write: rotary parameters as the class makes them, since null shows nothing of them."""
    effective = parameter.effective
    if parameter.name == "rope_parameters" and parameter.record.default is None and isinstance(effective, dict):
        return effective
    return parameter.record.default


def lacks_words(value: Json) -> bool:
    """True where a value in JSON form is an object that no spec can express."""
    if isinstance(value, Mapping):
        return any(key in ("$config", "$repr", "$set") for key in value) or any(map(lacks_words, value.values()))
    return isinstance(value, list) and any(map(lacks_words, value))


def _note(parameter: ParameterView, value: Json, *, terse: bool, alone: bool = True) -> str:
    """The first sentence of the documentation; type and range, where the value does not tell them or all is told."""
    text = capitalised(first_sentence(to_plain(parameter.record.description or "")).removeprefix("This is "))
    facts = [] if value is not None and (terse or type_words(parameter) in _EVIDENT) else [type_words(parameter)]
    if alone and value is None and parameter.derived:
        facts.append(f"null becomes {value_text(parameter.effective)}")
    if parameter.record.required:
        facts.append("required")
    told = "; ".join(filter(None, facts)).removeprefix("an ").removeprefix("a ")
    return f"{text} ({told})" if text and told else text or told
