"""The page that tells how many models build and run here, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.query.coverage import Coverage, CoverageCounts, CoverageFailure
from catalog.site.data import SiteData
from catalog.site.pages import Page, PageInfo
from catalog.site.templates import render

URL = "coverage/"


def pages(data: SiteData) -> Iterator[Page]:
    """The page; it says so where nothing was built."""
    bases = data.catalog.coverage(data.release.version)
    everything = data.catalog.coverage(data.release.version, base_only=False)
    body = render(
        "coverage.md.jinja",
        release=data.release,
        bases=bases,
        modalities=_modalities(bases),
        architectures=everything if everything.total.models > bases.total.models else None,
        architecture_modalities=_modalities(everything),
        failures=[(failure, _link(failure, data)) for failure in everything.failures or bases.failures],
        untried=[(name, data.model_link(name, source=URL)) for name in bases.untried] if bases.total.models else [],
    )
    total = bases.total
    text = (
        f"{total.built} of {total.models} models build, {total.forwarded} run a forward pass."
        if total.models
        else "Nothing was built into this catalog."
    )
    names = ("coverage", "what does not build", "build failures", "missing libraries")
    info = PageInfo(url=URL, kind="report", title="Coverage", names=names, text=text)
    yield Page(info=info, body=body, description=text, in_navigation=True)


def _modalities(coverage: Coverage) -> list[tuple[str, CoverageCounts]]:
    return [(name or "unknown", counts) for name, counts in coverage.by_modality.items()]


def _link(failure: CoverageFailure, data: SiteData) -> str | None:
    return data.model_link(failure.config_class, source=URL)
