"""Finds and imports the modules of a package that define configuration classes."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from catalog.introspect.reasons import one_line
from catalog.introspect.sources import SourceTree
from catalog.records import Failure

_CONFIGURATION = re.compile(r"(?:^|/)configuration_\w+\.py$")
_NOT_PART_OF_PACKAGE = re.compile(r"(?:^|/)(?:modular_|convert_|test_)\w*\.py$")
_SUBCLASS = re.compile(r"^class\s+\w+\([^)]*\bPre[tT]rainedConfig\b[^)]*\)", re.MULTILINE)
_NEEDS_TORCH = re.compile(r"^(?:import|from)\s+torch\b", re.MULTILINE)

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many of these are done, and how many there are."""


@dataclass(frozen=True, slots=True)
class Imported:
    """Modules that were imported, and those that were not, with their reasons."""

    modules: tuple[ModuleType, ...]
    failures: tuple[Failure, ...]


def configuration_paths(tree: SourceTree) -> Iterator[str]:
    """Paths of the files that define configuration classes.

    Besides every ``configuration_*.py`` these are files that subclass the common base class, unless they import torch
    themselves: such classes belong to model code (one in transformers 5.23.0, of the watermark detector), and
    reading them would make the result depend on torch being installed.

    Args:
        tree: Source of the package.

    Yields:
        Paths relative to the package's root, sorted.
    """
    for path in tree.paths():
        if _CONFIGURATION.search(path):
            yield path
        elif not _NOT_PART_OF_PACKAGE.search(path):
            text = tree.read(path)
            if "rainedConfig)" in text and _SUBCLASS.search(text) and not _NEEDS_TORCH.search(text):
                yield path


def import_modules(package: str, paths: Iterable[str], *, progress: Progress | None = None) -> Imported:
    """Import modules by path; one that does not import is recorded and the rest goes on.

    Args:
        package: Import name of the package.
        paths: Paths relative to its root.
        progress: Told of each module.

    Returns:
        The modules and the failures.
    """
    modules: list[ModuleType] = []
    failures: list[Failure] = []
    names = [module_name(package, path) for path in paths]
    for number, name in enumerate(names):
        if progress is not None:
            progress("importing", number, len(names))
        try:
            modules.append(importlib.import_module(name))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a module may raise anything; the reason is data
            failures.append(Failure(subject=name, stage="import", reason=one_line(error)))
    return Imported(tuple(modules), tuple(failures))


def module_name(package: str, path: str) -> str:
    """Import name of a file: ``models/clip/model_clip.py`` → ``transformers.models.clip.model_clip``."""
    return f"{package}." + path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def subclasses_of(base: type, *, package: str) -> list[type]:
    """All subclasses of a class that a package defines, however deep, sorted by name and module.

    A class that its module does not hold under its name is left out: it belongs to a module that failed half-way, or
    something replaced it.
    """
    found: set[type[Any]] = set()
    pending: list[type[Any]] = [base]
    while pending:
        for cls in type.__subclasses__(pending.pop()):
            if cls not in found:
                found.add(cls)
                pending.append(cls)
    own = [cls for cls in found if cls.__module__.split(".")[0] == package and _is_held(cls)]
    return sorted(own, key=lambda cls: (cls.__name__, cls.__module__))


def _is_held(cls: type) -> bool:
    return getattr(sys.modules.get(cls.__module__), cls.__name__, None) is cls
