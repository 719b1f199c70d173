"""Which classes are alike: by the parameters that they share, and by being parts of each other."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Container, Iterable, Mapping

from catalog.query import ModelConfig

_SHOWN = 6
_LEAST = 0.5
"""Share of parameters that two classes must have in common to count as similar."""


class Relations:
    """Sets of parameters, and which class holds which as a part.

    Attributes:
        names: Class → its parameters without those of the common base.
        having: Parameter → the classes that have it.
        owners: Class → the classes of which it is a sub-config.
    """

    def __init__(self, configs: Iterable[ModelConfig], *, common: Container[str]) -> None:
        models = tuple(configs)
        self.names: Mapping[str, frozenset[str]] = {
            config.config_class: frozenset(
                name for name, item in config.parameters.items() if item.inherited_from not in common
            )
            for config in models
        }
        self.having: dict[str, list[str]] = {}
        for name, parameters in self.names.items():
            for parameter in parameters:
                self.having.setdefault(parameter, []).append(name)
        self.owners: dict[str, list[str]] = {}
        for config in models:
            for part in dict.fromkeys(sub.config_class for sub in config.sub_configs if sub.config_class):
                self.owners.setdefault(part, []).append(config.config_class)

    def similar(self, name: str, *, without: set[str]) -> list[tuple[str, int, float]]:
        """Name, number of shared parameters and their share, of the classes most like one."""
        own = self.names.get(name, frozenset())
        counts = Counter(itertools.chain.from_iterable(map(self.having.__getitem__, own)))
        size = {other: len(own) + len(self.names[other]) - shared for other, shared in counts.items()}
        scored = [
            (other, shared, shared / size[other])
            for other, shared in counts.items()
            if shared >= _LEAST * size[other] and other != name and other not in without
        ]
        scored.sort(key=lambda item: (-item[2], item[0]))
        return scored[:_SHOWN]
