"""Reads the installed transformers by importing it."""

from __future__ import annotations

import contextlib
import importlib
import time
from types import ModuleType

from catalog.collector import paused_collector
from catalog.errors import IntrospectionError
from catalog.introspect.architectures import config_classes_by_type, read_architectures
from catalog.introspect.fingerprint import InstalledRelease, installed_release
from catalog.introspect.package import quiet, read_package
from catalog.introspect.reasons import one_line
from catalog.introspect.sources import FolderSource
from catalog.introspect.traits import derive_traits
from catalog.introspect.vocabularies import read_vocabularies
from catalog.introspect.walk import Progress
from catalog.records import Release

_BASE_NAMES = ("PreTrainedConfig", "PretrainedConfig")


def read_installed(*, progress: Progress | None = None) -> Release:
    """Read every configuration class of the installed transformers.

    Imports all its configuration modules and constructs every class once, without arguments. torch is not needed
    and changes nothing. Whatever fails on the way is recorded and the rest goes on.

    Args:
        progress: Called with what is being done, how many of these are done, and how many there are.

    Returns:
        The release. Its architectures and model types come from its source, since importing them would take torch.

    Raises:
        MissingDependencyError: If transformers is not installed.
        IntrospectionError: If it is, but does not import.
    """
    with paused_collector():
        return _read_installed(progress)


def _read_installed(progress: Progress | None) -> Release:
    started = time.perf_counter()
    installed = installed_release()
    tree = FolderSource(installed.location)
    vocabularies = read_vocabularies(tree)
    base = _import_base(installed)
    facts = read_package("transformers", base, tree, vocabularies=vocabularies, progress=progress)
    if progress is not None:
        progress("reading architectures", 0, 1)
    models = read_architectures(tree, config_classes=config_classes_by_type(facts.classes))
    return Release(
        version=installed.version,
        extractor="live",
        fingerprint=installed.fingerprint,
        environment=installed.environment,
        classes=facts.classes,
        observations=facts.observations,
        traits=derive_traits(facts.classes, facts.observations, models.architectures, models.model_types),
        architectures=models.architectures,
        model_types=models.model_types,
        vocabularies=vocabularies,
        failures=(*facts.failures, *models.failures),
        seconds=time.perf_counter() - started,
    )


def _import_base(installed: InstalledRelease) -> type:
    """Import the common base class of all configurations."""
    try:
        with quiet():
            module: ModuleType = importlib.import_module("transformers.configuration_utils")
            _import_model_names()
    except (Exception, SystemExit) as error:
        raise IntrospectionError(
            f"transformers {installed.version} in {installed.location} does not import: {one_line(error)}",
            remedy="Reinstall it with: pip install --force-reinstall transformers",
        ) from error
    for name in _BASE_NAMES:
        base = getattr(module, name, None)
        if isinstance(base, type):
            return base
    raise IntrospectionError(
        f"transformers {installed.version} in {installed.location} has no class {' or '.join(_BASE_NAMES)}.",
        remedy="Install a release from 4.40 on with: pip install --upgrade transformers",
    )


def _import_model_names() -> None:
    """Import the table of model classes ahead of the configurations.

    Where torch is absent, transformers hides the module from attribute access, and documentation that is written while
    a configuration module is imported then guesses the name of the model class ("ClipModel"). The module itself
    needs no torch; once imported it is found in either case.
    """
    with contextlib.suppress(Exception):  # an older release writes no documentation at import and needs no table
        importlib.import_module("transformers.models.auto.modeling_auto")
