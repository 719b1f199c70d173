"""How many models there are of each size."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable

from markupsafe import Markup

from catalog.quantities import format_count
from catalog.site.charts import svg

_HEIGHT = 180
_TOP = 18
_LEFT = 34


def distribution_chart(
    sizes: Iterable[int], *, title: str, unit: str = "models", bins_per_power: int = 3, width: float = 640
) -> Markup:
    """Draw a histogram over powers of ten.

    Args:
        sizes: Numbers of parameters, one a model; those below 1 are left out.
        title: What is shown.
        unit: What is counted, in the plural.
        bins_per_power: Bins from one power of ten to the next.
        width: Width in pixels.
    """
    known = sorted(size for size in sizes if size >= 1)
    if not known:
        return Markup("")
    exponents = svg.powers_of_ten(known[0], known[-1])
    first, last = exponents[0], exponents[-1]
    counted = Counter(_bin(size, first, last, bins_per_power) for size in known)
    number = (last - first) * bins_per_power
    steps = svg.ticks(max(counted.values()))
    room, bottom = width - _LEFT - 12, _TOP + _HEIGHT
    parts = []
    for step in steps:
        y = bottom - _HEIGHT * step / steps[-1]
        parts.append(svg.line(_LEFT, y, width - 12, y))
        parts.append(svg.text(_LEFT - 6, y + 4, format_count(step), anchor="end"))
    wide = room / number
    for place in range(number):
        high = _HEIGHT * counted[place] / steps[-1]
        if counted[place]:
            parts.append(svg.rectangle(_LEFT + place * wide + 1, bottom - high, wide - 2, high))
    for exponent in exponents:
        x = _LEFT + (exponent - first) * bins_per_power * wide
        parts.append(svg.line(x, bottom, x, bottom + 4, kind="axis"))
        parts.append(svg.text(x, bottom + 17, format_count(10.0**exponent), anchor="middle"))
    parts.append(svg.line(_LEFT, bottom, width - 12, bottom, kind="axis"))
    middle = known[len(known) // 2]
    said = (
        f"{len(known)} {unit}, from {format_count(known[0])} to {format_count(known[-1])} parameters; "
        f"half of them have at most {format_count(middle)}."
    )
    return svg.figure(parts, width=width, height=bottom + 22, title=title, description=said)


def _bin(size: int, first: int, last: int, bins_per_power: int) -> int:
    place = math.floor((math.log10(size) - first) * bins_per_power + 1e-9)
    return min(place, (last - first) * bins_per_power - 1)
