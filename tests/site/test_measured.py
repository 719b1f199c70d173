"""Which rows are shown, what they are called, and what their table says of them."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured_samples import ACCELERATOR, LAPTOP, MIB, grid, measurement, timing

from catalog.benchmark.figures import estimate_error, share_of_peak, token_length
from catalog.measurements import Memory
from catalog.site.measured import measured
from catalog.site.measured_charts import comparables, latency_chart, memory_chart, scalings
from catalog.site.measured_table import table_of
from catalog.site.measured_texts import figure, machine_text, percent, software_text, workload_text

CLASSES = {"LlamaConfig": None, "PairConfig": None}
LATER = {"run": "2026-11-21-120000", "measured_at": "2026-11-21T12:00:00Z"}


def shown(*rows, release="5.23.0"):
    return measured(rows, classes=CLASSES, release=release)


def table(*rows):
    return table_of(shown(*rows).rows, link=lambda name: f"../{name}/", modality=lambda _: "text")


def test_of_what_was_asked_for_twice_on_one_machine_the_newer_row_is_shown():
    found = shown(measurement(median=0.02, **LATER), measurement(median=0.01))
    assert [row.measurement.latency.p50 for row in found.rows] == [0.02]


def test_a_row_of_the_release_that_is_shown_goes_before_a_newer_one():
    other = replace(LAPTOP, transformers="5.24.0", torch="2.14.0")
    rows = (measurement(median=0.01), measurement(median=0.02, environment=other, **LATER))
    assert shown(*rows).rows[0].measurement.latency.p50 == 0.01
    assert shown(*rows, release="5.24.0").rows[0].measurement.latency.p50 == 0.02


def test_another_machine_is_another_row():
    found = shown(measurement(), measurement(environment=replace(LAPTOP, threads=2), **LATER))
    assert [row.place.name for row in found.rows] == ["A", "B"]


def test_what_was_interrupted_and_what_the_site_has_no_page_of_is_not_shown():
    rows = (measurement(status="interrupted", reason="Stopped."), measurement("OtherConfig"), measurement("PairConfig"))
    assert [row.measurement.subject.config_class for row in shown(*rows).rows] == ["PairConfig"]


def test_environments_that_differ_by_commit_only_are_one_place():
    rows = (measurement(), measurement("PairConfig", environment=replace(LAPTOP, commit="fedcba9876543210")))
    (place,) = shown(*rows).places
    assert place.rows == 2
    assert "commit 012345678, fedcba987" in software_text(place)


def test_a_process_that_could_not_tell_where_it_ran_is_where_its_run_was():
    dead = measurement("PairConfig", status="crash", reason="Signal 11.", environment=None)
    assert [row.place.name for row in shown(measurement(), dead).rows] == ["A", "A"]
    assert shown(dead).rows[0].place is None
    two = (measurement(), measurement(environment=ACCELERATOR, device="cuda"), dead)
    assert shown(*two).rows[-1].place is None


def test_the_order_of_rows_changes_nothing():
    rows = [measurement(), measurement("PairConfig"), *grid("LlamaConfig", "LlamaModel")]
    shuffled = rows[:]
    random.Random(2).shuffle(shuffled)
    assert shown(*shuffled) == shown(*rows)


def test_rows_stand_by_workload_and_size():
    rows = [measurement(mode="generate"), *grid("LlamaConfig", "LlamaModel"), measurement(mode="train"), measurement()]
    order = [(row.measurement.workload.mode, row.measurement.subject.scale) for row in shown(*rows).rows]
    assert order == [("forward", "tiny"), *[("forward", "full")] * 9, ("train", "tiny"), ("generate", "tiny")]


def test_the_error_of_an_estimate_is_relative_to_what_was_measured():
    row = measurement(tracked=200, estimated=250)
    assert estimate_error(row) == pytest.approx(0.25)
    on_gpu = replace(row, memory=Memory(tracked=None, allocated=500, estimated=250))
    assert on_gpu.peak_memory == 500
    assert estimate_error(on_gpu) == pytest.approx(-0.5)
    assert estimate_error(replace(row, status="timeout")) is None
    assert estimate_error(replace(row, memory=Memory(tracked=0, estimated=5))) is None


def test_errors_are_summed_up_by_workload_and_place():
    rows = [
        measurement(tracked=100, estimated=90),
        measurement("PairConfig", tracked=100, estimated=130),
        measurement(mode="train", tracked=100, estimated=None),
    ]
    (found,) = shown(*rows).errors
    assert (found.mode, found.rows, found.close) == ("forward", 2, 0.5)
    assert found.median == pytest.approx(0.2)
    assert found.worst.measurement.subject.config_class == "PairConfig"
    assert found.worst_error == pytest.approx(0.3)


FORMULA = ("Memory is estimated by formula: Activations come from closed formulas.",)


def test_errors_of_formulas_are_summed_up_apart():
    rows = [
        measurement(tracked=100, estimated=100),
        replace(measurement("PairConfig", tracked=100, estimated=40), notes=FORMULA),
    ]
    graph, formula = shown(*rows).errors
    assert (graph.method, graph.rows, graph.median) == ("graph", 1, 0)
    assert (formula.method, formula.rows, formula.median) == ("formula", 1, pytest.approx(0.6))
    cells = [
        dict(zip([column.key for column in table(*rows).figures], row.figures, strict=True))["method"]
        for row in table(*rows).rows
    ]
    assert cells == ["from the graph", "by formula"]


def test_how_memory_was_estimated_follows_from_the_notes():
    row = measurement()
    assert row.estimate_method == "graph"
    assert replace(row, notes=FORMULA).estimate_method == "formula"
    assert replace(row, notes=("Memory is estimated from a real pass: It reads values.",)).estimate_method == "run"
    assert replace(row, notes=FORMULA, memory=Memory(tracked=5)).estimate_method is None


def test_points_of_formulas_are_hollow_and_the_chart_says_so():
    rows = [measurement(f"M{n}Config", tracked=(n + 1) * MIB, estimated=(n + 1) * MIB) for n in range(9)]
    rows[0] = replace(rows[0], notes=FORMULA)
    found = measured(rows, classes={row.subject.config_class: None for row in rows})
    (group,) = comparables(found.rows)
    chart = str(memory_chart(group, link=lambda _: None, modality=lambda _: "text"))
    assert chart.count('class="l1 dots hollow"') == 1
    assert ">by formula</text>" in chart
    assert "of 8 estimated from the graph the median absolute error is 0" in chart
    assert "of 1 estimated by formula" in chart


def test_asking_for_the_attention_that_a_model_takes_by_itself_adds_no_row():
    rows = (measurement(median=0.01), measurement(median=0.02, attention="sdpa", **LATER))
    assert [row.measurement.latency.p50 for row in shown(*rows).rows] == [0.01]
    other = replace(measurement(median=0.02, attention="eager"), attention="eager")
    assert len(shown(measurement(), other).rows) == 2
    failed = measurement(attention="sdpa", status="timeout", reason="It took longer than 120 s.")
    assert len(shown(measurement(), failed).rows) == 2


def test_what_all_rows_share_is_told_once_and_no_column():
    found = table(measurement(), measurement("PairConfig", batch_size=4))
    assert [column.key for column in found.settings] == ["batch"]
    assert found.shared == ("tiny scale", "128 tokens", "float32", "sdpa attention", "not compiled", "environment A")
    assert [row.settings for row in found.rows] == [("1",), ("4",)]


def test_a_model_without_attention_is_not_told_to_share_it():
    found = table(measurement(), replace(measurement("PairConfig"), attention=None))
    assert [column.key for column in found.settings] == ["attention"]


def test_columns_that_no_row_fills_are_left_out():
    keys = {column.key for column in table(measurement()).figures}
    assert {"p50", "p99", "tokens", "parameters", "flops", "peak", "memory", "estimated", "error"} <= keys
    assert not keys & {"prefill", "decode", "device", "reserved", "settled"}
    keys = {column.key for column in table(measurement(mode="generate", new_tokens=8)).figures}
    assert {"prefill", "decode"} <= keys
    assert not keys & {"flops", "peak"}


def test_a_row_that_was_not_measured_has_its_reason_and_no_figure():
    found = table(measurement(), replace(measurement("PairConfig", status="missing-library"), library="timm"))
    assert found.rows[1].figures == ()
    assert found.rows[1].reason == "timm"
    assert len(found.rows[0].figures) == len(found.figures)


def test_a_batch_that_shrank_names_both():
    row = replace(measurement(), asked_batch_size=8)
    found = table(row, measurement("PairConfig"))
    assert found.rows[0].settings == ("1 (of 8)",)


def test_length_comes_from_the_inputs_where_none_was_asked_for():
    assert token_length(measurement()) == 128
    assert token_length(measurement(sequence_length=64)) == 64
    assert token_length(replace(measurement(), inputs=())) is None


def test_the_share_of_the_peak_needs_both():
    assert share_of_peak(replace(measurement(), achieved_flops=30e9)) == 0.5
    assert share_of_peak(replace(measurement(), peak_flops=None)) is None


def test_points_of_a_chart_share_workload_and_environment():
    names = [f"M{number}Config" for number in range(10)]
    rows = [measurement(name) for name in names] + [measurement(names[0], batch_size=2)]
    rows += [measurement(name, environment=ACCELERATOR, device="cuda", seed=3) for name in names[:8]]
    found = comparables(measured(rows, classes=dict.fromkeys(names)).rows)
    assert [(len(group.rows), group.place.name, group.workload.device) for group in found] == [
        (10, "A", "cpu"),
        (8, "B", "cuda"),
    ]


def test_a_model_at_several_sizes_has_charts_by_batch_and_by_length():
    rows = shown(measurement(), *grid("LlamaConfig", "LlamaModel")).rows
    (found,) = scalings(rows)
    charts = found.charts()
    assert len(charts) == 2
    assert "by batch; forward pass, bfloat16, environment A" in charts[0]
    assert "512 tokens" in charts[0]
    assert "batch 16" in charts[1]
    assert scalings(shown(measurement(), measurement(batch_size=2)).rows) == ()


def test_a_machine_is_told_in_words():
    (place,) = shown(measurement(environment=ACCELERATOR, device="cuda")).places
    assert machine_text(place).startswith(
        "Example GPU 80 GB with 80 GiB, driver 580.1, CUDA 13.0, Example CPU 2000, 2 "
    )
    (place,) = shown(measurement()).places
    assert "1 thread of torch, 2 workers side by side, each on cores of its own, 16 GiB" in machine_text(place)
    assert software_text(place).endswith("catalog 0.1.0, commit 012345678, 2026-11-20")


def test_a_workload_is_told_in_words():
    row = measurement(
        mode="generate", batch_size=4, sequence_length=1024, new_tokens=16, dtype="bfloat16", compile=True
    )
    assert workload_text(row.workload) == "batch 4, 1,024 tokens, 16 new tokens, bfloat16, compiled"


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (0, "0"), (0.0123456, "0.0123"), (1.5, "1.50"), (45.678, "45.7"), (1234.5, "1,234"), (-2.5, "-2.50"),
     (3e-9, "3.00e-09")],
)  # fmt: skip
def test_figures_have_three_digits(value, text):
    assert figure(value) == text


@pytest.mark.parametrize(
    ("ratio", "text"), [(0.1234, "+12.3"), (-0.0001, "0.0"), (0.0, "0.0"), (-0.5, "-50.0"), (12.3456, "+1,235")]
)
def test_errors_have_a_sign(ratio, text):
    assert percent(ratio, signed=True) == text


@given(st.floats(min_value=1e-9, max_value=1e15))
def test_figures_sort_as_they_read(value):
    assert float(figure(value).replace(",", "")) == pytest.approx(value, rel=0.006)


def test_a_row_without_noise_or_time_makes_no_trouble():
    row = replace(measurement(), latency=None, memory=Memory(), parameters=None, flops=None, samples_per_second=None)
    assert table(row).rows[0].status == "measured"
    row = replace(measurement(tracked=MIB), latency=timing(0.0))
    assert "0" in table(row).rows[0].figures


@pytest.mark.parametrize(
    "changes",
    [
        {"latency": timing(-1.0)},
        {"latency": timing(0.0), "parameters": 0, "memory": Memory(tracked=0, estimated=0)},
        {"latency": timing(1e300), "parameters": 10**30, "flops": 10**40, "samples_per_second": 1e-300},
        {"memory": Memory(tracked=-5, estimated=7), "parameters": -5, "peak_flops": 0.0},
        {"environment": replace(LAPTOP, processor="", system="", cores=0, jobs=0, threads=0)},
    ],
)
def test_figures_that_cannot_be_make_no_page_fail(changes):
    names = [f"M{number}Config" for number in range(9)]
    rows = measured((replace(measurement(name), **changes) for name in names), classes=dict.fromkeys(names)).rows
    table_of(rows, link=lambda _: None, modality=lambda _: None)
    for group in comparables(rows):
        latency_chart(group, link=lambda _: None, modality=lambda _: None)
        memory_chart(group, link=lambda _: None, modality=lambda _: None)
    sizes = [replace(row, **changes) for row in grid("LlamaConfig", "LlamaModel")]
    for found in scalings(shown(*sizes).rows):
        found.charts()
