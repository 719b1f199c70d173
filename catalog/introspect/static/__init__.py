"""Reads releases of transformers from their source with :mod:`ast`, executing nothing."""

from __future__ import annotations

from catalog.introspect.static.cache import Cache, DiskCache, MemoryCache, NoCache
from catalog.introspect.static.release import read_source

__all__ = ["Cache", "DiskCache", "MemoryCache", "NoCache", "read_source"]
