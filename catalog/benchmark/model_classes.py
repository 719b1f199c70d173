"""What the installed transformers' modeling files say of their model classes, read as text: nothing is imported.

The catalog knows the model classes of the auto mappings. Parts of models, such as the text tower of CLIP, have model
classes that no mapping lists; and no mapping says which classes generate or compute a loss. Both decide what can be
benchmarked, and importing all modeling files to find out would take a minute and two gigabytes.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_CLASS: Final = re.compile(r"^class (?P<name>\w+)\((?P<bases>[^)]*)\):(?P<body>.*?)(?=^\S)", re.MULTILINE | re.DOTALL)
_CONFIG: Final = re.compile(r"^    config(?:_class)?\s*[:=]\s*[\"']?(?P<name>\w+)", re.MULTILINE)
_FORWARD: Final = re.compile(r"^    def forward\((?P<arguments>.*?)\)\s*(?:->.*?)?:\s*$", re.MULTILINE | re.DOTALL)
_LABELS: Final = re.compile(r"\b(?:labels|start_positions|future_values|return_loss|class_labels)\b")
_ROOT: Final = "PreTrainedModel"
_GENERATES: Final = "GenerationMixin"
_GENERIC_HEAD: Final = "GenericFor"  # bases of transformers that bring a head, a loss and a forward pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelClass:
    """A model class of a modeling file.

    Attributes:
        name: Its name.
        config_class: Name of the configuration class that it takes; ``None`` where the file does not tell.
        generates: Whether it has the method ``generate``.
        computes_loss: Whether its forward pass takes labels, or else what a loss is computed from.
    """

    name: str
    config_class: str | None = None
    generates: bool = False
    computes_loss: bool = False


@dataclass(frozen=True, slots=True)
class _Written:
    """A class as its file has it; `computes_loss` is ``None`` where it has no forward pass of its own."""

    bases: tuple[str, ...]
    config_class: str | None
    computes_loss: bool | None


def model_classes(module: str) -> Mapping[str, ModelClass]:
    """The model classes beside a configuration.

    Args:
        module: Import path of the module that defines the configuration class.

    Returns:
        Name → class: those that can be made, without the common bases. Empty where the package has no modeling file.
    """
    return _of_package(module.rpartition(".")[0])


def plain_model(config_class: str, module: str) -> str | None:
    """The model class that stands for a configuration that no auto mapping lists.

    Args:
        config_class: The configuration class.
        module: Import path of its module.

    Returns:
        Of the classes that take it the one that ends in ``Model``, with the shortest name; ``None`` where no model
        takes the configuration by itself.
    """
    own = [name for name, found in model_classes(module).items() if found.config_class == config_class]
    return min(own, key=lambda name: (not name.endswith("Model"), len(name), name), default=None)


@functools.cache
def _of_package(package: str) -> Mapping[str, ModelClass]:
    written: dict[str, _Written] = {}
    for path in _modeling_files(package):
        written |= _read(path.read_text(encoding="utf-8", errors="replace"))
    return {
        name: ModelClass(
            name=name,
            config_class=_config_of(name, written),
            generates=any(base.endswith(_GENERATES) for base in _ancestors(name, written)),
            computes_loss=_computes_loss(name, written),
        )
        for name in written
        if not name.endswith(_ROOT) and any(base.endswith(_ROOT) for base in _ancestors(name, written))
    }


def _modeling_files(package: str) -> Iterable[Path]:
    """The modeling files of a package of transformers, found without importing it."""
    root, _, rest = package.partition(".")
    found = importlib.util.find_spec(root)
    if found is None or not found.submodule_search_locations:
        return ()
    return sorted(Path(found.submodule_search_locations[0]).joinpath(*rest.split(".")).glob("modeling_*.py"))


def _read(text: str) -> dict[str, _Written]:
    found = {}
    for match in _CLASS.finditer(text + "\n#"):
        config, forward = _CONFIG.search(match["body"]), _FORWARD.search(match["body"])
        found[match["name"]] = _Written(
            bases=tuple(re.findall(r"\w+(?=\s*(?:,|$))", match["bases"])),
            config_class=config["name"] if config else None,
            computes_loss=None if forward is None else _LABELS.search(forward["arguments"]) is not None,
        )
    return found


def _ancestors(name: str, written: Mapping[str, _Written]) -> frozenset[str]:
    """The names of all bases of a class, as far as the package's own files tell."""
    found: set[str] = set()
    left = [name]
    while left:
        item = written.get(left.pop())
        new = set(item.bases) - found if item is not None else set()
        found |= new
        left += new
    return frozenset(found)


def _computes_loss(name: str, written: Mapping[str, _Written]) -> bool:
    """What the forward pass of a class tells, or else that of the first of its bases that has one."""
    item = written.get(name)
    if item is None:
        return name.startswith(_GENERIC_HEAD)
    if item.computes_loss is not None:
        return item.computes_loss
    return any(_computes_loss(base, written) for base in item.bases if base != name)


def _config_of(name: str, written: Mapping[str, _Written]) -> str | None:
    """The configuration class that a class declares, or else the first of its bases that does."""
    item = written.get(name)
    if item is None or item.config_class is not None:
        return None if item is None else item.config_class
    return next((found for base in item.bases if base != name and (found := _config_of(base, written))), None)
