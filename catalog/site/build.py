"""Builds the site: pages from the catalog as Markdown, mkdocs over them, the result into the output folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.collector import paused_collector
from catalog.site.command_pages import CommandReference
from catalog.site.configuration import configuration
from catalog.site.data import SiteData, read_site
from catalog.site.generate import generate
from catalog.site.markdown_files import info_of, write_if_changed
from catalog.site.output import check_output, mirror
from catalog.site.pages import PageInfo
from catalog.site.render import render_pages, style_not_found
from catalog.site.search_index import defaults_of, search_index
from catalog.site.sitemap import sitemap
from catalog.site.sources import hand_written
from catalog.site.work import Work, keep_only, open_work

if TYPE_CHECKING:
    from catalog.query import Catalog

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteReport:
    """What a build did.

    Attributes:
        release: The release that the site shows.
        output: Where it lies.
        pages: Number of pages.
        rendered: Number of them that were rendered; the others are those of the former build.
        files: Number of files.
        size: Their size in bytes.
        seconds: Wall time.
        generating: Part of it for making Markdown.
        rendering: Part of it that mkdocs took.
    """

    release: str
    output: Path
    pages: int
    rendered: int
    files: int
    size: int
    seconds: float
    generating: float
    rendering: float


def build_site(
    catalog: Catalog,
    output: Path,
    *,
    release: str | None = None,
    classes: Collection[str] | None = None,
    commands: tuple[CommandReference, ...] = (),
    site_url: str = "",
    work: Path | None = None,
    progress: Progress = lambda _: None,
) -> SiteReport:
    """Build the site.

    Args:
        catalog: The open catalog.
        output: Folder for the result: a new one, an empty one, or one of a former build.
        release: The release to show; ``None`` for the newest one.
        classes: Only these configuration classes; ``None`` for all.
        commands: The command line's own description, for its reference.
        site_url: Where the site will stand, for the sitemap; empty where that is open.
        work: Folder for what lies between catalog and result; ``None`` for one in the user's cache.
        progress: Is told what is being done.

    Returns:
        What was done.

    Raises:
        UsageError: If the output folder holds something else, or lies within the sources.
        NotFoundError: If there is no such release.
        MissingDependencyError: If mkdocs-material is not installed.
        SiteError: If mkdocs fails or warns.
    """
    started = time.perf_counter()
    check_output(output)
    with open_work(work, output) as folder:
        progress("Reading the catalog")
        with paused_collector():  # some hundred thousand records, which all stay
            data = read_site(catalog, release, classes=classes, commands=commands)
            progress("Writing pages")
            infos, sources, changed = _write_sources(data, folder, site_url=site_url)
        generated = time.perf_counter()
        progress(f"Rendering {len(sources):,} pages")
        settings = configuration(sources=sources, site_url=site_url)
        rendered = render_pages(folder, settings, sources=sources, changed=changed, moment=data.release.released)
        style_not_found(folder.pages / "404.html", folder.assets / "assets" / "site.css")
        ended = time.perf_counter()
        files, size = mirror((folder.pages, folder.assets), output)
    return SiteReport(
        release=data.release.version,
        output=output,
        pages=len(infos),
        rendered=rendered,
        files=files,
        size=size,
        seconds=time.perf_counter() - started,
        generating=generated - started,
        rendering=ended - generated,
    )


def _write_sources(data: SiteData, folder: Work, *, site_url: str) -> tuple[list[PageInfo], list[str], frozenset[str]]:
    """Write Markdown and other files; what a former build left there and this one has not is removed.

    Returns:
        All pages, the paths of their Markdown, and those among them that changed.
    """
    made = generate(data, docs=folder.docs, assets=folder.assets)
    infos, sources, changed, assets = list(made.infos), list(made.sources), list(made.changed), list(made.assets)
    for path, content in hand_written():
        if not path.endswith(".md"):
            write_if_changed(folder.assets / path, content)
            assets.append(path)
            continue
        infos.append(info_of(path, content.decode()))
        sources.append(path)
        if write_if_changed(folder.docs / path, content):
            changed.append(path)
    defaults = {config.config_class: defaults_of(config) for config in data.models}
    for asset in (search_index(infos, defaults=defaults), *sitemap(infos, site_url)):
        write_if_changed(folder.assets / asset.path, asset.content)
        assets.append(asset.path)
    keep_only(folder.docs, sources)
    keep_only(folder.assets, assets)
    return infos, sorted(sources), frozenset(changed)
