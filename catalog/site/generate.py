"""Makes all pages and files from the catalog, in two processes where that helps, and writes them where they belong."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from catalog.site.data import SiteData
from catalog.site.kinds import KINDS, Kind
from catalog.site.markdown_files import to_source, write_if_changed
from catalog.site.pages import Asset, Page, PageInfo

_PARTS = 8
"""A kind with a page for each class is made in so many parts."""
_WORTH = 100
"""Below so many classes a second process costs more than it brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Generated:
    """What was made.

    Attributes:
        infos: Every page.
        sources: Paths of the Markdown files, within their folder.
        changed: Those of them that were written: the others held the same already.
        assets: Paths of the files that are no pages, within theirs.
    """

    infos: tuple[PageInfo, ...] = ()
    sources: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Task:
    """A kind, or a part of one."""

    kind: Kind
    part: int = 0
    parts: int = 1


def items(data: SiteData) -> Iterator[Page | Asset]:
    """All pages and files that are made from the catalog, kind by kind."""
    for task in _tasks(parts=1):
        yield from _make(task, data)


def generate(data: SiteData, *, docs: Path, assets: Path) -> Generated:
    """Make everything and write it.

    Args:
        data: The site's data.
        docs: Folder of the Markdown.
        assets: Folder of the files that are no pages.

    Returns:
        What was made, in the same order whatever made it.
    """
    if not _forks(data):
        return _joined([_write(task, data, docs, assets) for task in _tasks(parts=1)])
    data.index()
    tasks = _tasks(parts=_PARTS)
    _shared.append((data, docs, assets))
    try:
        # A forked process has the data already; handing it over would cost more than the work.
        with multiprocessing.get_context("fork").Pool(2, initializer=data.catalog.forked) as pool:
            return _joined(pool.map(_write_in_child, range(len(tasks)), chunksize=1))
    finally:
        _shared.pop()


def _forks(data: SiteData) -> bool:
    """True where two processes are worth it and safe: a forked process has the data, but not its parent's threads."""
    return (
        sys.platform == "linux"
        and len(data.configs) >= _WORTH
        and (os.cpu_count() or 1) > 1
        and threading.active_count() == 1
        and not multiprocessing.current_process().daemon
    )


_shared: list[tuple[SiteData, Path, Path]] = []
"""What a forked process takes over from its parent."""


def _write_in_child(number: int) -> Generated:
    data, docs, assets = _shared[-1]
    return _write(_tasks(parts=_PARTS)[number], data, docs, assets)


def _tasks(*, parts: int) -> list[_Task]:
    return [
        _Task(kind, part, parts if kind.page is not None else 1)
        for kind in KINDS
        for part in range(parts if kind.page is not None else 1)
    ]


def _make(task: _Task, data: SiteData) -> Iterator[Page | Asset]:
    kind = task.kind
    if kind.page is not None:
        for name in list(data.configs)[task.part :: task.parts]:
            yield kind.page(data.configs[name], data)
    if task.part == 0 and kind.pages is not None:
        yield from kind.pages(data)
    if task.part == 0 and kind.assets is not None:
        yield from kind.assets(data)


def _write(task: _Task, data: SiteData, docs: Path, assets: Path) -> Generated:
    infos: list[PageInfo] = []
    sources: list[str] = []
    changed: list[str] = []
    others: list[str] = []
    for item in _make(task, data):
        if isinstance(item, Page):
            infos.append(item.info)
            sources.append(item.source)
            if write_if_changed(docs / item.source, to_source(item).encode()):
                changed.append(item.source)
        else:
            others.append(item.path)
            write_if_changed(assets / item.path, item.content)
    return Generated(infos=tuple(infos), sources=tuple(sources), changed=tuple(changed), assets=tuple(others))


def _joined(made: Sequence[Generated]) -> Generated:
    return Generated(
        infos=tuple(sorted((info for part in made for info in part.infos), key=lambda info: info.url)),
        sources=tuple(sorted(path for part in made for path in part.sources)),
        changed=tuple(sorted(path for part in made for path in part.changed)),
        assets=tuple(sorted(path for part in made for path in part.assets)),
    )
