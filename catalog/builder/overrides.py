"""What some models need besides their defaults to be built: ``data/build_overrides.yaml``, read and checked."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from catalog.builder.plan import BuildPlan, merged, nested
from catalog.records import Json
from catalog.resources import resource_folder

_FILE: Final = "build_overrides.yaml"
_KEYS: Final = {"config_class", "architectures", "params", "per_layer", "reason"}
_LAYER_KEYS: Final = {"layers", "default", "first", "cycle"}


@dataclass(frozen=True, slots=True, kw_only=True)
class PerLayer:
    """A list with one entry a layer.

    Attributes:
        layers: Parameter that gives the number of layers, dotted from the root.
        default: The number of layers where that parameter is left out.
        first: Entries of the first layers.
        cycle: Entries of the layers after them, over and over.
    """

    layers: str
    default: int
    first: tuple[Json, ...] = ()
    cycle: tuple[Json, ...]

    def values(self, params: Mapping[str, Any]) -> list[Json]:
        """The list for the number of layers that nested parameters ask for."""
        asked: Any = params
        for key in self.layers.split("."):
            asked = asked.get(key) if isinstance(asked, Mapping) else None
        count = asked if isinstance(asked, int) and asked >= 0 else self.default
        rest = max(0, count - len(self.first))
        repeated = self.cycle * (rest // len(self.cycle) + 1)
        return [*self.first[:count], *repeated[:rest]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """What is given instead of a configuration class's defaults.

    Attributes:
        config_class: The class.
        reason: What the defaults leave out or get wrong, as a sentence.
        params: Parameters by dotted names.
        per_layer: Lists with one entry a layer, by dotted names.
        architectures: The model classes that need it; all of the class where none is named.
    """

    config_class: str
    reason: str
    params: Mapping[str, Json] = field(default_factory=dict)
    per_layer: Mapping[str, PerLayer] = field(default_factory=dict)
    architectures: tuple[str, ...] = ()

    def over(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """Parameters as nested mappings, with what they leave out taken from here."""
        given = nested(params)
        lists = {name: layer.values(given) for name, layer in self.per_layer.items()}
        own: dict[str, Any] = merged(nested({**self.params, **lists}), given)
        return own

    def given(self, params: Mapping[str, Any]) -> dict[str, Json]:
        """What is taken from here beside some parameters: what they leave out."""
        all_of_it, theirs = _flat(self.over(params)), _flat(nested(params))
        return {name: value for name, value in all_of_it.items() if name not in theirs}


def overrides_for(config_class: str, architecture: str | None = None) -> Override | None:
    """What a model needs besides its defaults.

    Args:
        config_class: Name of the configuration class.
        architecture: Name of the model class; ``None`` for what every model of that class needs.

    Returns:
        All entries that hold for it as one; ``None`` where the defaults do.
    """
    found = [
        override
        for override in read_overrides()
        if override.config_class == config_class
        and (not override.architectures or architecture in override.architectures)
    ]
    if len(found) < 2:
        return found[0] if found else None
    return Override(
        config_class=config_class,
        reason=" ".join(override.reason for override in found),
        params=_joined(override.params for override in found),
        per_layer=_joined(override.per_layer for override in found),
        architectures=() if architecture is None else (architecture,),
    )


def with_override(plan: BuildPlan) -> tuple[BuildPlan, Override | None]:
    """A plan with what its model needs besides its defaults, below the plan's own parameters.

    Args:
        plan: What to build. The configuration of a checkpoint is complete: nothing is added to it.

    Returns:
        The plan to build, and the override, which is ``None`` where the plan is as it was.
    """
    override = None if plan.checkpoint is not None else overrides_for(plan.config_class, plan.architecture)
    if override is None or not override.given(plan.params):
        return plan, None
    return dataclasses.replace(plan, params=override.over(plan.params)), override


@functools.cache
def read_overrides() -> tuple[Override, ...]:
    """All overrides, in the order of the file.

    Raises:
        ValueError: If the file has not the shape that its head describes.
    """
    import yaml  # noqa: PLC0415  # a plan that comes with its parameters needs none

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (resource_folder("data") / _FILE).read_text(encoding="utf-8")
    return parse_overrides(yaml.load(text, Loader=loader))  # noqa: S506  # both are the safe one


def parse_overrides(document: Any) -> tuple[Override, ...]:
    """Make the records from the file's content.

    Args:
        document: A list of mappings, as the head of the file describes them.

    Returns:
        The overrides, in order.

    Raises:
        ValueError: If an entry has another shape; it names the entry and what is wrong with it.
    """
    if not isinstance(document, list):
        raise ValueError(f"{_FILE} must be a list.")
    return tuple(_override(number, entry) for number, entry in enumerate(document, start=1))


def _override(number: int, entry: Any) -> Override:
    where = f"{_FILE}, entry {number}"
    if not isinstance(entry, Mapping) or not entry.keys() <= _KEYS:
        raise ValueError(f"{where}: it must be a mapping of {', '.join(sorted(_KEYS))}.")
    name, reason = entry.get("config_class"), entry.get("reason")
    if not isinstance(name, str) or not name.endswith("Config"):
        raise ValueError(f"{where}: config_class must name a configuration class.")
    where = f"{where} ({name})"
    if not isinstance(reason, str) or not reason.endswith("."):
        raise ValueError(f"{where}: reason must be a sentence.")
    params, per_layer = entry.get("params", {}), entry.get("per_layer", {})
    if not (isinstance(params, Mapping) and isinstance(per_layer, Mapping)) or not (params or per_layer):
        raise ValueError(f"{where}: params or per_layer must give parameters by name.")
    architectures = entry.get("architectures", [])
    if not isinstance(architectures, list) or not all(isinstance(item, str) for item in architectures):
        raise ValueError(f"{where}: architectures must be a list of model classes.")
    return Override(
        config_class=name,
        reason=reason,
        params=dict(params),
        per_layer={key: _per_layer(f"{where}, {key}", value) for key, value in per_layer.items()},
        architectures=tuple(architectures),
    )


def _per_layer(where: str, entry: Any) -> PerLayer:
    if not isinstance(entry, Mapping) or not entry.keys() <= _LAYER_KEYS:
        raise ValueError(f"{where}: it must be a mapping of {', '.join(sorted(_LAYER_KEYS))}.")
    layers, default, cycle = entry.get("layers"), entry.get("default"), entry.get("cycle")
    if not isinstance(layers, str) or not isinstance(default, int) or not isinstance(cycle, list) or not cycle:
        raise ValueError(f"{where}: layers must name a parameter, default be a number, cycle a list.")
    return PerLayer(layers=layers, default=default, first=tuple(entry.get("first", ())), cycle=tuple(cycle))


def _joined(mappings: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {key: value for mapping in mappings for key, value in mapping.items()}


def _flat(params: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Nested mappings with dotted names; an empty mapping is a value."""
    found: dict[str, Any] = {}
    for name, value in params.items():
        if isinstance(value, Mapping) and value:
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = value
    return found
