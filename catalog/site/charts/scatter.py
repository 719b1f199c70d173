"""Points over two logarithmic axes: time against size, what was estimated against what was measured."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from catalog.site.charts import svg
from catalog.site.charts.axes import Axis, log_axis

_TOP = 44
_BOTTOM = 42
_RIGHT = 14
_HEIGHT = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """A point.

    Attributes:
        x: Its place on the horizontal axis, above 0.
        y: Its place on the vertical axis, above 0.
        name: What it is, as it is told to who points at it.
        url: Address to which it leads.
        series: Which of the six colours and shapes, from 1.
        hollow: True for a sign that is drawn by its outline.
    """

    x: float
    y: float
    name: str
    url: str | None = None
    series: int = 1
    hollow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What an axis of a chart measures.

    Attributes:
        title: Its name.
        write: Writes a value.
        base: 10 for decimal labels, 2 for those that double.
    """

    title: str
    write: Callable[[float], str]
    base: float = 10.0


def scatter_chart(  # noqa: PLR0913  # a chart has this many sides
    points: Sequence[Point],
    *,
    x: Measure,
    y: Measure,
    title: str,
    description: str,
    legend: Mapping[int, str] | None = None,
    diagonal: str = "",
    hollow: str = "",
    width: float = 660,
) -> Markup:
    """Draw points over logarithmic axes.

    The points are no stops of the keyboard: there may be hundreds, and a table of the page has the same links.

    Args:
        points: The points; none makes an empty text.
        x: What the horizontal axis measures.
        y: What the vertical axis measures.
        title: What is shown.
        description: What it says, in a sentence or two.
        legend: Series → its name, for those that there are points of.
        diagonal: What is written at the line of equal values, which is drawn where this is given; both axes then go
            equally far.
        hollow: What hollow signs mean; it stands beside the legend where there are such.
        width: Width in pixels.
    """
    if not points:
        return Markup("")
    both = [value for point in points for value in (point.x, point.y)]
    across = log_axis(both if diagonal else [point.x for point in points], title=x.title, write=x.write, base=x.base)
    up = log_axis(both if diagonal else [point.y for point in points], title=y.title, write=y.write, base=y.base)
    left = up.label_width + 10
    bottom = _HEIGHT - _BOTTOM
    across, up = across.within(left, width - _RIGHT), up.within(bottom, _TOP)
    parts = [*frame(across, up)]
    shown = sorted({point.series for point in points})
    parts += _legend({number: legend[number] for number in shown if number in legend} if legend else {}, diagonal)
    if hollow and any(point.hollow for point in points):
        parts += _hollow_legend(hollow, at=width - _RIGHT)
    if diagonal:
        parts.append(_diagonal(across, up))
    for series in shown:
        for outline in (False, True):
            drawn = "".join(
                _dot(point, across, up) for point in points if point.series == series and point.hollow == outline
            )
            colours = f"l{_colour(series)} dots hollow" if outline else f"s{_colour(series)} dots"
            if drawn:
                parts.append(f'<g class="{colours}">{drawn}</g>')
    return svg.figure(parts, width=width, height=_HEIGHT, title=title, description=description)


def frame(across: Axis, up: Axis) -> list[str]:
    """The lines and labels of both axes."""
    parts = []
    for tick in up.ticks:
        y = up.place(tick)
        parts.append(svg.line(across.start, y, across.end, y))
        parts.append(svg.text(across.start - 6, y + 4, up.write(tick), anchor="end"))
    taken = float("-inf")
    for tick in across.ticks:
        x, label = across.place(tick), across.write(tick)
        parts.append(svg.line(x, up.end, x, up.start))
        half = svg.text_width(label) * 0.4
        if x - half > taken:
            parts.append(svg.text(min(x, across.end - half + _RIGHT), up.start + 17, label, anchor="middle"))
            taken = x + half + 8
    parts.append(svg.line(across.start, up.start, across.end, up.start, kind="axis"))
    parts.append(svg.line(across.start, up.start, across.start, up.end, kind="axis"))
    parts.append(svg.text(across.end, up.start + 36, across.title, anchor="end", strong=True))
    parts.append(svg.text(0, 12, up.title, strong=True))
    return parts


def marker(x: float, y: float, series: int) -> str:
    """The sign of a series, so that who cannot tell colours apart can tell the signs."""
    a, b = svg.coordinate(x), svg.coordinate(y)
    shape = _colour(series)
    if shape == 1:
        return f'<circle cx="{a}" cy="{b}" r="4"/>'
    path = {
        2: "m-3.6-3.6h7.2v7.2h-7.2z",
        3: "m0-4.8 4.6 8.4h-9.2z",
        4: "m0-5.2 5.2 5.2-5.2 5.2-5.2-5.2z",
        5: "m0 4.8-4.6-8.4h9.2z",
        6: "m-1.4-4.6h2.8v3.2h3.2v2.8h-3.2v3.2h-2.8v-3.2h-3.2v-2.8h3.2z",
    }[shape]
    return f'<path d="M{a} {b}{path}"/>'


def _legend(names: Mapping[int, str], diagonal: str) -> list[str]:
    """Signs and names in a row below the title of the vertical axis."""
    parts, x = [], 6.0
    for series, name in names.items() if len(names) > 1 else ():
        parts.append(f'<g class="s{_colour(series)}">{marker(x, 27, series)}</g>')
        parts.append(svg.text(x + 9, 31, name))
        x += svg.text_width(name) * 0.85 + 30
    if diagonal:
        parts.append(svg.line(x - 4, 27, x + 18, 27, kind="diagonal"))
        parts.append(svg.text(x + 24, 31, diagonal))
    return parts


def _hollow_legend(text: str, *, at: float) -> list[str]:
    """What hollow signs mean, at the right end above the plot."""
    return [
        f'<g class="l1 hollow">{marker(at - svg.text_width(text) * 0.85 - 9, 8, 1)}</g>',
        svg.text(at, 12, text, anchor="end"),
    ]


def _diagonal(across: Axis, up: Axis) -> str:
    """The line of equal values."""
    low, high = max(across.low, up.low), min(across.high, up.high)
    return svg.line(across.place(low), up.place(low), across.place(high), up.place(high), kind="diagonal")


def _dot(point: Point, across: Axis, up: Axis) -> str:
    drawn = f"<title>{escape(point.name)}</title>{marker(across.place(point.x), up.place(point.y), point.series)}"
    if point.url is None:
        return f"<g>{drawn}</g>"
    return f'<a href="{escape(point.url)}" tabindex="-1">{drawn}</a>'


def _colour(series: int) -> int:
    return (series - 1) % 6 + 1
