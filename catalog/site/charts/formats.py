"""Numbers as charts write them."""

from __future__ import annotations

_UNITS = ((10**12, "T"), (10**9, "B"), (10**6, "M"), (10**3, "K"))


def short(value: float) -> str:
    """A number in at most three digits and a unit: ``6_738_415_616`` is ``"6.74 B"``, ``1000`` is ``"1 K"``."""
    for unit, letter in _UNITS:
        if abs(value) >= unit * 0.9995:
            return f"{_three(value / unit)} {letter}"
    return _three(value)


def _three(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 999.5 else f"{value:.0f}"
