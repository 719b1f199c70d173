"""Reads a release of transformers from its source, executing nothing."""

from __future__ import annotations

import platform
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import TypeAlias

from catalog.collector import paused_collector
from catalog.errors import IntrospectionError
from catalog.introspect.architectures import (
    ArchitectureFacts,
    AutoMappings,
    config_classes_by_type,
    read_architectures,
    read_mappings,
)
from catalog.introspect.bounds import Bounds, validator_definitions
from catalog.introspect.describe import describe
from catalog.introspect.docstrings import ParsedDocstring
from catalog.introspect.family import modular_path, origins
from catalog.introspect.reasons import one_line
from catalog.introspect.source_text import ModuleText
from catalog.introspect.sources import SourceTree
from catalog.introspect.static.autodoc import CENTRAL_PATH, AutoDocumentation, read_central_config_docs
from catalog.introspect.static.cache import Cache
from catalog.introspect.static.classes import ClassReader
from catalog.introspect.static.hierarchy import BASE_PATH, Hierarchy, Lineage, configuration_paths
from catalog.introspect.static.modules import Modules
from catalog.introspect.static.recording import RecordingSource
from catalog.introspect.traits import derive_traits
from catalog.introspect.vocabularies import read_vocabularies
from catalog.records import ConfigClass, Failure, Release

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how many of these are done, and how many there are."""

_NO_ARCHITECTURES = ArchitectureFacts(architectures=(), model_types=(), failures=())
_VALIDATORS = "utils/type_validators.py"


def read_source(
    source: SourceTree,
    *,
    architectures: bool = True,
    progress: Progress | None = None,
    cache: Cache | None = None,
) -> Release:
    """Read a release from its source. Nothing is imported or executed.

    Args:
        source: A wheel, a folder or a file.
        architectures: False to read the configurations alone, without model classes, model types and traits.
        progress: Called with what is being done, how many of these are done, and how many there are.
        cache: Keeps what single files say, by their content.

    Returns:
        The release; what could not be read is among its failures. There are no observations: what a class makes of its
        defaults is not known without constructing it.
    """
    started = time.perf_counter()
    recorded = RecordingSource(source)
    with warnings.catch_warnings(), paused_collector():
        # Old sources hold escapes that Python warns of when it parses them.
        warnings.simplefilter("ignore")
        mappings = read_mappings(recorded)
        classes, failures, vocabularies = _classes(recorded, mappings, progress, cache)
        facts = _architectures(recorded, mappings, classes, progress, cache) if architectures else _NO_ARCHITECTURES
    return Release(
        version=source.version,
        extractor="static",
        fingerprint=recorded.fingerprint(),
        environment={"python": ".".join(platform.python_version_tuple()[:2])},
        classes=classes,
        traits=derive_traits(classes, (), facts.architectures, facts.model_types) if architectures else (),
        architectures=facts.architectures,
        model_types=facts.model_types,
        vocabularies=vocabularies,
        failures=(*failures, *facts.failures),
        seconds=time.perf_counter() - started,
    )


def _architectures(
    source: SourceTree,
    mappings: AutoMappings,
    classes: Iterable[ConfigClass],
    progress: Progress | None,
    cache: Cache | None,
) -> ArchitectureFacts:
    if progress is not None:
        progress("reading architectures", 0, 1)
    declared = config_classes_by_type(classes)
    return read_architectures(source, config_classes=declared, mappings=mappings, cache=cache)


def _classes(
    source: SourceTree, mappings: AutoMappings, progress: Progress | None, cache: Cache | None
) -> tuple[tuple[ConfigClass, ...], list[Failure], dict[str, tuple[str, ...]]]:
    modules = Modules(source, cache=cache)
    hierarchy = Hierarchy(modules)
    vocabularies = read_vocabularies(source)
    central = read_central_config_docs(source)
    reader = ClassReader(
        modules,
        hierarchy,
        package="transformers" if BASE_PATH in source.paths() else "",
        vocabularies=vocabularies,
        validators=_validators(source),
        autodoc=AutoDocumentation(central, mappings) if central.arguments else None,
    )
    found = hierarchy.configurations(configuration_paths(source))
    kept, failures = _unique(found)
    records: list[ConfigClass] = []
    documentation: dict[str, ParsedDocstring] = {}
    for number, lineage in enumerate(kept):
        if progress is not None:
            progress("reading", number, len(kept))
        try:
            records.append(reader.read(lineage))
            documentation[lineage.facts.name] = reader.documentation(lineage)
        except Exception as error:  # noqa: BLE001 - sources may hold anything; one class must not hide the others
            failures.append(Failure(subject=lineage.facts.name, stage="parse", reason=one_line(error)))
    unread = {**modules.failures, **hierarchy.failures}
    if central.failure is not None:
        unread[CENTRAL_PATH] = central.failure
    failures = [Failure(subject=subject, stage="parse", reason=reason) for subject, reason in unread.items()] + failures
    return describe(records, documentation, _Family(source, kept)), failures, vocabularies


class _Family:
    """Tells from which classes a class was made, by the text of its file."""

    def __init__(self, source: SourceTree, classes: list[Lineage]) -> None:
        self._source = source
        self._paths = frozenset(source.paths())
        self._files = {lineage.facts.name: lineage.definition.path for lineage in classes}

    def __call__(self, config: ConfigClass) -> Iterator[str]:
        path = self._files[config.name]
        return origins(config.name, source=self._text(path), modular=self._text(modular_path(path)))

    def _text(self, path: str) -> str:
        try:
            return self._source.read(path) if path in self._paths else ""
        except IntrospectionError:
            return ""


def _validators(source: SourceTree) -> dict[str, Bounds]:
    if _VALIDATORS not in source.paths():
        return {}
    try:
        return validator_definitions(ModuleText(source.read(_VALIDATORS), name=_VALIDATORS).tree)
    except (IntrospectionError, SyntaxError, ValueError, RecursionError, MemoryError):
        return {}


def _unique(found: list[Lineage]) -> tuple[list[Lineage], list[Failure]]:
    """Classes by name; of two with one name the first by module counts."""
    kept: dict[str, Lineage] = {}
    failures: list[Failure] = []
    for lineage in found:
        name = lineage.facts.name
        if name in kept:
            first = kept[name].definition.path
            reason = f"{lineage.definition.path} defines a class of that name, as {first} does, which is the one kept"
            failures.append(Failure(subject=name, stage="parse", reason=reason))
        else:
            kept[name] = lineage
    return [kept[name] for name in sorted(kept)], failures
