"""How large a model is next to its relatives."""

from __future__ import annotations

from markupsafe import Markup

from catalog.query import ModelConfig
from catalog.site.charts.sizes import Sized, size_chart
from catalog.site.data import SiteData
from catalog.site.related import Related

_FEWEST = 3
_MOST = 12


def family_chart(config: ModelConfig, related: Related, data: SiteData) -> Markup:
    """Draw the sizes of a model and of those that it inherits from, that inherit from it, or that resemble it.

    Args:
        config: The model's class.
        related: Its relatives.
        data: The site's data.

    Returns:
        The chart; an empty text where the model's size is not known, or those of fewer than two relatives.
    """
    facts = data.facts.get(config.config_class)
    if facts is None or not facts.parameters:
        return Markup("")
    models = {config.config_class: Sized(name=config.config_class, parameters=facts.parameters, chosen=True)}
    for relative in (*related.parents, *related.children, *related.similar):
        other = data.facts.get(relative.config_class)
        if other is not None and other.parameters and len(models) < _MOST:
            sized = Sized(name=relative.config_class, parameters=other.parameters, url=relative.url)
            models.setdefault(relative.config_class, sized)
    if len(models) < _FEWEST:
        return Markup("")
    return size_chart(tuple(models.values()), title=f"Sizes of {config.config_class} and its relatives, in parameters")
