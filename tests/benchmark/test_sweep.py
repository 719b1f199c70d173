"""A sweep measures each job once, goes on where it ended, and leaves this process as it was."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from misbehaving import WORKERS, job

from catalog.benchmark.events import Event, Finished, Listener, Staged, Started, Summary
from catalog.benchmark.job import Care, Job
from catalog.benchmark.machine import marked, own_cores
from catalog.benchmark.options import SweepOptions
from catalog.benchmark.rows import append, read_rows
from catalog.benchmark.sweep import sweep
from catalog.benchmark.workbench import Workers
from catalog.builder.plan import BuildPlan
from catalog.errors import CatalogError, MissingDependencyError, UsageError

SMALL = {
    "hidden_size": 32,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "vocab_size": 99,
}


def bert(architecture: str = "BertModel") -> Job:
    return Job(
        plan=BuildPlan(
            config_class="BertConfig",
            module="transformers.models.bert.configuration_bert",
            model_type="bert",
            architecture=architecture,
            params=SMALL,
        ),
        scale="tiny",
        care=Care(seconds=0.02, rounds=2, least_runs=2, warmup_seconds=0.1, flops=False, memory=False, estimate=False),
    )


def test_real_models_become_rows_and_are_not_run_again(tmp_path: Path) -> None:
    output, events = tmp_path / "rows.ndjson", list[Event]()
    jobs = [bert(), bert("BertForMaskedLM"), bert()]
    workers = Workers(measure="misbehaving:measure")
    summary = sweep(jobs, output, SweepOptions(threads=1), listener=events.append, workers=workers)
    rows = read_rows(output)
    assert [row.key for row in rows] == [job.key for job in jobs[:2]]
    assert {row.status for row in rows} == {"measured"}
    assert {row.run for row in rows} == {summary.run}
    assert all(row.latency and row.environment and row.peak_flops for row in rows)
    assert all(0 < (row.start_seconds or 0) < (row.seconds or 0) for row in rows)
    assert {row.notes[-1] for row in rows} == {"server: 1 thread, GPU opened: False, 1 for torch"}
    assert [type(event) for event in events if not isinstance(event, Staged)] == [Started, Finished] * 2
    assert (summary.total, summary.done, summary.left, summary.statuses) == (2, 2, 0, {"measured": 2})

    again = sweep(jobs, output)
    assert (again.run, again.known, again.done, again.statuses) == (summary.run, 2, 2, {})
    assert read_rows(output) == rows


def quick(asked: Sequence[Job], output: Path, listener: Listener | None = None, **options: Any) -> Summary:
    return sweep(asked, output, SweepOptions(**{"pin": False, **options}), listener=listener, workers=WORKERS)


def test_a_run_goes_on_with_what_has_no_row_of_it(tmp_path: Path) -> None:
    output = tmp_path / "rows.ndjson"
    one, two, three = (job("behave", number=number) for number in range(3))
    assert quick([one], output, run="a").run == "a"
    assert quick([one, two], output).statuses == {"measured": 1}
    assert quick([one, two], output, run="b").statuses == {"measured": 2}
    append(output, replace(read_rows(output)[-1], key=three.key, status="interrupted"))
    last = quick([one, two, three], output)
    assert (last.run, last.known, last.total, last.left, last.statuses) == ("b", 2, 3, 0, {"measured": 1})
    again = quick([one], output, again=True)
    assert again.run not in {"a", "b"}
    assert (again.known, again.statuses) == (0, {"measured": 1})
    keys = [(row.run, row.key) for row in read_rows(output) if row.status == "measured"]
    assert len(set(keys)) == len(keys) == 6


def test_a_failing_listener_ends_the_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWEEP_UNDER_TEST", "listener")

    def listener(event: Event) -> None:
        if isinstance(event, Finished):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        quick([job("behave"), job("hang")], tmp_path / "rows.ndjson", listener, jobs=2)
    assert len(read_rows(tmp_path / "rows.ndjson")) == 1
    assert not marked("SWEEP_UNDER_TEST=listener")
    assert quick([job("behave"), job("slow")], tmp_path / "rows.ndjson").known == 1


def test_a_file_that_can_no_longer_be_written_ends_the_sweep(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWEEP_UNDER_TEST", "full")
    output = tmp_path / "rows.ndjson"

    def listener(event: Event) -> None:
        if output.is_file():
            output.unlink()
            output.mkdir()

    with pytest.raises(CatalogError, match="Is a directory"):
        quick([job("behave"), job("hang")], output, listener, jobs=2)
    assert not marked("SWEEP_UNDER_TEST=full")


def test_a_device_is_no_file_for_rows() -> None:
    with pytest.raises(UsageError, match="no file that rows can be kept in"):
        quick([job("behave")], Path(os.devnull))


def test_nothing_of_this_process_is_changed_and_any_thread_will_do(tmp_path: Path) -> None:
    variables, handlers = dict(os.environ), [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)]
    done = list[Summary]()
    thread = threading.Thread(target=lambda: done.append(quick([job("behave")], tmp_path / "rows.ndjson")))
    thread.start()
    thread.join()
    assert done[0].statuses == {"measured": 1}
    assert dict(os.environ) == variables
    assert [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)] == handlers


def test_the_program_that_sweeps_is_not_imported_by_the_workers(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(
        "from pathlib import Path\n"
        "with open('imported', 'a') as file:\n"
        "    file.write('once ')\n"
        "from misbehaving import WORKERS, job\n"
        "from catalog.benchmark.sweep import sweep\n"
        "sweep([job('behave')], Path('rows.ndjson'), workers=WORKERS)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, program], cwd=tmp_path, env=environment, check=True, timeout=60)
    assert (tmp_path / "imported").read_text() == "once "
    assert [row.status for row in read_rows(tmp_path / "rows.ndjson")] == ["measured"]


def test_workers_have_cores_and_a_session_of_their_own(tmp_path: Path) -> None:
    quick([job("tell-place")], tmp_path / "rows.ndjson", pin=True, jobs=len(own_cores()))
    (row,) = read_rows(tmp_path / "rows.ndjson")
    told = json.loads(row.notes[0])
    assert len(told["cores"]) == 1
    assert told["session"] == told["process"]
    assert told["oom_score"] == 1000
    assert told["variables"] == {"HF_HUB_OFFLINE": "1", "CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    assert told["streams"] == ["/dev/null"] * 3


def test_without_a_library_that_all_need_the_sweep_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "torch.py").write_text("raise ImportError('libtorch.so is missing')")
    monkeypatch.setattr(sys, "path", [str(broken), *sys.path])
    with pytest.raises(MissingDependencyError, match=r"libtorch\.so is missing.*pip install '.*\[builder\]'"):
        sweep([job("behave")], tmp_path / "rows.ndjson")
