"""Reads the installed transformers by importing it."""

from __future__ import annotations

import contextlib
import importlib
import logging
import time
import warnings
from collections.abc import Iterator
from types import ModuleType

from catalog.errors import IntrospectionError
from catalog.introspect.bounds import Bounds, validator_definitions
from catalog.introspect.classes import ClassReader
from catalog.introspect.collector import paused_collector
from catalog.introspect.construct import observe
from catalog.introspect.fingerprint import InstalledRelease, installed_release
from catalog.introspect.parameters import Sources
from catalog.introspect.reasons import one_line
from catalog.introspect.source_text import ModuleText
from catalog.introspect.sources import FolderSource
from catalog.introspect.vocabularies import read_vocabularies
from catalog.introspect.walk import Progress, configuration_paths, import_modules, subclasses_of
from catalog.records import Failure, Release

_BASE_NAMES = ("PreTrainedConfig", "PretrainedConfig")
_VALIDATORS = "utils/type_validators.py"


def read_installed(*, progress: Progress | None = None) -> Release:
    """Read every configuration class of the installed transformers.

    Imports all its configuration modules and constructs every class once, without arguments. torch is not needed
    and changes nothing. Whatever fails on the way is recorded and the rest goes on.

    Args:
        progress: Called with what is being done, how many of these are done, and how many there are.

    Returns:
        The release: classes, observations, vocabularies and failures. Architectures, model types and traits are
        read elsewhere.

    Raises:
        MissingDependencyError: If transformers is not installed.
        IntrospectionError: If it is, but does not import.
    """
    started = time.perf_counter()
    installed = installed_release()
    tree = FolderSource(installed.location)
    vocabularies = read_vocabularies(tree)
    with quiet(), paused_collector():
        base = _base_class(installed)
        _import_model_names()
        imported = import_modules("transformers", configuration_paths(tree), progress=progress)
        found = subclasses_of(base, package="transformers")
        kept, duplicates = _unique([base, *found])
        sources = Sources(definitions=_definitions(tree), activations=vocabularies.get("activations", ()))
        reader = ClassReader(base, sources, generation_parameters=vocabularies.get("generation_parameters", ()))
        classes = reader.read_all(kept, progress=progress)
        observations = observe([cls for cls in kept if cls is not base], base, progress=progress)
    failures = [
        Failure(subject=item.config_class, stage="construct", reason=item.reason or "")
        for item in observations
        if not item.constructs
    ]
    return Release(
        version=installed.version,
        extractor="live",
        fingerprint=installed.fingerprint,
        environment=installed.environment,
        classes=classes,
        observations=observations,
        vocabularies=vocabularies,
        failures=(*imported.failures, *duplicates, *failures),
        seconds=time.perf_counter() - started,
    )


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Silence logging and warnings while foreign modules are imported and their classes constructed.

    A level set on transformers' logger would not last, since importing transformers sets it.
    """
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(disabled)


def _base_class(installed: InstalledRelease) -> type:
    """Import the common base class of all configurations."""
    try:
        module: ModuleType = importlib.import_module("transformers.configuration_utils")
    except Exception as error:
        raise IntrospectionError(
            f"transformers {installed.version} in {installed.location} does not import: {one_line(error)}",
            remedy="Reinstall it with: pip install --force-reinstall transformers",
        ) from error
    for name in _BASE_NAMES:
        base = getattr(module, name, None)
        if isinstance(base, type):
            return base
    raise IntrospectionError(f"transformers {installed.version} has no base class {' or '.join(_BASE_NAMES)}.")


def _import_model_names() -> None:
    """Import the table of model classes ahead of the configurations.

    Where torch is absent, transformers hides the module from attribute access, and documentation that is written while
    a configuration module is imported then guesses the name of the model class ("ClipModel"). The module itself
    needs no torch; once imported it is found in either case.
    """
    with contextlib.suppress(Exception):  # an older release writes no documentation at import and needs no table
        importlib.import_module("transformers.models.auto.modeling_auto")


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


def _definitions(tree: FolderSource) -> dict[str, Bounds]:
    if _VALIDATORS not in tree.paths():
        return {}
    return validator_definitions(ModuleText(tree.read(_VALIDATORS), name=_VALIDATORS).tree)
