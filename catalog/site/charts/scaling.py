"""How a figure grows with a size: one line a series over logarithmic axes, so that a straight line is a power."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from catalog.site.charts import svg
from catalog.site.charts.axes import Axis, log_axis
from catalog.site.charts.scatter import frame, marker

_TOP = 26
_BOTTOM = 42
_SERIES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line.

    Attributes:
        name: What it is.
        points: Sizes and figures, all above 0; sorted by size.
    """

    name: str
    points: tuple[tuple[int, float], ...]


def scaling_chart(
    lines: Sequence[Line],
    *,
    x: str,
    y: str,
    write: Callable[[float], str],
    title: str,
    width: float = 480,
    height: float = 260,
) -> Markup:
    """Draw lines over sizes.

    Args:
        lines: At most six; none makes an empty text.
        x: What the sizes are.
        y: What the figures are.
        write: Writes a figure.
        title: What is shown.
        width: Width in pixels.
        height: Height in pixels.
    """
    shown = [line for line in lines if line.points][:_SERIES]
    if not shown:
        return Markup("")
    sizes = sorted({size for line in shown for size, _ in line.points})
    across = log_axis(sizes, title=x, write=lambda size: f"{size:,.0f}", marks=sizes)
    up = log_axis([value for line in shown for _, value in line.points], title=y, write=write)
    names = max(svg.text_width(line.name) for line in shown)
    across = across.within(up.label_width + 10, width - 0.85 * names - 22)
    up = up.within(height - _BOTTOM, _TOP)
    parts = [*frame(across, up)]
    parts += [_line(line, number, across, up) for number, line in enumerate(shown, start=1)]
    parts += _names(shown, across, up)
    said = "; ".join(
        f"{line.name}: " + ", ".join(f"{write(value)} at {size:,}" for size, value in line.points) for line in shown
    )
    return svg.figure(parts, width=width, height=height, title=title, description=f"{y} by {x.lower()}. {said}.")


def _line(line: Line, series: int, across: Axis, up: Axis) -> str:
    places = [(across.place(size), up.place(value)) for size, value in line.points]
    drawn = " ".join(f"{svg.coordinate(a)},{svg.coordinate(b)}" for a, b in places)
    dots = "".join(
        f"<g><title>{escape(line.name)}, {size:,}: {escape(up.write(value))}</title>{marker(a, b, series)}</g>"
        for (size, value), (a, b) in zip(line.points, places, strict=True)
    )
    return f'<polyline class="l{series}" points="{drawn}"/><g class="s{series}">{dots}</g>'


def _names(lines: Sequence[Line], across: Axis, up: Axis) -> list[str]:
    """The names at the ends of the lines, moved apart where they would overlap."""
    ends = sorted((up.place(line.points[-1][1]), number) for number, line in enumerate(lines))
    parts, last = [], float("-inf")
    for y, number in ends:
        last = max(y + 4, last + 14)
        parts.append(svg.text(across.end + 10, last, lines[number].name, strong=True))
    return parts
