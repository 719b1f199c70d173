"""Records in SQL and back: one catalog in SQLite or PostgreSQL.

:func:`open_store` gives a :class:`Store` to write releases to and read them from. The checker takes
:func:`open_knowledge` instead, which answers its questions without importing SQLAlchemy; so names are imported
here only when they are asked for.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.store.light import SqliteKnowledge, StoreKnowledge, open_knowledge
    from catalog.store.location import Location, locate
    from catalog.store.rows import (
        ClassRow,
        GarbageReport,
        ParameterUse,
        ReleaseInfo,
        SearchHit,
        WriteReport,
    )
    from catalog.store.store import Store, open_store

_HOMES = {
    "ClassRow": "rows",
    "GarbageReport": "rows",
    "Location": "location",
    "ParameterUse": "rows",
    "ReleaseInfo": "rows",
    "SearchHit": "rows",
    "SqliteKnowledge": "light",
    "Store": "store",
    "StoreKnowledge": "light",
    "WriteReport": "rows",
    "locate": "location",
    "open_knowledge": "light",
    "open_store": "store",
}

__all__ = [
    "ClassRow",
    "GarbageReport",
    "Location",
    "ParameterUse",
    "ReleaseInfo",
    "SearchHit",
    "SqliteKnowledge",
    "Store",
    "StoreKnowledge",
    "WriteReport",
    "locate",
    "open_knowledge",
    "open_store",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"catalog.store.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'catalog.store' has no attribute {name!r}")
