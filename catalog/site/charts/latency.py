"""Measured times: the median of each model, and how far the slow runs lie from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.quantities import format_duration
from catalog.site.charts import svg

_ROW = 22
_TOP = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The times of one model on one device.

    Attributes:
        name: What was measured.
        median: Median time of a run, in seconds.
        slow: Time below which 95 % of the runs stayed, in seconds; at least `median`.
        url: Address of its page.
        series: Which of the six colours, from 1: one a device.
    """

    name: str
    median: float
    slow: float
    url: str | None = None
    series: int = 1


def latency_chart(measured: Sequence[Measured], *, title: str, width: float = 640) -> Markup:
    """Draw a bar to the median and a line on to the 95th percentile, fastest first.

    Args:
        measured: The times; none makes an empty text.
        title: What is shown.
        width: Width in pixels.
    """
    if not measured:
        return Markup("")
    ordered = sorted(measured, key=lambda item: (item.median, item.name))
    steps = svg.ticks(max(item.slow for item in ordered))
    left = max(svg.text_width(item.name) for item in ordered) + 8
    right = max(width - max(svg.text_width(format_duration(item.median)) for item in ordered) - 16, left + 80)
    bottom = _TOP + len(ordered) * _ROW
    scale = (right - left) / steps[-1]
    parts = []
    for step in steps:
        parts.append(svg.line(left + step * scale, _TOP, left + step * scale, bottom))
        parts.append(svg.text(left + step * scale, bottom + 15, format_duration(step), anchor="middle"))
    for number, item in enumerate(ordered):
        y = _TOP + number * _ROW
        drawn = svg.text(left - 8, y + 15, item.name, anchor="end", strong=True)
        drawn += svg.rectangle(left, y + 4, item.median * scale, 14, series=item.series)
        drawn += svg.line(left + item.median * scale, y + 11, left + item.slow * scale, y + 11, kind="axis")
        drawn += svg.text(left + item.slow * scale + 6, y + 15, format_duration(item.median))
        parts.append(svg.linked(drawn, item.url))
    said = ", ".join(
        f"{item.name} {format_duration(item.median)} (95 % below {format_duration(item.slow)})" for item in ordered
    )
    return svg.figure(parts, width=width, height=bottom + 20, title=title, description=f"Median times: {said}.")
