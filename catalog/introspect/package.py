"""Reads the configuration classes of one package, whatever it is called: imports, records, observations."""

from __future__ import annotations

import contextlib
import io
import logging
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from catalog.collector import paused_collector
from catalog.introspect.bounds import Bounds, validator_definitions
from catalog.introspect.classes import ClassReader
from catalog.introspect.construct import observe
from catalog.introspect.offline import hub_offline
from catalog.introspect.parameters import Sources
from catalog.introspect.source_text import ModuleText
from catalog.introspect.sources import SourceTree
from catalog.introspect.walk import Progress, configuration_paths, import_modules, subclasses_of
from catalog.records import ConfigClass, Failure, Observation

_VALIDATORS = "utils/type_validators.py"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageFacts:
    """What importing a package told.

    Attributes:
        classes: Configuration classes, the common base included, sorted by name.
        observations: What constructing them told, in the same order, without the base.
        failures: Modules that do not import, classes that cannot be read, classes that do not construct.
    """

    classes: tuple[ConfigClass, ...]
    observations: tuple[Observation, ...]
    failures: tuple[Failure, ...]


def read_package(
    package: str,
    base: type,
    tree: SourceTree,
    *,
    vocabularies: Mapping[str, tuple[str, ...]],
    progress: Progress | None = None,
) -> PackageFacts:
    """Import every configuration module of a package and read all subclasses of the common base class.

    Whatever fails on the way is recorded and the rest goes on. Meanwhile logging, warnings and standard
    output are silenced, and the Hub is out of reach.

    Args:
        package: Import name of the package.
        base: The common base class.
        tree: Source of the package.
        vocabularies: Vocabularies of the package.
        progress: Called with what is being done, how many of these are done, and how many there are.

    Returns:
        The facts.
    """
    with quiet(), hub_offline(), paused_collector():
        imported = import_modules(package, configuration_paths(tree), progress=progress)
        kept, duplicates = _unique([base, *subclasses_of(base, package=package)])
        sources = Sources(definitions=_definitions(tree), activations=vocabularies.get("activations", ()))
        reader = ClassReader(base, sources, generation_parameters=vocabularies.get("generation_parameters", ()))
        classes, unreadable = reader.read_all(kept, progress=progress)
        readable = {record.name for record in classes}
        observed = [cls for cls in kept if cls is not base and cls.__name__ in readable]
        observations = observe(observed, base, progress=progress)
    failed = [
        Failure(subject=item.config_class, stage="construct", reason=item.reason or "")
        for item in observations
        if not item.constructs
    ]
    failures = (*imported.failures, *duplicates, *unreadable, *failed)
    return PackageFacts(classes=classes, observations=observations, failures=failures)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silence logging, warnings and standard output while foreign modules are imported and their classes constructed.

    A level set on transformers' logger would not last, since importing transformers sets it. What a module prints
    would end in the middle of a command's JSON.
    """
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


def _unique(classes: list[type]) -> tuple[list[type], list[Failure]]:
    """Classes by name; of two with one name the first by module counts."""
    kept: dict[str, type] = {}
    failures: list[Failure] = []
    for cls in classes:
        if cls.__name__ in kept:
            first = kept[cls.__name__].__module__
            reason = f"{cls.__module__} defines a class of that name, as {first} does, which is the one kept"
            failures.append(Failure(subject=cls.__name__, stage="parse", reason=reason))
        else:
            kept[cls.__name__] = cls
    return [kept[name] for name in sorted(kept)], failures


def _definitions(tree: SourceTree) -> dict[str, Bounds]:
    if _VALIDATORS not in tree.paths():
        return {}
    return validator_definitions(ModuleText(tree.read(_VALIDATORS), name=_VALIDATORS).tree)
