"""Sizes of models side by side, smallest first, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.quantities import format_count
from catalog.site.charts import svg

_ROW = 20
_TOP = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """A model and its size.

    Attributes:
        name: Its name.
        parameters: Number of parameters, above 0.
        url: Address of its page.
        chosen: True for the model whose page it is, which gets another colour.
    """

    name: str
    parameters: int
    url: str | None = None
    chosen: bool = False


def size_chart(models: Sequence[Sized], *, title: str, width: float = 640) -> Markup:
    """Draw one dot a model over powers of ten, smallest model first.

    Lengths of bars mean nothing on a logarithmic scale, so places are marked rather than lengths.

    Args:
        models: The models; none makes an empty text.
        title: What is shown.
        width: Width in pixels.
    """
    if not models:
        return Markup("")
    ordered = sorted(models, key=lambda model: (model.parameters, model.name))
    exponents = svg.powers_of_ten(ordered[0].parameters, ordered[-1].parameters)
    left = max(svg.text_width(model.name) for model in ordered) + 10
    right = width - max(svg.text_width(format_count(model.parameters)) for model in ordered) - 16
    right = max(right, left + 80)
    bottom = _TOP + len(ordered) * _ROW

    def place(parameters: float) -> float:
        share = (math.log10(parameters) - exponents[0]) / (exponents[-1] - exponents[0])
        return left + share * (right - left)

    parts = []
    for exponent in exponents:
        x = place(10.0**exponent)
        parts.append(svg.line(x, _TOP, x, bottom))
        parts.append(svg.text(x, bottom + 15, format_count(10.0**exponent), anchor="middle"))
    for number, model in enumerate(ordered):
        y = _TOP + number * _ROW + _ROW / 2
        x = place(model.parameters)
        series = 2 if model.chosen else 1
        drawn = svg.text(left - 10, y + 4, model.name, anchor="end", strong=True)
        drawn += f'<circle class="s{series}" cx="{svg.coordinate(x)}" cy="{svg.coordinate(y)}" r="5"/>'
        drawn += svg.text(x + 10, y + 4, format_count(model.parameters))
        parts.append(svg.linked(drawn, model.url))
    said = ", ".join(f"{model.name} {format_count(model.parameters)}" for model in ordered)
    return svg.figure(parts, width=width, height=bottom + 20, title=title, description=f"Parameters: {said}.")
