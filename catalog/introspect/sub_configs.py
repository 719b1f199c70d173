"""Reads which parameters of an imported configuration class are configurations themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any

from catalog.introspect.docstrings.constants import fold_constant
from catalog.introspect.source_text import ClassText
from catalog.records import Json, SubConfig
from catalog.values import to_json

_TABLE = "sub_configs_defaults"


def sub_configs(cls: type, base: type, lineage: Mapping[str, ClassText]) -> tuple[SubConfig, ...]:
    """Read the sub-configurations of a class.

    Args:
        cls: The class.
        base: The common base class.
        lineage: Sources of the class and its ancestors by name, nearest first.

    Returns:
        Its sub-configurations, in the class's order.
    """
    specs = getattr(cls, _TABLE, None) or getattr(cls, "sub_configs", None)
    if not isinstance(specs, Mapping):  # some releases compute it on the instance
        return ()
    written = _written_values(lineage)
    return tuple(_sub_config(name, spec, base, written.get(name)) for name, spec in specs.items())


def _sub_config(name: str, spec: Any, base: type, written: dict[str, Json] | None) -> SubConfig:
    cls = spec if isinstance(spec, type) else spec.config_class
    fixed = isinstance(cls, type) and issubclass(cls, base)
    own = getattr(cls, "model_type", None) or None
    model_type = None if isinstance(spec, type) else spec.model_type or None
    values = getattr(spec, "init_kwargs", None) or {}
    return SubConfig(
        name=name,
        config_class=cls.__name__ if fixed else None,
        model_type=None if fixed and model_type == own else model_type,
        optional=bool(getattr(spec, "optional", False)),
        init_kwargs={key: to_json(value) for key, value in values.items()} if written is None else written,
    )


def _written_values(lineage: Mapping[str, ClassText]) -> dict[str, dict[str, Json]]:
    """Values with which the source makes each block.

    They are taken from the source where they can: constructing a class may change the very dictionaries that the class
    holds, and what a release says must not depend on what was constructed before.
    """
    table = next((text.assignments[_TABLE] for text in lineage.values() if _TABLE in text.assignments), None)
    return dict(_folded(table)) if isinstance(table, ast.Dict) else {}


def _folded(table: ast.Dict) -> Iterator[tuple[str, dict[str, Json]]]:
    for key, spec in zip(table.keys, table.values, strict=True):
        if not (isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(spec, ast.Call)):
            continue
        for argument in spec.keywords:
            if argument.arg == "init_kwargs":
                try:
                    values = to_json(fold_constant(argument.value))
                except ValueError:
                    continue
                if isinstance(values, dict):
                    yield key.value, values
