"""A catalog of every configuration parameter of Hugging Face transformers.

The names below are loaded when they are first used, so that importing the package costs nothing and a light
command pays for no database.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from catalog._version import __version__

if TYPE_CHECKING:
    from catalog.benchmark.compare import Comparison
    from catalog.errors import CatalogError, DatabaseError, NotFoundError
    from catalog.measurements import Measurement
    from catalog.query import (
        Catalog,
        CatalogParameter,
        Change,
        Changelog,
        ModelConfig,
        ModelSummary,
        ParameterUse,
        ReleaseInfo,
        RunInfo,
        SearchHit,
    )
    from catalog.sync import SyncReport

_HOMES = {
    "Catalog": "catalog.query",
    "CatalogError": "catalog.errors",
    "CatalogParameter": "catalog.query",
    "Change": "catalog.query",
    "Changelog": "catalog.query",
    "Comparison": "catalog.benchmark.compare",
    "DatabaseError": "catalog.errors",
    "Measurement": "catalog.measurements",
    "ModelConfig": "catalog.query",
    "ModelSummary": "catalog.query",
    "NotFoundError": "catalog.errors",
    "ParameterUse": "catalog.query",
    "ReleaseInfo": "catalog.query",
    "RunInfo": "catalog.query",
    "SearchHit": "catalog.query",
    "SyncReport": "catalog.sync",
}

__all__ = [
    "Catalog",
    "CatalogError",
    "CatalogParameter",
    "Change",
    "Changelog",
    "Comparison",
    "DatabaseError",
    "Measurement",
    "ModelConfig",
    "ModelSummary",
    "NotFoundError",
    "ParameterUse",
    "ReleaseInfo",
    "RunInfo",
    "SearchHit",
    "SyncReport",
    "__version__",
]


def __getattr__(name: str) -> Any:
    """Load a public name from the module that defines it."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """Every public name, loaded or not."""
    return sorted({*globals(), *__all__})
