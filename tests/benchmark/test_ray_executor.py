"""The same sweep on a Ray cluster: a real one on this machine."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest
from misbehaving import WORKERS, job

from catalog.benchmark.events import Event, Finished, Started
from catalog.benchmark.machine import marked
from catalog.benchmark.options import SweepOptions
from catalog.benchmark.rows import read_rows
from catalog.benchmark.sweep import sweep
from catalog.errors import MissingDependencyError

OPTIONS = SweepOptions(executor="ray", jobs=2, threads=1, seconds=30)


def test_a_sweep_on_ray_has_the_same_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    ray = pytest.importorskip("ray")
    monkeypatch.setenv("SWEEP_UNDER_TEST", "ray")
    handler = signal.getsignal(signal.SIGTERM)
    variables = dict(os.environ)
    events = list[Event]()
    jobs = [job("behave"), job("segfault"), job("fork"), job("kill-executor")]
    summary = sweep(jobs, tmp_path / "rows.ndjson", OPTIONS, listener=events.append, workers=WORKERS)
    rows = {row.key: row for row in read_rows(tmp_path / "rows.ndjson")}
    assert [rows[item.key].status for item in jobs] == ["measured", "crash", "measured", "crash"]
    assert rows[jobs[1].key].reason == 'The process ended with signal SIGSEGV at the stage "act".'
    assert (rows[jobs[3].key].reason or "").startswith("The worker of the Ray cluster ended: ")
    assert {row.run for row in rows.values()} == {summary.run}
    assert [type(event) for event in events].count(Started) == [type(event) for event in events].count(Finished) == 4
    assert capfd.readouterr().out == ""
    assert not ray.is_initialized()
    assert not marked("SWEEP_UNDER_TEST=ray")
    assert signal.getsignal(signal.SIGTERM) == handler
    assert dict(os.environ) == variables
    assert sweep(jobs, tmp_path / "rows.ndjson", OPTIONS, workers=WORKERS).known == 4


def test_without_ray_its_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingDependencyError) as caught:
        sweep([job("behave")], tmp_path / "rows.ndjson", OPTIONS, workers=WORKERS)
    assert caught.value.extra == "ray"
