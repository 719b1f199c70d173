"""One page for each parameter that several models have: what it means, who has it, and with which default."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from packaging.version import Version

from catalog.quantities import count_text
from catalog.query import CatalogParameter, ModelConfig
from catalog.site.data import BASE_NAMES, SiteData
from catalog.site.formats import declared_text, effective_text, range_text
from catalog.site.links import model_url, parameter_url, relative
from catalog.site.pages import Page, PageInfo
from catalog.site.templates import render
from catalog.site.text import block, plain
from catalog.specs.synonyms import concepts

URL = "parameters/"
_VARIANTS = 8
"""So many different descriptions are shown at most."""

Use = tuple[ModelConfig, CatalogParameter]


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A class that has the parameter.

    Attributes:
        config_class: Its name.
        url: Address of the parameter on its page.
        inherited: True where it has it from another class.
    """

    config_class: str
    url: str
    inherited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultGroup:
    """The classes that have one default.

    Attributes:
        declared: The declared default.
        effective: What construction makes of it; ``None`` where it leaves it alone.
        holders: The classes.
        percent: Their share of all.
    """

    declared: str
    effective: str | None
    holders: tuple[Holder, ...]
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """One wording of what the parameter means.

    Attributes:
        text: The description as HTML.
        holders: The classes that say so.
    """

    text: Markup
    holders: tuple[Holder, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """What other models call the same quantity.

    Attributes:
        name: The other name.
        url: Address of its page, or of the one class that has it.
        count: Number of classes that have it.
    """

    name: str
    url: str
    count: int


def pages(data: SiteData) -> Iterator[Page]:
    """The list of all parameters, and the pages of those that several classes have."""
    yield _list_page(data)
    for name in data.shared_parameters:
        yield parameter_page(name, data)


def parameter_page(name: str, data: SiteData) -> Page:
    """The page of one parameter."""
    url = parameter_url(name)
    uses = data.uses[name]
    meanings = _meanings(uses, data, source=url)
    first = _oldest(uses)
    common = any(config.config_class in BASE_NAMES for config, _ in uses)
    text = _usual_text(uses)
    body = render(
        "parameter.md.jinja",
        name=name,
        release=data.release,
        count=len(uses),
        common=next((config.config_class for config, _ in uses if config.config_class in BASE_NAMES), None),
        common_url=next(
            (data.model_link(config.config_class, source=url, parameter=name) for config, _ in uses if common), None
        ),
        meanings=meanings[:_VARIANTS],
        more_meanings=len(meanings) - _VARIANTS,
        groups=_groups(uses, data, source=url),
        types=_counted(parameter.type_text or "not declared" for _, parameter in uses),
        ranges=_counted(filter(None, (range_text(parameter) for _, parameter in uses))),
        synonyms=_synonyms(name, data, source=url),
        since=first,
        list_url=relative(URL, source=url),
    )
    info = PageInfo(
        url=url,
        kind="parameter",
        title=name,
        names=tuple(other.name for _, group in _concepts_of(name, data, source=url) for other in group),
        text=plain(text),
        weight=len(uses),
    )
    return Page(info=info, body=body, description=f"{name}: {count_text(len(uses), 'model')} have it. {plain(text)}")


def _list_page(data: SiteData) -> Page:
    shared = [
        (name, relative(parameter_url(name), source=URL), len(data.uses[name]), _usual_default(data.uses[name]))
        for name in data.shared_parameters
    ]
    texts = {name: plain(_usual_text(data.uses[name]), longest=120) for name in data.shared_parameters}
    single = [
        (name, relative(model_url(uses[0][0].config_class, name), source=URL), uses[0][0].config_class)
        for name, uses in data.uses.items()
        if len(uses) == 1
    ]
    body = render("parameters.md.jinja", shared=shared, texts=texts, single=single, release=data.release)
    return Page(
        info=PageInfo(url=URL, kind="list", title="Parameters", text="Every parameter, and which models have it."),
        body=body,
        description=f"All {len(data.uses)} parameters of transformers {data.release.version}, and who has them.",
        in_navigation=True,
        hide=("navigation", "toc"),
    )


def _holder(use: Use, data: SiteData, *, source: str) -> Holder:
    config, parameter = use
    url = data.model_link(config.config_class, source=source, parameter=parameter.name) or ""
    return Holder(config_class=config.config_class, url=url, inherited=parameter.inherited_from is not None)


def _groups(uses: Sequence[Use], data: SiteData, *, source: str) -> list[DefaultGroup]:
    """The classes by default, the most frequent one first."""
    found: dict[tuple[str, str | None], list[Holder]] = defaultdict(list)
    for use in uses:
        found[declared_text(use[1]), effective_text(use[1])].append(_holder(use, data, source=source))
    made = [
        DefaultGroup(
            declared=declared, effective=effective, holders=tuple(holders), percent=100 * len(holders) / len(uses)
        )
        for (declared, effective), holders in found.items()
    ]
    return sorted(made, key=lambda group: (-len(group.holders), group.declared, group.effective or ""))


def _meanings(uses: Sequence[Use], data: SiteData, *, source: str) -> list[Meaning]:
    """What the classes' own documentation says, the most frequent wording first."""
    found: dict[str, list[Use]] = defaultdict(list)
    for config, parameter in uses:
        if parameter.description and parameter.inferred_from is None and parameter.inherited_from is None:
            found[" ".join(parameter.description.split())].append((config, parameter))
    resolve = data.resolver(source)
    return [
        Meaning(
            text=block(holders[0][1].description, resolve),
            holders=tuple(_holder(use, data, source=source) for use in holders),
        )
        for _, holders in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    ]


def _usual_text(uses: Sequence[Use]) -> str:
    texts = Counter(" ".join(p.description.split()) for _, p in uses if p.description)
    return min(texts, key=lambda text: (-texts[text], text)) if texts else ""


def _usual_default(uses: Sequence[Use]) -> str:
    texts = Counter(declared_text(parameter) for _, parameter in uses)
    return min(texts, key=lambda text: (-texts[text], text))


def _counted(texts: Iterator[str] | filter[str]) -> list[tuple[str, int]]:
    return sorted(Counter(texts).items(), key=lambda item: (-item[1], item[0]))


def _concepts_of(name: str, data: SiteData, *, source: str) -> list[tuple[str, list[Synonym]]]:
    """The quantities that a name stands for, with the other names that classes of this release use for them."""
    made = []
    for concept in concepts():
        if name not in concept.names:
            continue
        others = []
        for other in concept.names:
            uses = data.uses.get(other, ())
            if other != name and uses:
                own = data.parameter_link(other, source=source)
                single = data.model_link(uses[0][0].config_class, source=source, parameter=other)
                others.append(Synonym(name=other, url=own or single or "", count=len(uses)))
        if others:
            made.append((concept.meaning, others))
    return made


_synonyms = _concepts_of


def _oldest(uses: Sequence[Use]) -> tuple[str, tuple[str, ...]] | None:
    """The oldest release from which on a class has it, and the classes that have it since then."""
    dated = [(parameter.since, config.config_class) for config, parameter in uses if parameter.since is not None]
    if not dated:
        return None
    oldest = min((since for since, _ in dated), key=Version)
    return oldest, tuple(name for since, name in dated if since == oldest)
