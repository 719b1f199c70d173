"""The page that compares models side by side, and the data it loads: a small script for each class.

A class's script holds its parameters as the newest release has them, and its changes in reverse order. The browser
takes changes back until it reaches the release that was asked for, so that one small file shows every release.
They are scripts because a page opened from a folder may load scripts but not fetch files.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from catalog.history import REQUIRED, Change
from catalog.query import CatalogParameter, ModelConfig
from catalog.records import Json
from catalog.site.data import BASE_NAMES, SiteData
from catalog.site.links import model_url
from catalog.site.pages import Asset, Page, PageInfo
from catalog.site.search_index import shorten
from catalog.site.templates import render
from catalog.types import to_text
from catalog.values import same_value, to_python_text

URL = "compare/"
_VALUE = 160
_TOLD = frozenset({"class-added", "added", "removed", "renamed", "default", "type"})


def pages(data: SiteData) -> Iterator[Page]:
    """The page on which models are picked and compared."""
    info = PageInfo(
        url=URL,
        kind="list",
        title="Compare models",
        names=("side by side", "difference between models", "diff"),
        text="Parameters of two to four models, or of two releases of one model, side by side.",
    )
    yield Page(
        info=info,
        body=render("compare.md.jinja", models=data.models, release=data.release),
        description="Compare the parameters of transformers models side by side.",
        in_navigation=True,
        hide=("navigation", "toc"),
    )


def assets(data: SiteData) -> Iterator[Asset]:
    """One script for each class."""
    for config in data.models:
        document = compared(config, data.histories.get(config.config_class, ()))
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        name = json.dumps(config.config_class)
        yield Asset(
            path=f"data/compare/{config.config_class}.js",
            content=f"(window.catalogCompared??={{}})[{name}]={text};\n".encode(),
        )


def compared(config: ModelConfig, history: Sequence[Change]) -> dict[str, Any]:
    """What the browser needs to compare a class.

    Args:
        config: The class in the newest release.
        history: Its changes, oldest first.

    Returns:
        ``parameters``: rows of name, type, declared default, and the effective one where it is another;
        ``changes``: rows of release, kind, parameter, before, after, newest first, without those of wording.
    """
    return {
        "release": config.release,
        "url": model_url(config.config_class),
        "modelType": config.model_type,
        "modality": config.modality,
        "parameters": [_row(item) for item in config.parameters.values() if item.inherited_from not in BASE_NAMES],
        "changes": [_change(change) for change in reversed(history) if change.change in _TOLD],
    }


def _row(parameter: CatalogParameter) -> list[str | None]:
    if parameter.required:
        declared = "required"
    elif not parameter.default_known:
        declared = shorten(parameter.default_source or "?", _VALUE)
    else:
        declared = _value(parameter.default)
    changed = parameter.effective_known and not same_value(parameter.default, parameter.effective_default)
    row = [parameter.name, parameter.type_text or "", declared]
    return [*row, _value(parameter.effective_default)] if changed else [*row]


def _change(change: Change) -> list[str | None]:
    show = to_text if change.change == "type" else _value
    before, after = (
        None if _means_nothing(change, side) else _name_or(show, change, value)
        for side, value in (("before", change.before), ("after", change.after))
    )
    return [change.release, change.change, change.parameter, before, after]


def _means_nothing(change: Change, side: str) -> bool:
    return change.change == "class-added" or (change.change, side) in {("added", "before"), ("removed", "after")}


def _name_or(show: Any, change: Change, value: Json) -> str:
    return str(value) if change.change == "renamed" else str(show(value))


def _value(value: Json) -> str:
    if value == REQUIRED:
        return "required"
    return shorten(" ".join(to_python_text(value).split()), _VALUE)
