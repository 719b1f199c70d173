"""The relatives of a class: by inheritance, and by the parameters that they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.query import ModelConfig
from catalog.site.data import BASE_NAMES, SiteData


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative:
    """A related class.

    Attributes:
        config_class: Its name.
        url: Address of its page.
        model_type: Its model type.
        shared: Parameters that both declare or inherit from models.
        percent: Their share of the parameters that either has.
    """

    config_class: str
    url: str
    model_type: str | None
    shared: int = 0
    percent: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """The relatives of a class.

    Attributes:
        parents: Classes it inherits from, nearest first, without the common base.
        children: Classes that inherit from it.
        parts_of: Classes of which it is a sub-config.
        similar: Classes with the most similar set of parameters, most similar first.
    """

    parents: tuple[Relative, ...]
    children: tuple[Relative, ...]
    parts_of: tuple[Relative, ...]
    similar: tuple[Relative, ...]

    def __bool__(self) -> bool:
        return bool(self.parents or self.children or self.parts_of or self.similar)


def related_models(config: ModelConfig, data: SiteData, *, source: str) -> Related:
    """Find the relatives of a class.

    Args:
        config: The class.
        data: The site's data.
        source: Address of the page that shows them.

    Returns:
        Those that have pages.
    """
    index = data.relations
    near = {*config.ancestors, *data.children.get(config.config_class, ())}

    def known(names: Iterable[str]) -> tuple[Relative, ...]:
        found = []
        for name in names:
            url = data.model_link(name, source=source)
            if url is not None and name not in BASE_NAMES and name != config.config_class:
                found.append(Relative(config_class=name, url=url, model_type=data.configs[name].model_type))
        return tuple(found)

    return Related(
        parents=known(config.ancestors),
        children=known(data.children.get(config.config_class, ())),
        parts_of=known(index.owners.get(config.config_class, ())),
        similar=tuple(
            Relative(
                config_class=name,
                url=data.model_link(name, source=source) or "",
                model_type=data.configs[name].model_type,
                shared=shared,
                percent=round(100 * share),
            )
            for name, shared, share in index.similar(config.config_class, without=near)
        ),
    )
