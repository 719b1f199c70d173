"""The configuration that mkdocs is run with: the hand-written one, and where everything lies."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from catalog.site import mkdocs_hook
from catalog.site.sources import base_configuration, site_sources


def configuration(*, sources: Collection[str], site_url: str = "") -> dict[str, Any]:
    """The configuration without the places of this machine.

    Args:
        sources: Paths of the Markdown files; entries of the navigation that are not among them are left out.
        site_url: Where the site will stand; empty where that is open.
    """
    settings = base_configuration()
    settings["nav"] = _kept(settings.get("nav", []), frozenset(sources))
    settings["site_url"] = site_url
    settings["use_directory_urls"] = True
    settings["strict"] = True
    settings["not_in_nav"] = "*"  # all that the navigation does not name: a page each for 830 classes
    return settings


def write_configuration(
    path: Path, settings: Mapping[str, Any], *, docs: Path, output: Path, some_pages: bool = False
) -> None:
    """Write a configuration as a file.

    Args:
        path: The file.
        settings: The configuration.
        docs: Folder of the Markdown.
        output: Folder that mkdocs empties and fills.
        some_pages: True for a run that renders only the pages that it is told to.
    """
    full = {**settings, "docs_dir": str(docs), "site_dir": str(output)}
    overrides = site_sources() / "overrides"
    if overrides.is_dir():
        full["theme"] = {**settings["theme"], "custom_dir": str(overrides)}
    if some_pages:
        full["hooks"] = [mkdocs_hook.__file__]
    text = yaml.safe_dump(full, sort_keys=True, allow_unicode=True, width=100)
    path.write_text(text, encoding="utf-8", newline="\n")


def navigation_sources(settings: Mapping[str, Any]) -> list[str]:
    """Paths of the pages that the navigation names."""
    found: list[str] = []

    def collect(entries: list[Any]) -> None:
        for entry in entries:
            for target in [entry] if isinstance(entry, str) else entry.values():
                if isinstance(target, list):
                    collect(target)
                else:
                    found.append(target)

    collect(settings["nav"])
    return found


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
