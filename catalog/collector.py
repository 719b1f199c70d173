"""Keeps Python's garbage collector out of the way of work that makes millions of objects that stay."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def paused_collector() -> Iterator[None]:
    """Switch Python's cyclic garbage collector off.

    Importing and parsing make millions of objects that stay, so that every collection walks them in vain: parsing 540
    modules takes 0.2 s without it and 1.3 s with it.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
