"""Warming up, rounds and blocks; how long anything takes is not judged."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("torch")

from catalog.benchmark.job import Care
from catalog.benchmark.measure.timing import time_call, time_once


class Calls:
    """Counts how often it is called, and takes some time."""

    def __init__(self, seconds: float) -> None:
        self.count = 0
        self.seconds = seconds

    def __call__(self) -> None:
        self.count += 1
        if self.seconds:
            time.sleep(self.seconds)


def test_every_run_is_told() -> None:
    call = Calls(0.002)
    found = time_call(call, care=Care(seconds=0.02, rounds=3, least_runs=7, warmup_seconds=1), threads=1)
    assert found.block == 1
    assert found.rounds == 3
    assert found.timing.n >= 7
    assert call.count == found.warmup_runs + found.timing.n


def test_slow_runs_reach_the_least_number_although_the_time_is_over() -> None:
    found = time_call(Calls(0.01), care=Care(seconds=0.001, rounds=2, least_runs=6, warmup_seconds=0), threads=1)
    assert found.timing.n >= 6


def test_time_that_could_not_settle_is_told() -> None:
    found = time_call(Calls(0.001), care=Care(seconds=0.001, rounds=1, least_runs=1, warmup_seconds=0), threads=1)
    assert not found.warmed_up
    assert found.warmup_runs == 1


def test_calls_shorter_than_the_clock_is_exact_are_timed_in_blocks() -> None:
    call = Calls(0)
    found = time_call(call, care=Care(seconds=0.002, rounds=1, least_runs=1, warmup_seconds=0.1), threads=1)
    assert found.block > 1
    assert call.count == found.warmup_runs + found.timing.n * found.block


def test_what_runs_between_warming_up_and_timing_is_called_once() -> None:
    began: list[int] = []
    call = Calls(0.001)
    care = Care(seconds=0.002, rounds=2, least_runs=2, warmup_seconds=0.1)
    found = time_call(call, care=care, threads=1, settled=lambda: began.append(call.count))
    assert began == [found.warmup_runs]


def test_one_run_is_timed_without_any_before_it() -> None:
    call = Calls(0.001)
    assert time_once(call, threads=1) > 0
    assert call.count == 1
