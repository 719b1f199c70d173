"""Starter specs, ready to copy, and the JSON Schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from catalog.errors import CatalogError
from catalog.query import ModelConfig
from catalog.site.data import BASE_NAMES, SiteData
from catalog.site.links import schema_url
from catalog.site.pages import Asset
from catalog.specs.json_schema import json_schema
from catalog.specs.nodes import Dialect
from catalog.specs.starter import starter_spec

_DIALECTS: tuple[tuple[Dialect, str, str], ...] = (
    ("native", "Spec for catalog validate", "yaml"),
    ("eir", "EIR sequence input", "yaml"),
    ("huggingface", "config.json of a checkpoint", "json"),
)
_EIR_MODALITIES = frozenset({"text", None})
"""EIR takes transformers' models for sequences only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Starter:
    """A starter spec in one dialect.

    Attributes:
        dialect: The dialect.
        title: What to call it.
        language: The language it is written in.
        text: The file's text.
    """

    dialect: str
    title: str
    language: str
    text: str


def starter_texts(config: ModelConfig, data: SiteData) -> tuple[Starter, ...]:
    """The starter specs of a class, in the dialects that have a word for it."""
    if config.config_class in BASE_NAMES:
        return ()
    made = []
    for dialect, title, language in _DIALECTS:
        if dialect == "eir" and config.modality not in _EIR_MODALITIES:
            continue
        if dialect != "native" and config.model_type not in config.model_types:
            continue
        try:
            text = starter_spec(data.knowledge, config.config_class, dialect=dialect, checker=data.checker)
        except CatalogError:  # the dialect names models by model type, and the class has none
            continue
        made.append(Starter(dialect=dialect, title=title, language=language, text=text))
    return tuple(made)


def assets(data: SiteData) -> Iterator[Asset]:
    """The JSON Schema of each class, as ``catalog schema`` prints it, without white space."""
    for config in data.models:
        document = json_schema(data.knowledge, config.config_class, views=data.checker.views)
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        yield Asset(path=schema_url(config.config_class), content=text.encode())
