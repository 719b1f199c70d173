"""Small configurations of the same shape, for tests and benchmarks on small machines."""

from __future__ import annotations

from catalog.builder.shrink.fitting import Fitted, fit
from catalog.builder.shrink.shrinking import DEFAULT_BUDGET, shrink, tiny_params

__all__ = ["DEFAULT_BUDGET", "Fitted", "fit", "shrink", "tiny_params"]
