"""Finds the configuration classes of a release, and what each inherits from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from catalog.errors import IntrospectionError
from catalog.introspect.sources import SourceTree
from catalog.introspect.static.facts import BASE_NAMES, ClassFacts
from catalog.introspect.static.modules import Definition, Modules

BASE_PATH = "configuration_utils.py"
"""The file of the common base class."""

_MAX_ORDER = 100
"""Most classes that one may inherit from. No class of a release has more than 12."""

_CONFIGURATION = re.compile(r"(?:^|/)configuration_\w+\.py$")
_NO_CONFIGURATION = re.compile(
    r"(?:^|/)(?:modular|diff|convert|test|modeling|tokenization|processing|image_processing|video_processing|"
    r"feature_extraction|dummy|benchmark|pipeline|trainer)_\w*\.py$|(?:^|/)(?:pipelines|commands|kernels|sagemaker)/"
)
_SUBCLASS = re.compile(r"^class\s+\w+\([^)]*\bPre[tT]rainedConfig\b[^)]*\)", re.MULTILINE)
_NEEDS_TORCH = re.compile(r"^(?:import|from)\s+torch\b", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Lineage:
    """A class and what it inherits from.

    Attributes:
        definition: The class.
        facts: What its file says about it.
        order: The class and its ancestors that the release defines, in the order in which names are looked up.
        ancestors: Names of the configuration classes among its ancestors, nearest first; those that the release does
            not define included.
        bases: Names of its direct bases.
        is_config: True where it inherits from the common base, or is it.
    """

    definition: Definition
    facts: ClassFacts
    order: tuple[Definition, ...]
    ancestors: tuple[str, ...]
    bases: tuple[str, ...]
    is_config: bool


def configuration_paths(tree: SourceTree) -> list[str]:
    """Files that define configuration classes.

    These are every ``configuration_*.py``, and files of other names that subclass the common base class, unless they
    need torch (such classes belong to model code). A file alone, or a folder of custom code, counts whatever its name.
    """
    paths = tree.paths()
    if BASE_PATH not in paths:
        return [path for path in paths if _CONFIGURATION.search(path)] or list(paths)
    found = []
    for path in paths:
        if _CONFIGURATION.search(path):
            found.append(path)
        elif not _NO_CONFIGURATION.search(path):
            try:
                text = tree.read(path)
            except IntrospectionError:  # a file that is no text defines no class either
                continue
            if "rainedConfig)" in text and _SUBCLASS.search(text) and not _NEEDS_TORCH.search(text):
                found.append(path)
    return found


class Hierarchy:
    """The classes of a release.

    Args:
        modules: The release.
    """

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._lineages: dict[Definition, Lineage] = {}
        self._pending: set[Definition] = set()
        self._endless: set[Definition] = set()
        self.failures: dict[str, str] = {}
        """Classes whose ancestors could not be followed, with the reason."""

    def lineage(self, definition: Definition) -> Lineage:
        """A class and what it inherits from.

        Raises:
            RecursionError: If that is more than can be followed.
        """
        if definition in self._endless:
            raise RecursionError
        if definition not in self._lineages:
            try:
                self._lineages[definition] = self._make(definition)
            except RecursionError:
                self._endless.add(definition)
                raise
        return self._lineages[definition]

    def configurations(self, paths: Iterable[str]) -> list[Lineage]:
        """Configuration classes that files define, in the order of the files."""
        found = []
        for path in paths:
            facts = self._modules.facts(path)
            for name in facts.classes if facts else ():
                try:
                    lineage = self.lineage(Definition("class", path, name))
                except RecursionError:
                    self.failures[name] = "it inherits through more classes than can be followed"
                    continue
                if lineage.is_config:
                    found.append(lineage)
        return found

    def base(self) -> Lineage | None:
        """The common base class; ``None`` where the source lacks it, as a single file does."""
        facts = self._modules.facts(BASE_PATH)
        for name in BASE_NAMES:
            if facts is not None and name in facts.classes:
                return self.lineage(Definition("class", BASE_PATH, name))
        return None

    def _make(self, definition: Definition) -> Lineage:
        facts = self._modules.class_facts(definition)
        self._pending.add(definition)
        try:
            return self._follow(definition, facts)
        finally:
            self._pending.discard(definition)

    def _follow(self, definition: Definition, facts: ClassFacts) -> Lineage:
        parents: list[Lineage] = []
        bases: list[str] = []
        outside: list[str] = []
        for text in facts.bases:
            found = self._modules.definition(definition.path, text)
            if found is not None and found.kind == "class" and found not in self._pending:
                parents.append(self.lineage(found))
                bases.append(found.name)
            else:
                name = self._outside_name(definition.path, text)
                bases.append(name)
                outside += [name] if name.endswith("Config") else []
        is_base = definition.path == BASE_PATH and definition.name in BASE_NAMES
        order = (definition, *_merge([parent.order for parent in parents]))
        if len(order) > _MAX_ORDER:
            raise RecursionError
        inherited = [item.name for item in order[1:] if self.lineage(item).is_config]
        known = [name for parent in parents for name in parent.ancestors]
        beyond = [name for name in (*outside, *known) if name not in inherited]
        return Lineage(
            definition=definition,
            facts=facts,
            order=order,
            ancestors=tuple(dict.fromkeys([*inherited, *beyond])),
            bases=tuple(bases) or ("object",),
            is_config=is_base or any(parent.is_config for parent in parents) or bool(outside),
        )

    def _outside_name(self, path: str, text: str) -> str:
        """Name of a base class that the release does not define, under the name it has there."""
        facts = self._modules.facts(path)
        item = facts.imports.get(text) if facts else None
        return item.name if item is not None and item.name else text.rsplit(".", maxsplit=1)[-1]


def _merge(orders: Sequence[Sequence[Definition]]) -> list[Definition]:
    """Merge the orders of several bases as Python does (C3); where that is impossible, one after the other."""
    if len(orders) == 1:
        return list(orders[0])
    pending = [list(order) for order in orders if order]
    pending.append([order[0] for order in orders if order])
    merged: list[Definition] = []
    while pending := [order for order in pending if order]:
        head = next((order[0] for order in pending if not any(order[0] in other[1:] for other in pending)), None)
        if head is None:
            return list(dict.fromkeys(item for order in orders for item in order))
        merged.append(head)
        for order in pending:
            if order[0] == head:
                del order[0]
    return merged
