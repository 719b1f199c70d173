"""The read API of the catalog."""

from catalog.history import Change
from catalog.query.catalog import Catalog
from catalog.query.history import Changelog
from catalog.query.models import CatalogParameter, ModelConfig, ModelSummary, ParameterUse, Resolved
from catalog.store.rows import ReleaseInfo, RunInfo, SearchHit

__all__ = [
    "Catalog",
    "CatalogParameter",
    "Change",
    "Changelog",
    "ModelConfig",
    "ModelSummary",
    "ParameterUse",
    "ReleaseInfo",
    "Resolved",
    "RunInfo",
    "SearchHit",
]
