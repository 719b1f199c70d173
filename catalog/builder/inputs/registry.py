"""Which function makes which argument.

A provider is a function from a :class:`~catalog.builder.inputs.request.Request` to one argument of the forward pass,
or to ``None`` where the argument is best left out. It is registered under the argument's name, for every model or for
those whose model type or class name matches a pattern; the longest matching pattern wins. Every module of this package
is imported once, so a new family is a new file.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache
from types import ModuleType
from typing import Any, TypeAlias

from catalog.builder.inputs.request import Request

Provide: TypeAlias = Callable[[Request], Any]
"""Makes one argument, or ``None`` to leave it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One registered function.

    Attributes:
        argument: The name of the argument that it makes.
        models: Patterns of model types or class names that it holds for; empty for all.
        provide: The function.
        family: Name of the module that registered it.
    """

    argument: str
    models: tuple[str, ...]
    provide: Provide
    family: str

    def fit(self, request: Request) -> int:
        """How closely it fits: -1 where it does not, 0 where it holds for every model."""
        if not self.models:
            return 0
        names = (str(getattr(request.config, "model_type", "")), request.architecture)
        return max(
            (len(pattern) for pattern in self.models if any(fnmatchcase(name, pattern) for name in names)), default=-1
        )


_PROVIDERS: dict[str, list[Provider]] = {}


def provides(*arguments: str, models: tuple[str, ...] = ()) -> Callable[[Provide], Provide]:
    """Register a function as the maker of these arguments.

    Args:
        *arguments: Names of arguments of forward passes.
        models: Patterns (``*`` matches anything) of model types (``"layoutlm*"``) or of class names
            (``"*ForMultipleChoice"``); none means every model.
    """

    def register(function: Provide) -> Provide:
        family = function.__module__.rsplit(".", 1)[-1]
        for argument in arguments:
            _PROVIDERS.setdefault(argument, []).append(
                Provider(argument=argument, models=models, provide=function, family=family)
            )
        return function

    return register


def provider_of(request: Request, argument: str) -> Provider | None:
    """The function that makes an argument for a model: the most specific one."""
    load_families()
    fitting = [(provider.fit(request), provider) for provider in _PROVIDERS.get(argument, ())]
    best = max((fit for fit, _ in fitting), default=-1)
    return next((provider for fit, provider in fitting if fit == best), None) if best >= 0 else None


_PARTS = {
    "vision_config": ("pixel_values", "pixel_values_videos"),
    "audio_config": ("input_features", "input_values"),
}


def is_absent(request: Request, argument: str) -> bool:
    """True for an argument that goes into a part which the model was configured without."""
    return any(
        argument in arguments and getattr(request.config, part, argument) is None for part, arguments in _PARTS.items()
    )


def providers() -> Iterator[Provider]:
    """All of them."""
    load_families()
    for registered in _PROVIDERS.values():
        yield from registered


@cache
def load_families() -> tuple[ModuleType, ...]:
    """Import every module of this package, which registers its providers."""
    package = __name__.rsplit(".", 1)[0]
    folder = importlib.import_module(package).__path__
    return tuple(
        importlib.import_module(f"{package}.{found.name}")
        for found in pkgutil.iter_modules(folder)
        if not found.name.startswith("_")
    )
