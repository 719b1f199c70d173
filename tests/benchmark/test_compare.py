"""Two sets of measurements: what is faster, slower or fails, and what is only noise or another machine."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured_samples import ACCELERATOR, LAPTOP, measurement, timing

from catalog.benchmark.compare import REQUEST, VERDICTS, Comparison, compare, regressions
from catalog.benchmark.noise import BETWEEN_PROCESSES, ON_GPU, SIDE_BY_SIDE, noise_of, scatter_of
from catalog.errors import UsageError
from catalog.measurements import STATUSES, Measurement

ALONE = replace(LAPTOP, jobs=1)


def row(number: int = 0, median: float = 0.01, noise: float = 0.0, **asked: object) -> Measurement:
    """A row of model number so-and-so."""
    asked = {"environment": ALONE, **asked}
    found = measurement(f"Model{number}Config", f"Model{number}", median=median, **asked)
    return found if found.latency is None else replace(found, latency=timing(median, noise=noise))


def only(comparison: Comparison):
    (pair,) = comparison.pairs
    return pair


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (0.010, 0.012, "slower"),
        (0.012, 0.010, "faster"),
        (0.010, 0.0103, "same"),
        (0.0103, 0.010, "same"),
    ],
)
def test_what_lies_beyond_the_noise_is_faster_or_slower(before, after, verdict):
    pair = only(compare([row(median=before)], [row(median=after)]))
    assert pair.verdict == verdict
    assert pair.ratio == pytest.approx(after / before)
    assert pair.samples_ratio == pytest.approx(before / after)
    assert pair.memory_ratio == 1


def test_noise_of_both_rows_and_between_processes_counts():
    quiet, loud = row(noise=0.0), row(median=0.0115, noise=0.2)
    assert only(compare([quiet], [loud])).verdict == "same"
    assert only(compare([quiet], [row(median=0.0115)])).verdict == "slower"
    assert noise_of(quiet) == BETWEEN_PROCESSES
    assert noise_of(row(environment=LAPTOP)) == SIDE_BY_SIDE
    assert noise_of(row(environment=ACCELERATOR, device="cuda:0")) == ON_GPU
    assert noise_of(replace(quiet, warmed_up=False)) > 0.1
    assert only(compare([quiet], [loud])).noise == pytest.approx(math.hypot(0.2, 2**0.5 * BETWEEN_PROCESSES))


def test_twice_as_fast_and_twice_as_slow_are_equally_far_from_the_same():
    noise = math.sqrt(0.2**2 - 2 * BETWEEN_PROCESSES**2)
    for median, verdict in ((0.01 / 1.19, "same"), (0.0119, "same"), (0.01 / 1.21, "faster"), (0.0121, "slower")):
        assert only(compare([row(noise=noise)], [row(median=median)])).verdict == verdict


def test_rounds_without_a_middle_may_lie_all_to_one_side():
    pair = only(compare([row(noise=1.0)], [row(median=0.028)]))
    assert (pair.verdict, pair.notes) == ("same", ("unsteady",))
    assert only(compare([row(noise=1.0)], [row(median=0.04)])).verdict == "slower"


def test_a_failure_after_a_success_is_told_apart_from_one_that_was_there():
    good, bad = row(), row(status="crash")
    assert only(compare([good], [bad])).verdict == "newly-failing"
    assert only(compare([bad], [good])).verdict == "newly-measured"
    assert only(compare([bad], [bad])).verdict == "still-failing"
    assert only(compare([good], [])).verdict == "only-before"
    assert only(compare([], [bad])).verdict == "only-after"


def test_what_was_interrupted_was_not_run():
    assert only(compare([row()], [row(status="interrupted")])).verdict == "only-before"


def test_rows_are_paired_by_what_was_asked_for():
    before = [row(1), row(1, batch_size=4), row(2)]
    comparison = compare(before, [row(1, batch_size=4, median=0.02), row(3)])
    assert dict(comparison.counts) == {"slower": 1, "only-before": 2, "only-after": 1}
    assert comparison.pairs[0].row.workload.batch_size == 4
    assert comparison.compared == 1


@pytest.mark.parametrize(
    ("field", "before", "after"),
    [
        ("attention", {"attention": "eager"}, {"attention": "sdpa"}),
        ("device", {"device": "cpu"}, {"device": "cuda"}),
        ("dtype", {"dtype": "float32"}, {"dtype": "bfloat16"}),
        ("compile", {"compile": False}, {"compile": True}),
        ("batch_size", {"batch_size": 1}, {"batch_size": 8}),
        ("scale", {"scale": "tiny"}, {"scale": "full"}),
    ],
)
def test_a_field_that_is_ignored_may_differ_within_a_pair(field, before, after):
    sides = [row(1, **before), row(2, **before)], [row(1, **after), row(2, **after)]
    assert set(compare(*sides).counts) == {"only-before", "only-after"}
    comparison = compare(*sides, ignore=[field])
    assert dict(comparison.counts) == {"same": 2}
    assert comparison.ignored == (field,)


def test_nothing_else_can_be_ignored():
    with pytest.raises(UsageError, match=r"'colour'.*config_class, architecture"):
        compare([row()], [row()], ignore=["colour"])
    assert dict(compare([row(1)], [row(2)], ignore=REQUEST).counts) == {"same": 1}


def test_parameters_count_by_their_values():
    one, other = row(), row()
    one = replace(one, subject=replace(one.subject, params={"a": [1], "b": {"c": 2}}))
    other = replace(other, subject=replace(other.subject, params={"b": {"c": 2}, "a": [1]}))
    assert compare([one], [other], ignore=["device"]).compared == 1


def test_of_several_rows_of_a_request_the_newest_counts_and_the_rest_is_told():
    old = row(median=0.5, measured_at="2026-01-01T00:00:00Z")
    comparison = compare([row(), old], [old, row(), row(status="interrupted", measured_at="2027-01-01T00:00:00Z")])
    assert only(comparison).ratio == 1
    assert comparison.set_aside == 2


def test_a_batch_that_shrank_is_compared_by_the_time_of_a_sample():
    before = row(batch_size=8, median=0.08)
    after = replace(before, workload=replace(before.workload, batch_size=2), asked_batch_size=8, latency=timing(0.02))
    pair = only(compare([before], [after]))
    assert (pair.per_sample, pair.verdict, pair.ratio) == (True, "same", pytest.approx(1))
    assert pair.notes == ("batch 8 → 2",)
    asked_for = only(compare([before], [row(median=0.01)], ignore=["batch_size"]))
    assert (asked_for.per_sample, asked_for.ratio) == (False, pytest.approx(1 / 8))


def test_what_else_differs_within_a_pair_is_noted():
    after = replace(row(), attention="eager", parameters=2_400_000, warmed_up=False)
    assert only(compare([row()], [after])).notes == (
        "attention sdpa → eager",
        "parameters 1.2 M → 2.4 M",
        "not warmed up",
    )


def test_memory_of_different_kinds_is_not_compared():
    gpu = row(environment=ACCELERATOR, device="cuda")
    assert only(compare([row()], [gpu], ignore=["device"])).memory_ratio is None


def test_the_parts_of_a_generation_are_compared_apart():
    before = row(mode="generate", new_tokens=20)
    after = replace(before, prefill=timing(0.005), decode=timing(0.001))
    pair = only(compare([before], [after]))
    assert (pair.prefill_ratio, pair.decode_ratio) == (pytest.approx(2), pytest.approx(2))


def test_all_pairs_together_have_a_mean_that_treats_both_directions_alike():
    comparison = compare([row(1), row(2), row(3)], [row(1, median=0.02), row(2, median=0.005), row(3)])
    assert comparison.geometric_mean == pytest.approx(1)
    assert comparison.median_difference == pytest.approx(0.5)
    nothing = compare([row(1)], [row(2)])
    assert (nothing.geometric_mean, nothing.median_difference, nothing.scatter) == (None, None, None)


def test_another_machine_is_told():
    newer = replace(ALONE, processor="Another CPU", torch="2.14.0", pinned=False)
    comparison = compare([row()], [row(environment=newer)])
    assert [(item.field, item.before, item.after) for item in comparison.differences] == [
        ("torch", ("2.13.0+cpu",), ("2.14.0",)),
        ("processor", ("Example CPU 2000",), ("Another CPU",)),
        ("pinned", ("yes",), ("no",)),
    ]
    assert compare([row()], [row()]).differences == ()
    assert compare([row()], [row(environment=None)]).differences == ()


def many(medians: Iterable[float], **asked: object) -> list[Measurement]:
    return [row(number, median=median, **asked) for number, median in enumerate(medians)]


def test_two_runs_that_scatter_raise_what_counts_as_a_difference():
    wavering = [0.01 * (1.2 if number % 2 else 0.8) for number in range(20)]
    comparison = compare(many([0.01] * 20), many(wavering))
    assert comparison.scatter == pytest.approx(0.35, abs=0.02)
    assert set(comparison.counts) == {"same"}
    elsewhere = compare(many([0.01] * 20), many(wavering, environment=replace(ALONE, processor="Another CPU")))
    assert elsewhere.scatter is None
    assert set(elsewhere.counts) == {"slower", "faster"}
    assert compare(many([0.01] * 20), many(wavering), ignore=["device"]).scatter is None
    assert compare(many([0.01] * 5), many(wavering[:5])).scatter is None


def test_what_all_share_or_a_few_have_is_no_scatter():
    uniform = compare(many([0.01] * 20), many([0.013] * 20))
    assert uniform.scatter == pytest.approx(0, abs=1e-9)
    assert dict(uniform.counts) == {"slower": 20}
    few = compare(many([0.01] * 20), many([0.01] * 17 + [0.05] * 3))
    assert dict(few.counts) == {"slower": 3, "same": 17}
    newer = compare(many([0.01] * 20), many([0.01] * 20, environment=replace(ALONE, transformers="5.24.0")))
    assert newer.scatter is not None


def test_the_worst_comes_first():
    before = [row(number) for number in range(5)]
    after = [row(0, median=0.02), row(1, status="timeout"), row(2, median=0.03), row(3, median=0.001), row(4)]
    comparison = compare(before, after)
    assert [pair.row.subject.architecture for pair in comparison.pairs] == [
        "Model2",
        "Model0",
        "Model1",
        "Model3",
        "Model4",
    ]


def test_a_regression_is_beyond_the_threshold_and_the_noise_or_fails_now():
    before = [row(0), row(1), row(2, noise=0.5), row(3), row(4, status="crash"), row(5)]
    after = [
        row(0, median=0.011),
        row(1, median=0.013),
        row(2, median=0.013),
        row(3, status="timeout"),
        row(4, status="crash"),
        row(5, median=0.002),
    ]
    comparison = compare(before, after)

    def worse(threshold: float) -> set[str]:
        return {pair.row.subject.architecture for pair in regressions(comparison, threshold=threshold)}

    assert worse(0.0) == {"Model0", "Model1", "Model3"}
    assert worse(0.2) == {"Model1", "Model3"}
    assert worse(5) == {"Model3"}
    for threshold in (-0.1, math.nan, math.inf):
        with pytest.raises(UsageError, match="threshold"):
            regressions(comparison, threshold=threshold)


ROWS = st.lists(
    st.builds(
        row,
        st.integers(0, 4),
        st.floats(1e-300, 1e300),
        st.floats(0, 10),
        status=st.sampled_from(STATUSES),
        environment=st.sampled_from([None, ALONE, LAPTOP, ACCELERATOR]),
        batch_size=st.integers(1, 3),
    ),
    max_size=12,
)


@given(ROWS, ROWS, st.sets(st.sampled_from(REQUEST)))
def test_every_request_is_told_of_once_whatever_was_measured(before, after, ignore):
    comparison = compare(before, after, ignore=ignore)
    assert sum(comparison.counts.values()) == len(comparison.pairs)
    assert {pair.verdict for pair in comparison.pairs} <= set(VERDICTS)
    told = sum((pair.before is not None) + (pair.after is not None) for pair in comparison.pairs)
    assert told + comparison.set_aside == sum(item.status != "interrupted" for item in (*before, *after))
    backwards = compare(after, before, ignore=ignore)
    mirrored = {"slower": "faster", "faster": "slower", "newly-failing": "newly-measured"}
    mirrored |= {value: key for key, value in mirrored.items()} | {
        "only-before": "only-after",
        "only-after": "only-before",
    }
    assert {mirrored.get(verdict, verdict): count for verdict, count in comparison.counts.items()} == backwards.counts
    assert all(pair in comparison.pairs for pair in regressions(comparison, threshold=0.1))


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30), st.floats(0.1, 10))
def test_scatter_does_not_change_with_what_all_share(ratios, factor):
    assert scatter_of([factor * ratio for ratio in ratios]) == pytest.approx(scatter_of(ratios), rel=1e-6, abs=1e-9)
