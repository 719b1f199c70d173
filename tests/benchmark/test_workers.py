"""Whatever a worker does, its job ends with one row that says so, and the others are not harmed."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from misbehaving import MIB, WORKERS, job

from catalog.benchmark.machine import core_groups, marked, own_cores
from catalog.benchmark.options import SweepOptions
from catalog.benchmark.rows import read_rows
from catalog.benchmark.sweep import sweep
from catalog.measurements import Measurement

AT = r' at the stage "act"'
TIMEOUT = "timeout", rf"It took more than 4 seconds, and was ended{AT}\."
OUT_OF_MEMORY = (
    "out-of-memory",
    rf"It took \d+ MiB of memory, more than the 200 MiB that it may take, with a batch of 1, and was ended{AT}\.",
)
ENDS = {
    "behave": ("measured", None),
    "slow": ("measured", None),
    "print": ("measured", None),
    "tell-place": ("measured", None),
    "fork": ("measured", None),
    "daemon": ("measured", None),
    "answer-twice": ("measured", None),
    "allocate-by-batch": ("measured", None),
    "run-out": ("measured", None),
    "hang": TIMEOUT,
    "hang-in-c": TIMEOUT,
    "spin": TIMEOUT,
    "stop": TIMEOUT,
    "close-everything": TIMEOUT,
    "allocate": OUT_OF_MEMORY,
    "allocate-in-a-grandchild": OUT_OF_MEMORY,
    "segfault": ("crash", f"The process ended with signal SIGSEGV{AT}."),
    "abort": ("crash", f"The process ended with signal SIGABRT{AT}."),
    "exit-at-once": ("crash", f"The process ended with exit status 3{AT}."),
    "exit-well": ("crash", f"The process ended without an answer{AT}."),
    "kill": ("crash", f"The process was killed from outside{AT}, perhaps for want of memory."),
    "huge": ("crash", f"The process told more than any measurement holds{AT}."),
    "write-everywhere": ("crash", f"The process told what is not understood{AT}."),
    "exit": ("does-not-run", f"SystemExit{AT}: bye."),
    "raise": ("does-not-run", f"ValueError{AT}: a model's own error."),
    "not-json": ("does-not-run", "TypeError.*"),
    "not-a-number": ("does-not-run", "ValueError.*"),
}


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measurement]:
    output = tmp_path_factory.mktemp("workers") / "rows.ndjson"
    jobs = [job(act, batch_size=8 if act in {"run-out", "allocate-by-batch"} else 1) for act in ENDS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SWEEP_UNDER_TEST", "workers")
        sweep(jobs, output, SweepOptions(jobs=10, pin=False, seconds=4, memory=200 * MIB), workers=WORKERS)
    found = read_rows(output)
    assert sorted(row.key for row in found) == sorted(job.key for job in jobs)
    return {str(row.subject.params["act"]): row for row in found}


@pytest.mark.parametrize("act", ENDS)
def test_each_end_is_told(act: str, rows: dict[str, Measurement]) -> None:
    status, reason = ENDS[act]
    row = rows[act]
    assert row.status == status
    assert row.reason is None if reason is None else re.fullmatch(reason, row.reason or "")


@pytest.mark.parametrize(("act", "batch_size"), [("allocate-by-batch", {1, 2}), ("run-out", {2})])
def test_the_batch_is_halved_until_it_fits(act: str, batch_size: set[int], rows: dict[str, Measurement]) -> None:
    row = rows[act]
    assert row.workload.batch_size in batch_size
    assert row.asked_batch_size == 8
    assert row.key == job(act, batch_size=8).key


def test_nothing_is_left_running(rows: dict[str, Measurement]) -> None:
    assert not marked("SWEEP_UNDER_TEST=workers")


def test_a_worker_that_is_ended_leaves_how_much_memory_it_held(rows: dict[str, Measurement]) -> None:
    assert (rows["allocate"].memory.resident or 0) > 200 * MIB


def test_cores_are_split_evenly() -> None:
    assert core_groups(range(8), 2) == ((0, 1, 2, 3), (4, 5, 6, 7))
    assert core_groups(range(7), 3) == ((0, 1), (2, 3), (4, 5))
    assert core_groups(range(2), 3) == ()
    assert set(own_cores()) == os.sched_getaffinity(0)


def test_processes_that_are_not_forked_end_the_same_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.benchmark.workbench._FORKS", False)
    monkeypatch.setenv("SWEEP_UNDER_TEST", "fresh")
    output, acts = tmp_path / "rows.ndjson", ("behave", "hang-in-c", "segfault", "fork", "allocate")
    options = SweepOptions(jobs=5, pin=False, seconds=4, memory=200 * MIB)
    sweep([job(act) for act in acts], output, options, workers=WORKERS)
    found = {str(row.subject.params["act"]): row for row in read_rows(output)}
    assert {act: row.status for act, row in found.items()} == {act: ENDS[act][0] for act in acts}
    assert not marked("SWEEP_UNDER_TEST=fresh")


def test_a_worker_that_ends_the_server_is_found_and_harms_no_other(tmp_path: Path) -> None:
    output = tmp_path / "rows.ndjson"
    jobs = [job("kill-parent"), *(job("slow", number=number) for number in range(3))]
    sweep(jobs, output, SweepOptions(jobs=2, pin=False), workers=WORKERS)
    rows = {row.key: row for row in read_rows(output)}
    assert [rows[item.key].status for item in jobs] == ["crash", "measured", "measured", "measured"]
    assert (rows[jobs[0].key].reason or "").endswith(" whenever this ran, at last when nothing else did.")
