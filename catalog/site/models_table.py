"""The table of all models, and its rows as data."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from catalog.query import ModelConfig
from catalog.site.data import SiteData
from catalog.site.links import model_url, relative
from catalog.site.model_history import added_in
from catalog.site.pages import Asset, Page, PageInfo
from catalog.site.templates import render

URL = "models/"
DATA_URL = "data/models.json"


def pages(data: SiteData) -> Iterator[Page]:
    """The page with the table of all models."""
    rows = [_row(config, data) for config in data.models]
    body = render(
        "models.md.jinja",
        rows=rows,
        release=data.release,
        links={row["config_class"]: relative(model_url(row["config_class"]), source=URL) for row in rows},
        modalities=sorted({row["modality"] for row in rows if row["modality"]}),
        tasks=sorted({task for row in rows for task in row["tasks"]}),
        data_url=relative(DATA_URL, source=URL),
    )
    info = PageInfo(url=URL, kind="list", title="Models", names=("all models",), text="All configuration classes.")
    yield Page(
        info=info,
        body=body,
        description=f"All {len(rows)} configuration classes of transformers {data.release.version}.",
        in_navigation=True,
        hide=("navigation", "toc"),
    )


def assets(data: SiteData) -> Iterator[Asset]:
    """The rows of the table as JSON, with the names of each class's own parameters."""
    rows = [{**_row(config, data), "parameter_names": list(config.own_parameters)} for config in data.models]
    document = {"release": data.release.version, "models": rows}
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    yield Asset(path=DATA_URL, content=text.encode())


def _row(config: ModelConfig, data: SiteData) -> dict[str, Any]:
    facts = data.facts.get(config.config_class)
    return {
        "config_class": config.config_class,
        "url": model_url(config.config_class),
        "model_type": config.model_type,
        "modality": config.modality,
        "tasks": list(config.tasks),
        "attention": list(config.attention),
        "size": facts.parameters if facts is not None else config.size,
        "active": facts.active_parameters if facts is not None else None,
        "parameters": len(config.own_parameters),
        "architectures": len(config.architectures),
        "since": added_in(data.histories.get(config.config_class, ())),
        "deprecated": config.deprecated,
    }
