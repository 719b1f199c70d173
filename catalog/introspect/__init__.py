"""From transformers source to records: reading releases, never SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.introspect.fingerprint import InstalledRelease, installed_release
    from catalog.introspect.live import read_installed

__all__ = ["InstalledRelease", "installed_release", "read_installed"]

_HOMES = {"InstalledRelease": "fingerprint", "installed_release": "fingerprint", "read_installed": "live"}


def __getattr__(name: str) -> Any:
    """Import on first use, so that a command that reads one thing does not pay for all."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415

    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
