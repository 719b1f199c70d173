"""A page for each rule of the checker, and the list of all."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.site.data import SiteData
from catalog.site.links import relative
from catalog.site.pages import Page, PageInfo
from catalog.site.templates import render
from catalog.specs.rules import Rule, rules

URL = "rules/"

FAMILIES = {
    "C0": "Reading the file",
    "C1": "Models and names",
    "C2": "Types",
    "C3": "Values",
    "C4": "Values that contradict each other",
    "C5": "EIR configurations",
    "C6": "Building the configuration and the model",
}
"""What the rules of a first digit have in common."""


def pages(data: SiteData) -> Iterator[Page]:  # noqa: ARG001  # the rules are the same for every release
    """The list of the rules, then each one's page."""
    found = rules()
    yield _list(found)
    for before, rule, after in zip((None, *found), found, (*found[1:], None), strict=False):
        yield _page(rule, before, after)


def rule_url(code: str) -> str:
    """Address of a rule's page."""
    return f"{URL}{code}/"


def _list(found: tuple[Rule, ...]) -> Page:
    families = [(title, [rule for rule in found if rule.code.startswith(digit)]) for digit, title in FAMILIES.items()]
    body = render(
        "rules.md.jinja",
        families=families,
        links={rule.code: relative(rule_url(rule.code), source=URL) for rule in found},
    )
    text = f"The {len(found)} faults that catalog validate reports."
    info = PageInfo(url=URL, kind="list", title="Rules", names=("validation rules", "checks", "lint"), text=text)
    return Page(info=info, body=body, description=text, in_navigation=True)


def _page(rule: Rule, before: Rule | None, after: Rule | None) -> Page:
    url = rule_url(rule.code)
    body = render(
        "rule.md.jinja",
        rule=rule,
        # The page is this package's own Markdown, written beside the code of the rule.
        page=rule.page,
        neighbours=[
            (name, relative(rule_url(other.code), source=url), other)
            for name, other in (("Before", before), ("Next", after))
            if other is not None
        ],
        overview=relative(URL, source=url),
    )
    spoken = rule.name.replace("-", " ")
    info = PageInfo(
        url=url,
        kind="rule",
        title=f"{rule.code} {rule.name}",
        names=(rule.code, rule.name, spoken),
        text=rule.summary,
    )
    return Page(info=info, body=body, description=rule.summary)
