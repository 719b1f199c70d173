"""A class through the releases, newest first."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from catalog.history import Change
from catalog.query import ModelConfig
from catalog.site.data import SiteData
from catalog.site.formats import date_text
from catalog.site.links import model_url
from catalog.site.parameter_rows import ChangeLine, change_line


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseChanges:
    """What one release changed in a class.

    Attributes:
        release: The release.
        url: Address of its page; ``None`` where it has none.
        date: The day of its publication; empty where it is not known.
        lines: The changes; the parameter that each is of stands beside it.
        silent: Number of changes of wording alone, which are left out.
    """

    release: str
    url: str | None
    date: str
    lines: tuple[tuple[str | None, ChangeLine], ...]
    silent: int


def timeline(config: ModelConfig, data: SiteData) -> tuple[ReleaseChanges, ...]:
    """The releases that changed a class, newest first, without those that changed wording alone."""
    dates = {info.version: date_text(info.released) for info in data.releases}
    history = data.histories.get(config.config_class, ())
    made = []
    for release, group in itertools.groupby(history, key=lambda change: change.release):
        changes = list(group)
        told = [change for change in changes if change.change != "description"]
        if told:
            lines = tuple((change.parameter, change_line(change)) for change in told)
            silent = len(changes) - len(told)
            url = data.release_link(release, source=model_url(config.config_class))
            date = dates.get(release, "")
            made.append(ReleaseChanges(release=release, url=url, date=date, lines=lines, silent=silent))
    return tuple(reversed(made))


def added_in(history: tuple[Change, ...]) -> str | None:
    """The release that brought a class; ``None`` where the catalog does not reach back far enough to tell."""
    found = [change.release for change in history if change.change == "class-added"]
    return found[0] if found else None
