"""The keys of an EIR input configuration, from ``data/eir_schema.yaml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from catalog.records import Json
from catalog.resources import resource_folder

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML was built without libyaml
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]  # where libyaml is missing


@dataclass(frozen=True, slots=True, kw_only=True)
class EirKey:
    """One key of a block.

    Attributes:
        name: The key.
        types: What its value may be: ``str``, ``int``, ``float``, ``bool``, ``null``, ``list``, ``block``.
        items: Type of a list's items; ``None`` for other values.
        required: True where EIR stops without it.
        default: What EIR takes where it is absent.
        choices: The only values possible; ``None`` where any will do.
        choices_of_str: The only strings possible where numbers are, too.
        minimum: Smallest number possible.
        maximum: Largest number possible.
        block: Name of the block that describes its keys; ``None`` where there is none, or where other keys decide.
        about: What it is.
    """

    name: str
    types: tuple[str, ...]
    items: str | None = None
    required: bool = False
    default: Json = None
    choices: tuple[Json, ...] | None = None
    choices_of_str: tuple[str, ...] | None = None
    minimum: float | None = None
    maximum: float | None = None
    block: str | None = None
    about: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EirInputType:
    """One value of ``input_info.input_type``.

    Attributes:
        type_info: Block that describes ``input_type_info``.
        model: Block that describes ``model_config``.
        interpretation: True where ``interpretation_config`` is read.
        own_models: EIR's own model types → block that describes ``model_init_config``.
        default_model: Model type that EIR takes where none is named.
        transformers: True where any other model type is one of transformers.
        timm: True where any other model type is one of timm.
    """

    type_info: str
    model: str
    interpretation: bool
    own_models: Mapping[str, str]
    default_model: str | None
    transformers: bool
    timm: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EirSchema:
    """All that is known of EIR's input configuration.

    Attributes:
        version: The EIR release described.
        input_types: By name.
        blocks: Keys by block, then by name.
    """

    version: str
    input_types: Mapping[str, EirInputType]
    blocks: Mapping[str, Mapping[str, EirKey]]


@lru_cache(maxsize=1)
def eir_schema() -> EirSchema:
    """Read the schema, once."""
    document = yaml.load((resource_folder("data") / "eir_schema.yaml").read_bytes(), _Loader)
    return EirSchema(
        version=document["version"],
        input_types={
            name: _input_type(facts, document["model_types"][name]) for name, facts in document["input_types"].items()
        },
        blocks={
            block: {name: _key(name, facts) for name, facts in keys.items()}
            for block, keys in document["blocks"].items()
        },
    )


def _input_type(facts: dict[str, Any], models: dict[str, Any]) -> EirInputType:
    return EirInputType(
        **facts,
        own_models=models["own"],
        default_model=models.get("default"),
        transformers=models.get("transformers", False),
        timm=models.get("timm", False),
    )


def _key(name: str, facts: dict[str, Any]) -> EirKey:
    types = facts["type"]
    rest: dict[str, Any] = {
        key: tuple(value) if key.startswith("choices") else value for key, value in facts.items() if key != "type"
    }
    return EirKey(name=name, types=tuple(types) if isinstance(types, list) else (types,), **rest)
