"""Charts are text: valid, the same for the same data, safe whatever is in a name, and told in words."""

from __future__ import annotations

import math
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.site.charts import (
    Bar,
    Line,
    Measure,
    Moment,
    Point,
    Sized,
    bar_chart,
    distribution_chart,
    scaling_chart,
    scatter_chart,
    size_chart,
    timeline_chart,
)
from catalog.site.charts.svg import ticks

SIZES = (109_482_240, 6_738_415_616, 671_026_419_200)
CHARTS = {
    "bars": bar_chart([Bar(label="attention", value=3, note="30 %"), Bar(label="mlp", value=7)], title="Parts"),
    "sizes": size_chart(
        [Sized(name=f"M{n}", parameters=n, url=f"../M{n}/", chosen=n == SIZES[0]) for n in SIZES], title="Family"
    ),
    "distribution": distribution_chart(SIZES, title="Sizes"),
    "timeline": timeline_chart(
        [Moment(label="2.0.0", day=date(2019, 9, 26), value=8), Moment(label="5.0.0", day=date(2026, 1, 1), value=600)],
        title="Releases",
        unit="classes",
    ),
    "scatter": scatter_chart(
        [Point(x=10.0**n, y=0.1 * n, name=f"m{n}", url=f"../m{n}/", series=n) for n in range(1, 8)],
        x=Measure(title="parameters", write=str),
        y=Measure(title="time", write=str),
        title="Times",
        description="Seven models, each larger than the other.",
        legend={1: "text", 2: "vision"},
    ),
    "estimates": scatter_chart(
        [Point(x=2.0**20, y=2.0**21, name="m")],
        x=Measure(title="measured", write=str, base=2),
        y=Measure(title="estimated", write=str, base=2),
        title="Estimates",
        description="One model, estimated twice as large.",
        diagonal="equal",
    ),
    "scaling": scaling_chart(
        [Line(name="128 tokens", points=((1, 0.01), (2, 0.018), (8, 0.07)))],
        x="batch",
        y="median time",
        write=str,
        title="By batch",
    ),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_well_formed_and_told_in_words(name):
    root = ET.fromstring(CHARTS[name])
    svg = root.find("svg")
    ids = {element.get("id") for element in svg.iter()}
    assert set(svg.get("aria-labelledby").split()) <= ids
    assert svg.find("title").text
    assert len(svg.find("desc").text) > len("Parameters: .")
    assert root.find("figcaption").text == svg.find("title").text


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_has_no_colour_and_no_line_break_of_its_own(name):
    assert "#" not in CHARTS[name].replace('href="#', "")
    assert "\n" not in CHARTS[name]


def test_links_of_a_chart_can_be_reached():
    svg = ET.fromstring(CHARTS["sizes"]).find("svg")
    assert svg.get("role") == "group"
    assert [link.get("href") for link in svg.iter("a")] == [f"../M{size}/" for size in SIZES]


def test_sizes_stand_in_order_on_a_logarithmic_scale():
    places = [float(dot.get("cx")) for dot in ET.fromstring(CHARTS["sizes"]).iter("circle")]
    steps = [math.log10(size) for size in SIZES]
    share = (places[1] - places[0]) / (places[2] - places[0])
    assert share == pytest.approx((steps[1] - steps[0]) / (steps[2] - steps[0]), abs=0.01)


@pytest.mark.parametrize(
    "chart",
    [
        bar_chart([], title=""),
        size_chart([], title=""),
        distribution_chart([0], title=""),
        timeline_chart([Moment(label="1", day=date(2020, 1, 1), value=1)], title="", unit=""),
        scatter_chart([], x=Measure(title="", write=str), y=Measure(title="", write=str), title="", description=""),
        scaling_chart([Line(name="", points=())], x="", y="", write=str, title=""),
    ],
)
def test_no_data_makes_no_chart(chart):
    assert chart == ""


@given(
    st.text(max_size=40).filter(
        lambda text: not any(ord(c) < 32 or 0xD800 <= ord(c) < 0xE000 or c in "\x7f\ufffe\uffff" for c in text)
    )
)
def test_whatever_is_in_a_name_is_shown_as_text(name):
    chart = bar_chart([Bar(label=name, value=1)], title=name, description=name)
    root = ET.fromstring(chart)
    assert root.find("svg").find("text").text == (name or None)
    assert {element.tag for element in root.iter()} == {"figure", "svg", "title", "desc", "text", "rect", "figcaption"}


@given(st.lists(st.integers(min_value=0, max_value=10**15), max_size=30))
def test_every_model_of_a_known_size_is_in_a_bin(sizes):
    chart = distribution_chart(sizes, title="Sizes")
    known = [size for size in sizes if size >= 1]
    if not known:
        assert chart == ""
        return
    root = ET.fromstring(chart)
    scale = 180 / ticks(max(1, *_counts(known)))[-1]
    heights = [float(bar.get("height")) for bar in root.iter("rect")]
    assert sum(heights) / scale == pytest.approx(len(known), abs=0.1 * len(heights) / scale + 1e-6)


def _counts(known):
    low, high = math.floor(math.log10(min(known))), math.ceil(math.log10(max(known)))
    last = (max(high, low + 1) - low) * 3 - 1
    bins = [min(math.floor((math.log10(size) - low) * 3 + 1e-9), last) for size in known]
    return [bins.count(number) for number in bins]


@given(st.floats(min_value=1e-6, max_value=1e15))
def test_ticks_are_round_and_enclose_the_largest_value(largest):
    steps = ticks(largest)
    assert steps[0] == 0
    assert steps[-1] >= largest * (1 - 1e-6)
    assert 2 <= len(steps) <= 12
