"""Horizontal bars: one line a thing, its name, its bar, its figure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.quantities import format_count
from catalog.site.charts import svg

_ROW = 22
_BAR = 14
_GAP = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One line.

    Attributes:
        label: Its name.
        value: Its length, 0 or more.
        note: What stands behind the bar; empty for the value in short form.
        url: Address to which the line leads.
        series: Which of the six colours, from 1.
    """

    label: str
    value: float
    note: str = ""
    url: str | None = None
    series: int = 1


def bar_chart(bars: Sequence[Bar], *, title: str, description: str = "", width: float = 640) -> Markup:
    """Draw bars from zero, in the order given.

    Args:
        bars: The lines; none makes an empty text.
        title: What is shown.
        description: What it says; empty for the lines themselves in words.
        width: Width in pixels.
    """
    if not bars:
        return Markup("")
    names = max(svg.text_width(bar.label) for bar in bars)
    notes = max(svg.text_width(_note(bar)) for bar in bars)
    room = max(width - names - notes - 2 * _GAP, 80.0)
    largest = max(bar.value for bar in bars) or 1.0
    parts = []
    for place, bar in enumerate(bars):
        y = place * _ROW
        long = room * bar.value / largest
        drawn = svg.text(names, y + 15, bar.label, anchor="end", strong=True)
        drawn += svg.rectangle(names + _GAP, y + 4, long, _BAR, series=bar.series)
        drawn += svg.text(names + _GAP + long + 6, y + 15, _note(bar))
        parts.append(svg.linked(drawn, bar.url))
    said = description or "; ".join(f"{bar.label} {_note(bar)}" for bar in bars)
    return svg.figure(parts, width=width, height=len(bars) * _ROW + 2, title=title, description=said)


def _note(bar: Bar) -> str:
    return bar.note or format_count(bar.value)
