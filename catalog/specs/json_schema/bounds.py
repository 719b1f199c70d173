"""The numbers that a parameter admits: what transformers itself enforces, and what its meaning demands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.specs.views import ParameterView
from catalog.specs.wording import number_text


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of a number, in the parameter's own unit.

    Attributes:
        minimum: Smallest number; ``None`` for no bound.
        maximum: Largest number; ``None`` for no bound.
        above: True where `minimum` itself is not admitted.
        below: True where `maximum` itself is not admitted.
    """

    minimum: float | None = None
    maximum: float | None = None
    above: bool = False
    below: bool = False

    def keywords(self) -> dict[str, Any]:
        """The bounds as JSON Schema states them; integers where they are whole."""
        found: dict[str, Any] = {}
        if self.minimum is not None:
            found["exclusiveMinimum" if self.above else "minimum"] = _whole(self.minimum)
        if self.maximum is not None:
            found["exclusiveMaximum" if self.below else "maximum"] = _whole(self.maximum)
        return found

    def text(self) -> str:
        """The bounds for a reader: ``at least 1``, ``from 0 to 1``; empty where there are none."""
        low = None if self.minimum is None else number_text(self.minimum)
        high = None if self.maximum is None else number_text(self.maximum)
        if low is not None and high is not None and not self.above and not self.below:
            return f"from {low} to {high}"
        lower = f"{'above' if self.above else 'at least'} {low}" if low is not None else ""
        upper = f"{'below' if self.below else 'at most'} {high}" if high is not None else ""
        return " and ".join(filter(None, (lower, upper)))


def bounds_of(parameter: ParameterView, *, lenient: bool = False) -> Bounds:
    """The bounds of a parameter's numbers.

    Args:
        parameter: The parameter.
        lenient: Also admit what published files hold without being wrong: -1 for "none", an epsilon of 0.

    Returns:
        The tightest bounds that are known. The class's own defaults lie within them.
    """
    record, quantity = parameter.record, parameter.quantity
    minimum, above = quantity.minimum, quantity.exclusive
    if lenient and minimum is not None:
        if quantity.kind == "count":
            minimum = min(minimum, -1)
        elif quantity.kind in ("epsilon", "positive", "deviation"):
            above = False
    if record.minimum is not None and (minimum is None or record.minimum >= minimum):
        above = record.exclusive_minimum or (above and record.minimum == minimum)
        minimum = record.minimum
    maximum, below = quantity.maximum, False
    if record.maximum is not None and (maximum is None or record.maximum <= maximum):
        maximum, below = record.maximum, record.exclusive_maximum
    return Bounds(minimum, maximum, above, below)


def _whole(number: float) -> float:
    return int(number) if float(number).is_integer() else number
