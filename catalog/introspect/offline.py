"""Keeps the Hub out of reach while foreign classes are constructed."""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Callable, Iterator
from typing import Any


@contextlib.contextmanager
def hub_offline() -> Iterator[None]:
    """Switch huggingface_hub to offline mode, and back.

    Some releases download a configuration when a class is constructed without arguments. What a class says must not
    depend on the network, and nobody expects a catalog to open connections, nor to wait for their timeouts.
    """
    try:
        constants: Any = importlib.import_module("huggingface_hub.constants")
        utils: Any = importlib.import_module("huggingface_hub.utils")
    except ImportError:
        yield
        return
    before = getattr(constants, "HF_HUB_OFFLINE", False)
    reset: Callable[[], None] = getattr(utils, "reset_sessions", lambda: None)  # releases below 1.0 ask it only once
    constants.HF_HUB_OFFLINE = True
    reset()
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before
        reset()
