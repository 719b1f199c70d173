"""Releases over time, and how much each held or changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from catalog.quantities import format_count
from catalog.site.charts import svg

_HEIGHT = 170
_TOP = 14
_LEFT = 44


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A release.

    Attributes:
        label: Its version.
        day: The day on which it was published.
        value: How much it held, 0 or more.
        url: Address of its page.
    """

    label: str
    day: date
    value: float
    url: str | None = None


def timeline_chart(moments: Sequence[Moment], *, title: str, unit: str, width: float = 760) -> Markup:
    """Draw a dot a release over the years, and the line that joins them.

    Args:
        moments: The releases, in any order; fewer than two make an empty text.
        title: What is shown.
        unit: What the values count, in the plural.
        width: Width in pixels.
    """
    ordered = sorted(moments, key=lambda moment: (moment.day, moment.label))
    if len(ordered) < 2 or ordered[0].day == ordered[-1].day:
        return Markup("")
    start, span = ordered[0].day, (ordered[-1].day - ordered[0].day).days
    steps = svg.ticks(max(moment.value for moment in ordered))
    right, bottom = width - 14, _TOP + _HEIGHT

    def x_of(day: date) -> float:
        return _LEFT + (right - _LEFT) * (day - start).days / span

    def y_of(value: float) -> float:
        return bottom - _HEIGHT * value / steps[-1]

    parts = []
    for step in steps:
        parts.append(svg.line(_LEFT, y_of(step), right, y_of(step)))
        parts.append(svg.text(_LEFT - 6, y_of(step) + 4, format_count(step), anchor="end"))
    for year in range(start.year + 1, ordered[-1].day.year + 1):
        x = x_of(date(year, 1, 1))
        parts.append(svg.line(x, bottom, x, bottom + 4, kind="axis"))
        parts.append(svg.text(x, bottom + 17, str(year), anchor="middle"))
    parts.append(svg.line(_LEFT, bottom, right, bottom, kind="axis"))
    points = " ".join(f"{svg.coordinate(x_of(m.day))},{svg.coordinate(y_of(m.value))}" for m in ordered)
    parts.append(f'<polyline points="{points}" fill="none" stroke="var(--chart-1)" stroke-width="1.5"/>')
    parts += [_dot(moment, x_of(moment.day), y_of(moment.value), unit) for moment in ordered]
    first, last = ordered[0], ordered[-1]
    said = (
        f"{len(ordered)} releases from {first.day.isoformat()} ({first.label}: {format_count(first.value)} {unit}) "
        f"to {last.day.isoformat()} ({last.label}: {format_count(last.value)} {unit})."
    )
    return svg.figure(parts, width=width, height=bottom + 22, title=title, description=said)


def _dot(moment: Moment, x: float, y: float, unit: str) -> str:
    said = escape(f"{moment.label}, {moment.day.isoformat()}: {format_count(moment.value)} {unit}")
    dot = f'<circle class="s1" cx="{svg.coordinate(x)}" cy="{svg.coordinate(y)}" r="3"><title>{said}</title></circle>'
    return svg.linked(dot, moment.url)
