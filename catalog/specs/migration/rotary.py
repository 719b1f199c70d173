"""The rotary keys of version 4 as ``rope_parameters``, only where transformers makes the same configuration of both.

``RotaryEmbeddingConfigMixin.convert_rope_params_to_dict`` merges ``rope_scaling`` and ``rope_theta`` into
``rope_parameters`` when a configuration is made. For a class whose default has one flat set of plain values it does so
alike for every class, and the merged spelling is taken as it is. Classes that have a set for each kind of layer, or
that are scaled by default, do more; their specs keep the old keys, which are still converted.
"""

from __future__ import annotations

from typing import Any, Final

from catalog.records import Json
from catalog.specs.migration.operations import Move, Operation, Path, Remove, Rename
from catalog.specs.nodes import Mapping, to_value
from catalog.specs.views import ClassView

ROTARY: Final = "rope_parameters"
_THETA: Final = "rope_theta"
_SCALING: Final = "rope_scaling"
_PLAIN: Final = frozenset({"rope_type", _THETA, "partial_rotary_factor"})


def rotary_operation(key: str, new: ClassView, block: Path, mapping: Mapping | None) -> Operation | None:
    """What takes one of the old keys over.

    Args:
        key: ``rope_theta`` or ``rope_scaling``, as the spec gives it.
        new: The class in the new release.
        block: Keys that lead to the block in which it stands.
        mapping: That block.

    Returns:
        The operation, after each of which the spec means what it meant before; ``None`` where that is not certain.
    """
    if mapping is None or ROTARY in mapping or not _has_one_plain_set(new):
        return None
    scaling, theta = _value(mapping, _SCALING), _value(mapping, _THETA)
    is_scaled = isinstance(scaling, dict) and bool(scaling)
    if not (_is_flat(scaling, new) if is_scaled else scaling in (None, {})):
        return None
    if key == _SCALING:
        return Rename(block, key, ROTARY) if is_scaled else Remove(block, key)
    if key != _THETA or not isinstance(theta, int | float) or isinstance(theta, bool):
        return None
    if not is_scaled:
        rope: Json = {"rope_type": "default", _THETA: theta}
        return Rename(block, key, ROTARY, rope, replaced=True)
    return Remove(block, key) if _THETA in scaling else Move(block, key, ROTARY, theta)


def _value(mapping: Mapping, key: str) -> Any:
    entry = mapping.get(key)
    return None if entry is None else to_value(entry.value)


def _has_one_plain_set(new: ClassView) -> bool:
    """True where the class makes one set of plain values when nothing is given."""
    parameter = new.parameter(ROTARY)
    made = new.effective.get(ROTARY)
    if parameter is None or parameter.record.default is not None or _THETA in new.records:
        return False
    return isinstance(made, dict) and made.get("rope_type") == "default" and _THETA in made and made.keys() <= _PLAIN


def _is_flat(scaling: dict[str, Any], new: ClassView) -> bool:
    """True for one set of a type that transformers computes; names of original implementations are converted."""
    kind = scaling.get("rope_type", scaling.get("type"))
    known = new.knowledge.vocabulary("rope_types")
    return isinstance(kind, str) and kind in known and not any(isinstance(value, dict) for value in scaling.values())
