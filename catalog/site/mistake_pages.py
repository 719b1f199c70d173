"""The page of documentation mistakes: where transformers documents something else than its code does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.doctor import DocumentationFault, FaultKind
from catalog.site.data import SiteData
from catalog.site.formats import value_text
from catalog.site.pages import Page, PageInfo
from catalog.site.templates import render

URL = "mistakes/"

KINDS: tuple[tuple[FaultKind, str, str], ...] = (
    ("wrong-default", "Wrong defaults", "The documentation states a value that the class does not have."),
    (
        "computed-default",
        "Computed defaults",
        "The documentation states what construction computes; the signature states something else.",
    ),
    ("rounded-default", "Rounded defaults", "The documentation states the number with fewer digits."),
)
"""Kinds of faults: name, title, and what they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A documented default beside the true one.

    Attributes:
        fault: The fault.
        url: Address of the parameter.
        declared: The declared default.
        effective: The default after construction.
    """

    fault: DocumentationFault
    url: str | None
    declared: str
    effective: str


def pages(data: SiteData) -> Iterator[Page]:
    """The page."""
    report = data.doctor
    sections = [(title, text, [_row(f, data) for f in report.faults if f.kind == kind]) for kind, title, text in KINDS]
    failures = [(item, data.model_link(item.subject, source=URL)) for item in report.failures]
    undocumented = [
        (item, data.model_link(item.config_class, source=URL, parameter=item.parameter)) for item in report.undocumented
    ]
    body = render(
        "mistakes.md.jinja",
        release=data.release,
        sections=[section for section in sections if section[2]],
        failures=failures,
        undocumented=undocumented,
        computed=len(report.computed),
    )
    text = f"{len(report.faults)} documented defaults of transformers {data.release.version} differ from the code."
    info = PageInfo(
        url=URL,
        kind="report",
        title="Documentation mistakes",
        names=("wrong defaults", "documented wrongly", "doctor", "undocumented parameters"),
        text=text,
    )
    yield Page(info=info, body=body, description=text, in_navigation=True)


def _row(fault: DocumentationFault, data: SiteData) -> Row:
    return Row(
        fault=fault,
        url=data.model_link(fault.config_class, source=URL, parameter=fault.parameter),
        declared=value_text(fault.actual),
        effective=value_text(fault.effective),
    )
