"""The configuration that mkdocs is run with: the hand-written one, and where everything lies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from catalog.site.sources import base_configuration, site_sources


def write_configuration(path: Path, *, docs: Path, output: Path, sources: Collection[str], site_url: str = "") -> str:
    """Write a configuration.

    Args:
        path: The file.
        docs: Folder of the Markdown.
        output: Folder that mkdocs empties and fills.
        sources: Paths of the Markdown files; entries of the navigation that are not among them are left out.
        site_url: Where the site will stand; empty where that is open.

    Returns:
        The part of its text that has no paths of this machine.
    """
    settings = base_configuration()
    settings["nav"] = _kept(settings.get("nav", []), frozenset(sources))
    settings["site_url"] = site_url
    settings["use_directory_urls"] = True
    settings["strict"] = True
    settings["not_in_nav"] = "*"  # all that the navigation does not name: a page each for 830 classes
    places = {"docs_dir": str(docs), "site_dir": str(output)}
    overrides = site_sources() / "overrides"
    if overrides.is_dir():
        settings["theme"] = {**settings["theme"], "custom_dir": str(overrides)}
    path.write_text(_yaml({**settings, **places}), encoding="utf-8", newline="\n")
    return _yaml({**settings, "theme": {**settings["theme"], "custom_dir": ""}})


def _yaml(settings: Mapping[str, Any]) -> str:
    return str(yaml.safe_dump(dict(settings), sort_keys=True, allow_unicode=True, width=100))


def _kept(entries: list[Any], sources: frozenset[str]) -> list[Any]:
    """The navigation without the pages that there are not, and without sections that are empty then."""
    kept: list[Any] = []
    for entry in entries:
        if isinstance(entry, str):
            kept += [entry] if entry in sources else []
            continue
        for title, target in entry.items():
            if isinstance(target, list):
                inner = _kept(target, sources)
                kept += [{title: inner}] if inner else []
            elif target in sources:
                kept.append({title: target})
    return kept
