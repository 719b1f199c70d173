"""Charts as inline SVG: text that a page can hold, the same bytes for the same data, readable in light and dark.

Colours come from the site's style sheet by class (``s1`` to ``s6``), never from the chart. Every chart has a title and
a description for screen readers, and its figures also stand as text in it or in the page.
"""

from catalog.site.charts.bars import Bar, bar_chart
from catalog.site.charts.distribution import distribution_chart
from catalog.site.charts.scaling import Line, scaling_chart
from catalog.site.charts.scatter import Measure, Point, scatter_chart
from catalog.site.charts.sizes import Sized, size_chart
from catalog.site.charts.timeline import Moment, timeline_chart

__all__ = [
    "Bar",
    "Line",
    "Measure",
    "Moment",
    "Point",
    "Sized",
    "bar_chart",
    "distribution_chart",
    "scaling_chart",
    "scatter_chart",
    "size_chart",
    "timeline_chart",
]
