"""Tells which of the parameters that a class lost goes on under another name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.history.change import Confidence
from catalog.history.conversions import CONVERSIONS
from catalog.history.same import plain_words, same_default, same_type
from catalog.records import ConfigClass, Parameter

_MIN_WORDS = 24
"""Shortest description, in characters, that tells one parameter from another."""
_ROTARY = re.compile(r"rope|rotary")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rename:
    """A parameter's new name.

    Attributes:
        new: The name; dotted where it became a key of another parameter.
        confidence: How sure it is.
        note: What tells it.
    """

    new: str
    confidence: Confidence
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Losses:
    """What a class lost and gained.

    Attributes:
        removed: Parameters that are gone, by name.
        added: Parameters that are new, by name.
        kept: Names of the parameters of both.
        old: The class before.
        new: The class now.
        accepted: Keywords that the class's constructors, and the common base's, still take.
    """

    removed: Mapping[str, Parameter]
    added: Mapping[str, Parameter]
    kept: frozenset[str]
    old: ConfigClass
    new: ConfigClass
    accepted: frozenset[str]


def find_renames(losses: Losses) -> dict[str, Rename]:
    """Find new names, the surest evidence first. A new parameter is taken for one old one at most.

    Args:
        losses: What the class lost and gained.

    Returns:
        Old name → new name, for the removed parameters of which one is told.
    """
    found: dict[str, Rename] = {}
    for evidence in (_mapped, _converted, _read_under_its_old_name, _described_alike):
        taken = {rename.new for rename in found.values()}
        open_ = Losses(
            removed={name: item for name, item in losses.removed.items() if name not in found},
            added={name: item for name, item in losses.added.items() if name not in taken},
            kept=losses.kept,
            old=losses.old,
            new=losses.new,
            accepted=losses.accepted,
        )
        found.update(evidence(open_))
    return found


def _mapped(losses: Losses) -> Iterator[tuple[str, Rename]]:
    """An attribute map names both: the new class's maps the old name, or the old class's mapped the new one."""
    known = losses.kept | losses.added.keys()
    for name in losses.removed:
        target = losses.new.attribute_map.get(name)
        if target in known:
            yield name, Rename(new=target, confidence="certain", note="the class maps the old name")
            continue
        aliases = [alias for alias in losses.added if losses.old.attribute_map.get(alias) == name]
        if len(aliases) == 1:
            note = "the new name was an alias before"
            yield name, Rename(new=aliases[0], confidence="certain", note=note)


def _converted(losses: Losses) -> Iterator[tuple[str, Rename]]:
    """Shared code converts the old keyword."""
    known = losses.kept | losses.added.keys()
    conversions = {conversion.old: conversion for conversion in CONVERSIONS}
    for name in losses.removed:
        conversion = conversions.get(name)
        if conversion is not None and conversion.needs in known:
            yield name, Rename(new=conversion.new, confidence="certain", note=f"{conversion.source} converts it")
        elif name in losses.accepted and _ROTARY.search(name) and "rope_parameters" in losses.added:
            yield name, Rename(new="rope_parameters", confidence="certain", note="the constructor converts it")


def _read_under_its_old_name(losses: Losses) -> Iterator[tuple[str, Rename]]:
    """The constructor still reads the old keyword, and one new parameter has the same default and type."""
    for name, old in losses.removed.items():
        if name in losses.accepted:
            alike = [new for new, item in losses.added.items() if _is_alike(old, item) and _share_word(name, new)]
            if len(alike) == 1:
                yield name, Rename(new=alike[0], confidence="certain", note="the constructor reads the old name")


def _described_alike(losses: Losses) -> Iterator[tuple[str, Rename]]:
    """One new parameter has the same default and description, and no other old one has."""
    for name, old in losses.removed.items():
        words = _words(name, old)
        alike = [new for new, item in losses.added.items() if _is_alike(old, item) and words & _words(new, item)]
        rivals = [other for other, item in losses.removed.items() if other != name and words & _words(other, item)]
        if len(alike) == 1 and not rivals:
            yield name, Rename(new=alike[0], confidence="likely", note="same default and description")


def _is_alike(old: Parameter, new: Parameter) -> bool:
    return same_default(old, new) and same_type(old, new)


def _words(name: str, parameter: Parameter) -> frozenset[str]:
    """A parameter's own description, as it is and with its name left out; empty where it says too little."""
    if parameter.inferred_from or not parameter.description:
        return frozenset()
    text = plain_words(parameter.description)
    without = re.sub(rf"\b{re.escape(name.casefold())}\b", "", text)
    return frozenset(words for words in (text, without) if len(words) >= _MIN_WORDS)


def _share_word(left: str, right: str) -> bool:
    """True where two names have a word in common."""
    return bool(set(left.split("_")) & set(right.split("_")))
