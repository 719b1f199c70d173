"""One page for each configuration class: what can be configured, and all that is known of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from catalog.query import CatalogParameter, ModelConfig
from catalog.records import SubConfig
from catalog.site import compare_data
from catalog.site.data import BASE_NAMES, SiteData
from catalog.site.family_chart import family_chart
from catalog.site.links import model_url, relative, schema_url
from catalog.site.model_facts import facts_view
from catalog.site.model_history import timeline
from catalog.site.model_measured import measured_view
from catalog.site.pages import Anchor, Page, PageInfo
from catalog.site.parameter_rows import ParameterRow, parameter_rows
from catalog.site.related import related_models
from catalog.site.starters import starter_texts
from catalog.site.templates import render
from catalog.site.text import block, plain, without_routine


@dataclass(frozen=True, slots=True, kw_only=True)
class InheritedRows:
    """The parameters that a class has from one of its bases.

    Attributes:
        owner: The base.
        url: Address of its page; ``None`` where it has none.
        rows: The parameters.
    """

    owner: str
    url: str | None
    rows: tuple[ParameterRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubConfigView:
    """A parameter that is a configuration itself.

    Attributes:
        name: The parameter.
        config_class: Its class; where any will do, the one that stands there by default; ``None`` where that is open.
        url: Address of that class's page.
        any_class: True where the block itself may name another model type.
        optional: True where the block may be left out for good.
    """

    name: str
    config_class: str | None
    url: str | None
    any_class: bool
    optional: bool


def model_page(config: ModelConfig, data: SiteData) -> Page:
    """The page of one class."""
    url = model_url(config.config_class)
    own = tuple(config.own_parameters.values())
    related = related_models(config, data, source=url)
    body = render(
        "model.md.jinja",
        config=config,
        release=data.release,
        is_base=config.config_class in BASE_NAMES,
        summary=block(without_routine(config.summary), data.resolver(url)),
        ancestors=[(name, data.model_link(name, source=url)) for name in config.bases],
        facts=facts_view(config, data),
        measured=measured_view(config, data, source=url),
        rows=parameter_rows(config, own, data, source=url),
        inherited=_inherited(config, data, source=url),
        sub_configs=[_sub_config(config, sub, data, source=url) for sub in config.sub_configs],
        starters=starter_texts(config, data),
        architectures=config.architectures,
        architectures_url=relative("architectures/", source=url),
        timeline=timeline(config, data),
        faults=data.faults.get(config.config_class, ()),
        related=related,
        family=family_chart(config, related, data),
        compare_url=relative(compare_data.URL, source=url),
        schema_url=relative(schema_url(config.config_class), source=url),
    )
    return Page(info=_info(config, own), body=body, description=_description(config))


def _info(config: ModelConfig, own: tuple[CatalogParameter, ...]) -> PageInfo:
    parameters = (Anchor(name=item.name, kind="parameter", text=plain(item.description)) for item in own)
    architectures = (
        Anchor(name=item.name, kind="architecture", text=", ".join(item.tasks)) for item in config.architectures
    )
    return PageInfo(
        url=model_url(config.config_class),
        kind="model",
        title=config.config_class,
        names=tuple(dict.fromkeys(filter(None, (config.model_type, *config.model_types)))),
        text=plain(config.summary),
        weight=1 + len(config.architectures),
        anchors=(*parameters, *architectures),
    )


def _description(config: ModelConfig) -> str:
    count = len(config.own_parameters)
    return f"{config.config_class} of transformers {config.release}: {count} parameters with defaults and history."


def _inherited(config: ModelConfig, data: SiteData, *, source: str) -> list[InheritedRows]:
    by_owner: dict[str, list[CatalogParameter]] = defaultdict(list)
    for parameter in config.parameters.values():
        if parameter.inherited_from is not None:
            by_owner[parameter.inherited_from].append(parameter)
    order = {name: place for place, name in enumerate(config.ancestors)}
    return [
        InheritedRows(
            owner=owner,
            url=data.model_link(owner, source=source),
            rows=parameter_rows(config, by_owner[owner], data, source=source),
        )
        for owner in sorted(by_owner, key=lambda name: (order.get(name, len(order)), name))
    ]


def _sub_config(config: ModelConfig, sub: SubConfig, data: SiteData, *, source: str) -> SubConfigView:
    name = sub.config_class
    if name is None:
        parameter = config.parameters.get(sub.name)
        default = parameter.effective_default if parameter is not None else None
        name = str(default["$config"]) if isinstance(default, dict) and "$config" in default else None
    return SubConfigView(
        name=sub.name,
        config_class=name,
        url=data.model_link(name, source=source) if name is not None else None,
        any_class=sub.config_class is None,
        optional=sub.optional,
    )
