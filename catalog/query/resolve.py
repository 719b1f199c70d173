"""Follows a dotted name: to a class, through its sub-configs, to a parameter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from catalog.errors import NotFoundError, UsageError
from catalog.query.models import ModelConfig, Resolved
from catalog.query.names import NameIndex, closest


def resolve(path: str, names: NameIndex, load: Callable[[str], ModelConfig]) -> Resolved:
    """Find what a dotted name stands for.

    The longest beginning that names a class is the class (import paths have dots of their own); what follows leads
    through sub-configs to a parameter.

    Args:
        path: The name.
        names: Names of the release's classes.
        load: Reads a class by its name.

    Returns:
        The class, and the parameter where the name goes that far.

    Raises:
        NotFoundError: If a part of it does not exist.
        UsageError: If the model type belongs to several classes, or the path goes on where there is no sub-config.
    """
    parts = path.strip().split(".")
    for count in range(len(parts), 0, -1):
        class_name = names.find(".".join(parts[:count]))
        if class_name is not None:
            return _descend(load(class_name), parts[count:], names, load)
    first = path if path.startswith("transformers.") or len(parts) == 1 else parts[0]
    raise names.not_found(first)


def _descend(
    config: ModelConfig, parts: Sequence[str], names: NameIndex, load: Callable[[str], ModelConfig]
) -> Resolved:
    if not parts:
        return Resolved(config=config)
    name, *rest = parts
    if not rest:
        return _parameter(config, name)
    sub = next((sub for sub in config.sub_configs if sub.name == name), None)
    if sub is None:
        found = _parameter(config, name).parameter
        raise UsageError(
            f"{config.config_class}.{found.name if found else name} is no sub-config, "
            f"so there is no {'.'.join(rest)!r} in it."
        )
    target = sub.config_class or (sub.model_type and names.find(sub.model_type)) or _made_class(config, name)
    if not target:
        raise UsageError(
            f"The class of {config.config_class}.{name} is not fixed: the model type within the block decides.",
            remedy=f"Name the model itself: NAME.{'.'.join(rest)}",
        )
    return _descend(load(names.get(target)), rest, names, load)


def _made_class(config: ModelConfig, name: str) -> str | None:
    """Class of the configuration that stands there when a class is constructed without arguments."""
    parameter = config.parameters.get(name)
    made = parameter.effective_default if parameter is not None else None
    return str(made["$config"]) if isinstance(made, dict) and "$config" in made else None


def _parameter(config: ModelConfig, name: str) -> Resolved:
    alias = config.attribute_map.get(name)
    if name in config.parameters:
        return Resolved(config=config, parameter=config.parameters[name])
    if alias is not None and alias in config.parameters:
        return Resolved(config=config, parameter=config.parameters[alias], alias=name)
    candidates = {*config.parameters, *config.attribute_map}
    raise NotFoundError(
        "parameter",
        name,
        where=f"in {config.config_class} of transformers {config.release}",
        suggestions=closest(name, candidates),
    )
