"""From Markdown to HTML: mkdocs over the pages that changed, in two processes where there are many."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shutil
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from catalog.site import mkdocs_hook, mkdocs_run
from catalog.site.configuration import navigation_sources, write_configuration
from catalog.site.mkdocs_run import Run, run_mkdocs
from catalog.site.sources import theme_files
from catalog.site.work import Work

_WORTH = 200
"""Below so many pages a second process costs more than it brings."""
_UNUSED = ("assets/javascripts/lunr", "assets/javascripts/workers")
"""Parts of the theme for its own search, which the site does not use."""
_STYLE = re.compile(r'<link rel="stylesheet" href="[^"]*/assets/site\.css">|<style>.*?</style>', re.DOTALL)


def frame_of(settings: Mapping[str, Any], moment: str | None) -> str:
    """Digest of what shapes every page: configuration, theme, overrides, date, and how mkdocs is run."""
    digest = hashlib.sha256(json.dumps([settings, moment], sort_keys=True).encode())
    for package in ("mkdocs", "mkdocs-material", "markdown", "pymdown-extensions", "jinja2"):
        digest.update(f"{package} {_version(package)}\n".encode())
    for path in (*theme_files(), *map(Path, (__file__, mkdocs_run.__file__, mkdocs_hook.__file__))):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def render_pages(
    folder: Work, settings: Mapping[str, Any], *, sources: Sequence[str], changed: Collection[str], moment: str | None
) -> int:
    """Bring the HTML to the Markdown.

    Args:
        folder: The folder in which it is done; its HTML may be that of a former build.
        settings: The configuration.
        sources: Paths of all Markdown files.
        changed: Those that differ from the former build.
        moment: The date that stands in the pages in place of today's.

    Returns:
        Number of pages that were rendered.

    Raises:
        SiteError: If mkdocs fails or warns.
    """
    frame = frame_of(settings, moment)
    whole = folder.read_frame() != frame
    folder.forget_frame()
    if whole:
        shutil.rmtree(folder.pages, ignore_errors=True)
    folder.pages.mkdir(exist_ok=True)
    wanted = [path for path in sources if whole or path in changed or not _result(folder.pages, path).is_file()]
    write_configuration(folder.configuration, settings, docs=folder.docs, output=folder.root / "site")
    if wanted or whole:
        _run(folder, settings, wanted, moment)
    _drop(folder.pages, keep={_result(folder.pages, path) for path in sources})
    folder.write_frame(frame)
    return len(wanted)


def _run(folder: Work, settings: Mapping[str, Any], wanted: Sequence[str], moment: str | None) -> None:
    """Run mkdocs over some pages, and put what it made to the rest."""
    jobs = 2 if len(wanted) >= _WORTH and (os.cpu_count() or 1) > 1 else 1
    always = navigation_sources(settings)
    runs, outputs = [], []
    for number in range(jobs):
        output = folder.root / f"part-{number}"
        run = Run(configuration=folder.root / f"part-{number}.yml", chosen=folder.root / f"part-{number}.txt")
        some = sorted({*wanted[number::jobs], *always})
        run.chosen.write_text("\n".join(some) + "\n", encoding="utf-8", newline="\n")
        write_configuration(run.configuration, settings, docs=folder.docs, output=output, some_pages=True)
        runs.append(run)
        outputs.append(output)
    try:
        run_mkdocs(runs, moment=moment)
        for output in outputs:
            _move(output, folder.pages)
        _mend_not_found(folder.pages / "404.html", str(settings["site_url"]))
    finally:
        for run, output in zip(runs, outputs, strict=True):
            run.chosen.unlink(missing_ok=True)
            run.configuration.unlink(missing_ok=True)
            shutil.rmtree(output, ignore_errors=True)


def _move(source: Path, target: Path) -> None:
    for name in ("sitemap.xml", "sitemap.xml.gz"):  # each run knows a part of the pages only
        (source / name).unlink(missing_ok=True)
    for unused in _UNUSED:
        shutil.rmtree(source / unused, ignore_errors=True)
    for here, folders, names in os.walk(source):
        folders.sort()
        there = target / Path(here).relative_to(source)
        there.mkdir(exist_ok=True)
        for name in names:
            if not name.endswith(".map"):
                Path(here, name).replace(there / name)


def _mend_not_found(page: Path, site_url: str) -> None:
    """Write the addresses of the page for what is not found with one slash.

    It is shown at any address, so mkdocs begins its addresses with the path of the site's root, whose last character is
    a slash already.
    """
    root = urlsplit(site_url or "/").path or "/"
    if page.is_file() and root.endswith("/"):
        text = page.read_text(encoding="utf-8").replace(f'="{root}/', f'="{root}')
        page.write_text(text, encoding="utf-8", newline="\n")


def style_not_found(page: Path, style: Path) -> None:
    """Write the style into the page for what is not found, which is shown at any address, below any folder of a host.

    Args:
        page: The page; of this build, or of a former one with the style of then.
        style: The style sheet.
    """
    if page.is_file():
        inner = f"<style>\n{style.read_text(encoding='utf-8')}</style>"
        text = _STYLE.sub(lambda _: inner, page.read_text(encoding="utf-8"), count=1)
        page.write_text(text, encoding="utf-8", newline="\n")


def _result(pages: Path, source: str) -> Path:
    """Where mkdocs puts the page of a Markdown file."""
    name = source.removesuffix(".md")
    return pages / (f"{name}.html" if name == "index" or name.endswith("/index") else f"{name}/index.html")


def _drop(pages: Path, *, keep: Collection[Path]) -> None:
    """Remove the pages whose Markdown is gone."""
    kept = {*keep, pages / "404.html"}
    for here, _, names in os.walk(pages, topdown=False):
        folder = Path(here)
        for name in names:
            if name.endswith(".html") and folder / name not in kept:
                (folder / name).unlink()
        if folder != pages and not any(folder.iterdir()):
            folder.rmdir()


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return ""
