"""The first page: what this is, figures of this catalog, and the ways in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from urllib.parse import urlencode

from catalog._version import __version__
from catalog.query import ModelConfig
from catalog.query.releases import numbered
from catalog.site.charts.distribution import distribution_chart
from catalog.site.charts.timeline import Moment, timeline_chart
from catalog.site.data import BASE_NAMES, SiteData
from catalog.site.formats import date_text
from catalog.site.links import model_url, relative
from catalog.site.measured import counted
from catalog.site.model_history import added_in
from catalog.site.models_table import URL as MODELS_URL
from catalog.site.pages import Page, PageInfo
from catalog.site.release_pages import release_url
from catalog.site.templates import render

URL = ""
_NEWEST = 8
_TASKS = 14
SIZES = (
    ("up to 100 M", "0-1e8"),
    ("100 M to 1 B", "1e8-1e9"),
    ("1 B to 10 B", "1e9-1e10"),
    ("10 B to 100 B", "1e10-1e11"),
    ("above 100 B", "1e11-1e15"),
)
"""Spans of sizes: what to call them, and the value of the models table's filter."""


def pages(data: SiteData) -> Iterator[Page]:
    """The page."""
    parameters = sum(p.inherited_from not in BASE_NAMES for c in data.models for p in c.parameters.values())
    sizes = {name: facts.parameters for name, facts in data.facts.items() if facts.parameters}
    measured = counted(data.measured.rows)["measured"]
    body = render(
        "home.md.jinja",
        release=data.release,
        version=__version__,
        date=date_text(data.release.released),
        figures=[
            ("Configuration classes", f"{len(data.models):,}", "models/"),
            ("Parameters", f"{parameters:,}", "parameters/"),
            ("Architectures", f"{len({a.name for c in data.models for a in c.architectures}):,}", "architectures/"),
            ("Releases", f"{len(data.releases):,}", "releases/"),
            ("Wrong documented defaults", f"{len(data.doctor.faults):,}", "mistakes/"),
            *([("Measured rows", f"{measured:,}", "benchmarks/")] if measured else []),
        ],
        modalities=_counted((config.modality for config in data.models), "modality"),
        tasks=_counted((task for config in data.models for task in config.tasks), "task")[:_TASKS],
        sizes=[
            (label, count, _filtered("size", span)) for label, span in SIZES if (count := _within(span, sizes.values()))
        ],
        newest=[(config.config_class, model_url(config.config_class), since) for config, since in _newest(data)],
        distribution=distribution_chart(sizes.values(), title="How large the models are at their defaults"),
        timeline=timeline_chart(_moments(data), title="Configuration classes by release", unit="classes"),
    )
    info = PageInfo(url=URL, kind="home", title="transformers catalog", text="Start here.")
    text = f"Every configuration parameter of every model of Hugging Face transformers {data.release.version}."
    yield Page(
        info=info, body=body, description=text, template="home.html", in_navigation=True, hide=("navigation", "toc")
    )


def _counted(values: Iterator[str | None], key: str) -> list[tuple[str, int, str]]:
    """Each value with its number and the table of models filtered by it, the most frequent first."""
    counts = Counter(value for value in values if value)
    return [(value, count, _filtered(key, value)) for value, count in counts.most_common()]


def _filtered(key: str, value: str) -> str:
    """Address of the table of models with a filter set."""
    return f"{relative(MODELS_URL, source=URL)}?{urlencode({key: value})}"


def _within(span: str, sizes: Iterable[int]) -> int:
    low, high = map(float, span.split("-"))
    return sum(low <= size < high for size in sizes)


def _newest(data: SiteData) -> list[tuple[ModelConfig, str]]:
    """The models that the newest releases brought, those with architectures of their own."""
    order = {version: place for place, version in enumerate(numbered([info.version for info in data.releases]))}
    found = [
        (config, since)
        for config in data.models
        if config.architectures and (since := added_in(data.histories.get(config.config_class, ()))) in order
    ]
    return sorted(found, key=lambda item: (-order[item[1]], item[0].config_class))[:_NEWEST]


def _moments(data: SiteData) -> list[Moment]:
    """How many classes each release had."""
    versions = frozenset(numbered([info.version for info in data.releases]))
    return [
        Moment(
            label=info.version,
            day=date.fromisoformat(date_text(info.released)),
            value=info.classes,
            url=relative(release_url(info.version), source=URL),
        )
        for info in data.releases
        if info.released and info.version in versions
    ]
