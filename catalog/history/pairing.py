"""Finds the classes of two releases that are the same class, also where its name changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.history.change import Confidence
from catalog.records import ConfigClass

_ALIKE = 0.6
"""Least share of common parameter names for two classes of one model type to be one class under two names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A class in two releases.

    Attributes:
        old: The class before; ``None`` where it is new.
        new: The class now; ``None`` where it is gone.
        confidence: How sure it is that the two are one.
    """

    old: ConfigClass | None
    new: ConfigClass | None
    confidence: Confidence = "certain"


def pair_classes(old: Mapping[str, ConfigClass], new: Mapping[str, ConfigClass]) -> list[Pair]:
    """Pair the classes of two releases.

    Args:
        old: Classes of the older release by name.
        new: Classes of the newer one.

    Returns:
        One pair for each class, sorted by the newer name.
    """
    pairs = [Pair(old=old[name], new=new[name]) for name in old.keys() & new.keys()]
    gone = {name: item for name, item in old.items() if name not in new}
    came = {name: item for name, item in new.items() if name not in old}
    for name in sorted(gone):
        renamed = _renamed(gone[name], gone, came)
        if renamed is not None:
            pairs.append(Pair(old=gone[name], new=renamed, confidence="certain" if renamed.is_base else "likely"))
            del came[renamed.name]
        else:
            pairs.append(Pair(old=gone[name], new=None))
    pairs += [Pair(old=None, new=item) for item in came.values()]
    return sorted(pairs, key=lambda pair: _name(pair.new) or _name(pair.old))


def _name(item: ConfigClass | None) -> str:
    return "" if item is None else item.name


def _renamed(lost: ConfigClass, gone: Mapping[str, ConfigClass], came: Mapping[str, ConfigClass]) -> ConfigClass | None:
    """The new class that a lost one became: the common base, or the only one of its model type that is like it."""
    if lost.is_base:
        return next((item for item in came.values() if item.is_base), None)
    if lost.model_type is None or sum(item.model_type == lost.model_type for item in gone.values()) > 1:
        return None
    candidates = [item for item in came.values() if item.model_type == lost.model_type]
    return candidates[0] if len(candidates) == 1 and _are_alike(lost, candidates[0]) else None


def _are_alike(one: ConfigClass, other: ConfigClass) -> bool:
    left = {parameter.name for parameter in one.parameters}
    right = {parameter.name for parameter in other.parameters}
    return len(left & right) >= _ALIKE * max(len(left | right), 1)
