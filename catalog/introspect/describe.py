"""Compares classes with their documentation: fills descriptions from relatives, reports names that are none."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from catalog.introspect.docstrings import ParsedDocstring
from catalog.records import ConfigClass, DocstringIssue, Parameter

_CATCH_ALL = frozenset({"args", "kwargs"})

Family = Callable[[ConfigClass], Iterable[str]]
"""Names of the classes that a class was made from although it does not inherit from them."""


def describe(
    classes: Sequence[ConfigClass], documentation: Mapping[str, ParsedDocstring], family: Family = lambda _: ()
) -> tuple[ConfigClass, ...]:
    """Fill descriptions that are missing, marked as inferred, and add an issue for each documented name that is none.

    Looked through in this order: the class's own documentation of the same parameter under another name (an alias
    of its attribute map, or the public name of ``_out_features``), its ancestors, its family, the other classes of its
    module that have the parameter with the same type and default, the common base class.

    Args:
        classes: Classes of one release.
        documentation: Class → its parsed docstring.
        family: Names of the classes that a class was made from.

    Returns:
        The same classes, in the same order.
    """
    describer = _Describer(classes, documentation, family)
    return tuple(map(describer.describe, classes))


class _Describer:
    def __init__(
        self, classes: Sequence[ConfigClass], documentation: Mapping[str, ParsedDocstring], family: Family
    ) -> None:
        self._documentation = documentation
        self._family = family
        self._classes = {config.name: config for config in classes}
        self._modules: dict[str, list[str]] = {}
        for config in classes:
            self._modules.setdefault(config.module, []).append(config.name)
        self._bases = [config.name for config in classes if config.is_base]
        self._common = {name for config in classes if config.is_base for name in _known_names(config)}

    def describe(self, config: ConfigClass) -> ConfigClass:
        if issues := tuple(self._strays(config)):
            config = dataclasses.replace(config, docstring_issues=(*config.docstring_issues, *issues))
        if all(parameter.description for parameter in config.parameters):
            return config
        relatives = list(dict.fromkeys(self._relatives(config)))
        neighbours = [name for name in self._modules[config.module] if name not in relatives]
        parameters = tuple(
            parameter if parameter.description else self._infer(parameter, config, relatives, neighbours)
            for parameter in config.parameters
        )
        return dataclasses.replace(config, parameters=parameters)

    def _strays(self, config: ConfigClass) -> Iterator[DocstringIssue]:
        """Documented names that the class takes under no name it is known by."""
        documented = self._documentation.get(config.name)
        if documented is None:
            return
        known = self._common | _known_names(config)
        for name, entry in documented.parameters.items():
            if name not in known and name not in _CATCH_ALL:
                message = f"Documents {name!r}, which is no parameter of {config.name}."
                yield DocstringIssue(message=message, line=entry.line)

    def _infer(
        self, parameter: Parameter, config: ConfigClass, relatives: list[str], neighbours: list[str]
    ) -> Parameter:
        for name in self._other_names(parameter.name, config):
            if description := self._description(config.name, name):
                return dataclasses.replace(parameter, description=description, inferred_from=config.name)
        alike = [name for name in neighbours if _is_alike(parameter, self._classes[name])]
        for relative in [*relatives, *alike, *self._bases]:
            if description := self._description(relative, parameter.name):
                return dataclasses.replace(parameter, description=description, inferred_from=relative)
        return parameter

    def _description(self, config: str, parameter: str) -> str | None:
        documented = self._documentation.get(config)
        entry = documented.parameters.get(parameter) if documented else None
        return entry.description or None if entry else None

    def _other_names(self, name: str, config: ConfigClass) -> Iterator[str]:
        if name.startswith("_"):
            yield name.lstrip("_")
        yield from (alias for alias, target in config.attribute_map.items() if target == name)

    def _relatives(self, config: ConfigClass) -> Iterator[str]:
        lineage = [name for name in config.ancestors if name not in self._bases]
        yield from (name for name in (*lineage, *self._family(config)) if name in self._classes)


def _known_names(config: ConfigClass) -> set[str]:
    """Every name under which a class can be given a value."""
    return {
        *(parameter.name for parameter in config.parameters),
        *config.accepted_keywords,
        *config.properties,
        *config.attributes,
        *config.attribute_map,
    }


def _is_alike(parameter: Parameter, config: ConfigClass) -> bool:
    """True where a class has the same parameter with the same type and default, and hence likely the same meaning."""
    return any(
        other.name == parameter.name and other.type == parameter.type and other.default == parameter.default
        for other in config.parameters
    )
