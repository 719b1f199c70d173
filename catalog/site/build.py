"""Builds the site: pages from the catalog as Markdown, mkdocs over them, the result into the output folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.site.configuration import write_configuration
from catalog.site.data import SiteData, read_site
from catalog.site.kinds import KINDS
from catalog.site.markdown_files import info_of, to_source, write_if_changed
from catalog.site.mkdocs_run import run_mkdocs
from catalog.site.output import check_output, mirror
from catalog.site.pages import Asset, Page, PageInfo
from catalog.site.search_index import defaults_of, search_index
from catalog.site.sources import hand_written
from catalog.site.work import Work, open_work

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
        files: Number of files.
        size: Their size in bytes.
        seconds: Wall time.
        generating: Part of it for making Markdown.
        rendering: Part of it that mkdocs took.
    """

    release: str
    output: Path
    pages: int
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
        data = read_site(catalog, release, classes=classes)
        progress("Writing pages")
        infos = _write_sources(data, folder)
        generated = time.perf_counter()
        progress(f"Running mkdocs over {len(infos)} pages")
        write_configuration(
            folder.configuration, docs=folder.docs, output=folder.html, sources=folder.sources(), site_url=site_url
        )
        run_mkdocs(folder.configuration, moment=data.release.released)
        rendered = time.perf_counter()
        files, size = mirror(folder.html, output)
    return SiteReport(
        release=data.release.version,
        output=output,
        pages=len(infos),
        files=files,
        size=size,
        seconds=time.perf_counter() - started,
        generating=generated - started,
        rendering=rendered - generated,
    )


def generate(data: SiteData) -> Iterator[Page | Asset]:
    """All pages and files that are made from the catalog, kind by kind."""
    for kind in KINDS:
        if kind.pages is not None:
            yield from kind.pages(data)
        if kind.assets is not None:
            yield from kind.assets(data)


def _write_sources(data: SiteData, folder: Work) -> list[PageInfo]:
    """Write the documentation's folder; what a former build left there and this one has not is removed."""
    infos = []
    written: set[str] = set()

    def keep(path: str, content: bytes) -> None:
        write_if_changed(folder.docs / path, content)
        written.add(path)

    for path, content in hand_written():
        keep(path, content)
        if path.endswith(".md"):
            infos.append(info_of(path, content.decode()))
    for item in generate(data):
        if isinstance(item, Page):
            infos.append(item.info)
            keep(item.source, to_source(item).encode())
        else:
            keep(item.path, item.content)
    index = search_index(infos, defaults={config.config_class: defaults_of(config) for config in data.models})
    keep(index.path, index.content)
    folder.keep_only(written)
    return infos
