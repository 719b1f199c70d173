"""A changelog page for each cataloged release, and the list of all, newest first."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape

from catalog.query import Changelog, ReleaseInfo
from catalog.query.changelog import to_markdown
from catalog.query.releases import numbered
from catalog.site.data import SiteData
from catalog.site.formats import date_text
from catalog.site.links import relative
from catalog.site.pages import Page, PageInfo
from catalog.site.templates import render
from catalog.site.text import Resolve, inline, markdown_text

URL = "releases/"

_CELL = re.compile(r"(?<!\\)\|")
_FOLDED = 60
"""More entries than these of one section are folded away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One release in the list of all.

    Attributes:
        release: The release.
        url: Address of its page from the list; ``None`` for the oldest one, before which there is nothing.
        date: The day of its publication.
        counts: Number of changes of each kind, those of classes under their own names.
    """

    release: ReleaseInfo
    url: str | None
    date: str
    counts: Counter[str]


def pages(data: SiteData) -> Iterator[Page]:
    """The list of the releases up to the one shown, then each one's page."""
    releases = _shown(data)
    rows = []
    for place, info in enumerate(releases):
        if place == len(releases) - 1:
            rows.append(Row(release=info, url=None, date=date_text(info.released), counts=Counter()))
            break
        changelog = data.catalog.changelog(info.version, releases[place + 1].version)
        counts: Counter[str] = Counter(change.change for change in changelog.changes)
        url = release_url(info.version)
        rows.append(Row(release=info, url=relative(url, source=URL), date=date_text(info.released), counts=counts))
        newer = releases[place - 1] if place else None
        older = releases[place + 1] if place + 1 < len(releases) - 1 else None
        yield _page(changelog, counts, data, newer=newer, older=older)
    yield _list(rows)


def release_url(version: str) -> str:
    """Address of a release's page."""
    return f"{URL}{version}/"


def _shown(data: SiteData) -> list[ReleaseInfo]:
    """The releases up to the one that the site shows, newest first."""
    order = numbered([info.version for info in data.releases])
    until = order.index(data.release.version) + 1 if data.release.version in order else 0
    by_version = {info.version: info for info in data.releases}
    return [by_version[version] for version in reversed(order[:until])]


def _list(rows: list[Row]) -> Page:
    text = f"What each of {len(rows)} releases of transformers changed in the configurations."
    body = render("releases.md.jinja", rows=rows)
    names = ("changelog", "changes", "what changed", "migration", "versions")
    info = PageInfo(url=URL, kind="list", title="Releases", names=names, text=text)
    return Page(info=info, body=body, description=text, in_navigation=True)


def _page(
    changelog: Changelog, counts: Counter[str], data: SiteData, *, newer: ReleaseInfo | None, older: ReleaseInfo | None
) -> Page:
    url = release_url(changelog.release)
    body = render(
        "release.md.jinja",
        changelog=changelog,
        text=to_html(to_markdown(changelog).split("\n", 1)[1], data.resolver(url)),
        neighbours=[
            (word, relative(release_url(info.version), source=url), info.version)
            for word, info in (("Older", older), ("Newer", newer))
            if info is not None
        ],
        overview=relative(URL, source=url),
        date=date_text(changelog.released),
    )
    text = f"{sum(counts.values()):,} changes since {changelog.against}."
    info = PageInfo(
        url=url,
        kind="release",
        title=f"transformers {changelog.release}",
        names=(changelog.release, f"v{changelog.release}", "changelog"),
        text=text,
    )
    return Page(info=info, body=body, description=text)


def to_html(markdown: str, resolve: Resolve) -> str:
    """Write a changelog, as :func:`catalog.query.changelog.to_markdown` makes it, as raw blocks between headings.

    Python's Markdown takes seconds for the largest of them, and would read meaning into what a default holds.

    Args:
        markdown: Headings, lists and tables.
        resolve: Finds the address of what a code span names.

    Returns:
        Markdown whose only Markdown is its headings.
    """
    blocks: list[str] = []
    for block in markdown.strip("\n").split("\n\n"):
        lines = block.split("\n")
        if lines[0].startswith("#"):
            signs, _, title = lines[0].partition(" ")
            link = resolve(title)
            blocks.append(f"{signs} {markdown_text(title)}" if link is None else f"{signs} [{title}]({link})")
        elif lines[0].startswith("- "):
            blocks.append(_list_html([inline(line.removeprefix("- "), resolve) for line in lines]))
        elif lines[0].startswith("| "):
            blocks.append(_table_html(lines, resolve))
        else:
            blocks.append(f"<p>{inline(' '.join(lines), resolve)}</p>")
    return "\n\n".join(blocks)


def _list_html(items: list[Markup]) -> str:
    made = f'<ul class="changes">{"".join(f"<li>{item}</li>" for item in items)}</ul>'
    if len(items) <= _FOLDED:
        return made
    return f"<details><summary>{len(items):,} entries</summary>{made}</details>"


def _table_html(lines: list[str], resolve: Resolve) -> str:
    head, _, *rows = ([cell.strip() for cell in _CELL.split(line)[1:-1]] for line in lines)
    titles = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(_cell_html(cell, resolve) for cell in row)}</tr>" for row in rows)
    table = f'<table class="changes-table"><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="table-scroll">{table}</div>'


def _cell_html(cell: str, resolve: Resolve) -> str:
    return f"<td>{inline(cell.replace(chr(92) + '|', '|'), resolve)}</td>"
