"""What a configuration and its model classes tell of a model, for filters: modality and kinds of attention."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.introspect.traits.attention import KINDS, attention_kinds
from catalog.introspect.traits.modality import modalities
from catalog.records import Architecture, ConfigClass, ModelType, Observation, Traits

__all__ = ["KINDS", "attention_kinds", "derive_traits", "modalities"]


def derive_traits(
    classes: Iterable[ConfigClass],
    observations: Iterable[Observation],
    architectures: Iterable[Architecture],
    model_types: Iterable[ModelType],
) -> tuple[Traits, ...]:
    """Tell the traits of every configuration class but the common base.

    Args:
        classes: Configuration classes.
        observations: What constructing them told; empty for a release that was only parsed. Kinds of attention that
            show only in effective values are then missing.
        architectures: Model classes.
        model_types: Model types.

    Returns:
        Traits, sorted by class name.
    """
    by_name = {item.name: item for item in classes}
    effective = {item.config_class: item.effective for item in observations}
    found = modalities(by_name.values(), architectures, model_types)
    return tuple(
        Traits(
            config_class=name,
            modality=found[name],
            attention=attention_kinds(by_name[name], effective.get(name, {}), by_name, modality=found[name]),
        )
        for name in sorted(found)
    )
