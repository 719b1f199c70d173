"""What all charts are drawn with."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from hashlib import sha256

from markupsafe import Markup, escape

CHARACTER = 8.0
"""Width of a character of a chart's text, in pixels; an upper estimate for the fonts that the site asks for."""


def coordinate(value: float) -> str:
    """A length in pixels, short and always the same: at most one decimal."""
    text = f"{value:.1f}"
    return text.removesuffix(".0")


def text_width(text: str) -> float:
    """About how wide a text of a chart is, in pixels."""
    return CHARACTER * len(text)


def rectangle(x: float, y: float, width: float, height: float, *, series: int = 1) -> str:
    """A bar.

    Args:
        x: Left edge, in pixels.
        y: Upper edge.
        width: Its width; one that is above zero is drawn at least one pixel wide.
        height: Its height.
        series: Which of the six colours, from 1.
    """
    shown = max(width, 1.0) if width > 0 else 0.0
    return (
        f'<rect class="s{(series - 1) % 6 + 1}" x="{coordinate(x)}" y="{coordinate(y)}" '
        f'width="{coordinate(shown)}" height="{coordinate(height)}" rx="2"/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, *, kind: str = "grid") -> str:
    """A straight line of an axis or a grid."""
    points = zip(("x1", "y1", "x2", "y2"), (x1, y1, x2, y2), strict=True)
    return f'<line class="{kind}" ' + " ".join(f'{name}="{coordinate(value)}"' for name, value in points) + "/>"


def text(x: float, y: float, content: str, *, anchor: str = "start", strong: bool = False) -> str:
    """A text whose baseline starts, has its middle, or ends at a point."""
    strength = ' class="strong"' if strong else ""
    placed = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text{strength} x="{coordinate(x)}" y="{coordinate(y)}"{placed}>{escape(content)}</text>'


def linked(content: str, url: str | None) -> str:
    """The content as a link; as it is without an address."""
    return content if url is None else f'<a href="{escape(url)}">{content}</a>'


def figure(parts: Iterable[str], *, width: float, height: float, title: str, description: str) -> Markup:
    """Put a chart together.

    Args:
        parts: Its elements.
        width: Its width in pixels, at which its text has its natural size.
        height: Its height.
        title: What it shows, in a few words; stands below it, too.
        description: What it says, in a sentence or two, for who cannot see it.

    Returns:
        A ``<figure>`` without line breaks at which Markdown could end the block.
    """
    body = "".join(parts)
    name = "chart-" + sha256(f"{title}\0{description}\0{body}".encode()).hexdigest()[:10]
    size = f'width="{coordinate(width)}" height="{coordinate(height)}"'
    role = "group" if "<a " in body else "img"
    return Markup(  # noqa: S704  # every text in it is escaped
        f'<figure class="chart"><svg viewBox="0 0 {coordinate(width)} {coordinate(height)}" {size} '
        f'role="{role}" aria-labelledby="{name}-t {name}-d"><title id="{name}-t">{escape(title)}</title>'
        f'<desc id="{name}-d">{escape(description)}</desc>{body}</svg>'
        f"<figcaption>{escape(title)}</figcaption></figure>"
    )


def ticks(largest: float, *, count: int = 5) -> Sequence[float]:
    """Round numbers from 0 to the first one at or above `largest`.

    Args:
        largest: The largest value; 0 or less counts as 1.
        count: About how many steps there should be.
    """
    top = largest if largest > 0 else 1.0
    raw = top / count
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= raw * (1 - 1e-9))
    steps = math.ceil(top / step - 1e-9)
    return [step * number for number in range(steps + 1)]


def powers_of_ten(smallest: float, largest: float) -> Sequence[int]:
    """Exponents of the powers of ten that enclose the values, which are above zero."""
    low, high = math.floor(math.log10(smallest)), math.ceil(math.log10(largest))
    return range(low, max(high, low + 1) + 1)
