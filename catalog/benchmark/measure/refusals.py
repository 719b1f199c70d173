"""What was asked for and does not exist here: an answer, not a fault."""

from __future__ import annotations

from catalog.errors import CatalogError


class UnsupportedError(CatalogError):
    """What was asked for does not exist for this model or on this machine; the message says why."""


class NoInputsError(CatalogError):
    """Inputs for the model cannot be made; the message says why."""
