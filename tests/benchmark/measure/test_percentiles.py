"""Percentiles, noise and shares of timed runs."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.benchmark.measure.percentiles import less, percentile, timing_of

SECONDS = st.floats(min_value=1e-6, max_value=1e3)


@given(st.lists(SECONDS, min_size=1, max_size=50), st.floats(min_value=0, max_value=1))
def test_percentiles_are_interpolated_linearly_as_numpy_does_it(values: list[float], share: float) -> None:
    assert math.isclose(percentile(sorted(values), share), float(np.quantile(values, share)), rel_tol=1e-9)


@given(st.lists(st.lists(SECONDS, min_size=1, max_size=9), min_size=1, max_size=5))
def test_a_timing_is_in_order(rounds: list[list[float]]) -> None:
    found = timing_of(rounds)
    assert found.minimum <= found.p50 <= found.p90 <= found.p99 <= found.maximum
    assert found.n == sum(map(len, rounds))
    assert found.noise >= 0


def test_noise_is_half_the_range_of_the_medians_of_rounds_over_the_median_of_all_runs() -> None:
    assert timing_of([[9.0, 9.0, 9.0], [10.0, 10.0, 10.0], [11.0, 11.0, 11.0]]).noise == pytest.approx(0.1)
    assert timing_of([[1.0, 50.0, 1.0]]).noise == 0


def test_what_is_left_after_a_constant_share_is_divided_into_parts() -> None:
    whole = timing_of([[1.0, 2.0], [3.0, 2.0]])
    rest = less(whole, 0.5, 10)
    assert rest.p50 == pytest.approx(0.15)
    assert rest.minimum == pytest.approx(0.05)
    assert rest.noise == pytest.approx(whole.noise * 2.0 / 1.5)
    assert less(whole, 5.0, 10).p50 == 0
