"""The hand-written sources: pages, assets, the theme's configuration. They are read, never written."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from catalog.resources import resource_folder


def site_sources() -> Path:
    """The folder of the sources, in a checkout or within the installed package."""
    return resource_folder("site")


def hand_written() -> Iterator[tuple[str, bytes]]:
    """The hand-written pages and the assets: path within the documentation's folder, and content; sorted."""
    root = site_sources()
    for folder, prefix in (("pages", ""), ("assets", "assets/")):
        base = root / folder
        for path in sorted(base.rglob("*")) if base.is_dir() else ():
            if path.is_file() and not any(
                part.startswith((".", "__pycache__")) for part in path.parts[len(base.parts) :]
            ):
                yield f"{prefix}{path.relative_to(base).as_posix()}", path.read_bytes()


def theme_files() -> Iterator[Path]:
    """Files that shape every page: the configuration and the theme's overrides; sorted."""
    root = site_sources()
    yield root / "mkdocs.yml"
    yield from sorted(path for path in (root / "overrides").rglob("*") if path.is_file())


def base_configuration() -> dict[str, Any]:
    """The theme's configuration, as ``site/mkdocs.yml`` states it."""
    loaded: dict[str, Any] = yaml.safe_load((site_sources() / "mkdocs.yml").read_text(encoding="utf-8"))
    return loaded
