"""How values, ranges and numbers read on a page."""

from __future__ import annotations

from catalog.query import CatalogParameter
from catalog.values import same_value, to_python_text

_LONGEST = 400
"""Characters of a value that are shown; a few defaults are tables of thousands of words."""


def value_text(value: object) -> str:
    """A value as Python writes it, cut where it is very long."""
    text = to_python_text(value)  # type: ignore[arg-type]  # JSON by contract
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def declared_text(parameter: CatalogParameter) -> str:
    """The declared default; ``"required"`` where there is none, ``"?"`` where it is not known."""
    if parameter.required:
        return "required"
    return value_text(parameter.default) if parameter.default_known else "?"


def effective_text(parameter: CatalogParameter) -> str | None:
    """What construction makes of the declared default; ``None`` where it leaves it alone."""
    if parameter.required or same_value(parameter.default, parameter.effective_default):
        return None
    return value_text(parameter.effective_default)


def range_text(parameter: CatalogParameter) -> str:
    """The range that is allowed: ``0 … 1``, ``≥ 1``, ``> 0 and < 1``; empty where any number goes."""
    low, high = parameter.minimum, parameter.maximum
    more = ">" if parameter.exclusive_minimum else "≥"
    less = "<" if parameter.exclusive_maximum else "≤"
    if low is not None and high is not None and not (parameter.exclusive_minimum or parameter.exclusive_maximum):
        return f"{low:g} … {high:g}"
    sides = [f"{sign} {bound:g}" for sign, bound in ((more, low), (less, high)) if bound is not None]
    return " and ".join(sides)


def date_text(moment: str | None) -> str:
    """The day of a moment in ISO 8601; empty where it is not known."""
    return (moment or "")[:10]
