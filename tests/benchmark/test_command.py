"""The command that runs where there are torch and transformers alone, from copied folders and until it is stopped."""

from __future__ import annotations

import dataclasses
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import misbehaving
import pytest
from misbehaving import job

import catalog
from catalog.benchmark.__main__ import main
from catalog.benchmark.job import Care, Job
from catalog.benchmark.machine import marked
from catalog.benchmark.rows import append, read_rows, write_jobs
from catalog.builder.plan import BuildPlan
from catalog.measurements import Measurement
from catalog.resources import resource_folder

HIDDEN = (
    *("alembic", "click", "docutils", "griffe", "platformdirs", "psycopg", "pytest", "rapidfuzz", "ray", "rich"),
    *("ruamel", "sqlalchemy", "typer"),
)
"""What the other commands need."""

HIDE = f"""
from importlib.machinery import PathFinder
find = PathFinder.find_spec
def find_spec(cls, name, path=None, target=None):
    return None if name.partition(".")[0] in {HIDDEN!r} else find(name, path, target)
PathFinder.find_spec = classmethod(find_spec)
"""

SMALL = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32, "vocab_size": 99}


def bert(architecture: str) -> Job:
    return Job(
        plan=BuildPlan(
            config_class="BertConfig",
            module="transformers.models.bert.configuration_bert",
            model_type="bert",
            architecture=architecture,
            params=SMALL,
        ),
        scale="tiny",
        care=Care(seconds=0.02, rounds=2, least_runs=2, warmup_seconds=0.1),
    )


def test_it_runs_from_copied_folders_with_torch_and_transformers_alone(tmp_path: Path) -> None:
    there, hidden = tmp_path / "there", tmp_path / "hidden"
    shutil.copytree(Path(catalog.__file__).parent, there / "catalog", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(resource_folder("data"), there / "data", ignore=shutil.ignore_patterns("benchmarks"))
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(HIDE)
    write_jobs(there / "jobs.ndjson", [bert("BertModel"), bert("BertNope")])
    command = [sys.executable, "-m", "catalog.benchmark", "jobs.ndjson", "--output", "rows.ndjson", "--threads", "1"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((".", str(hidden)))}

    ran = subprocess.run(command, cwd=there, env=environment, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == ""
    first, second, last = ran.stderr.splitlines()
    assert first.startswith("1/2 bert BertModel forward: ")
    assert second == "2/2 bert BertNope forward: does-not-build: " + (read_rows(there / "rows.ndjson")[1].reason or "")
    assert last.endswith(" in rows.ndjson: 1 measured, 1 does-not-build")
    measured, _ = read_rows(there / "rows.ndjson")
    assert measured.latency
    assert measured.memory.estimated
    assert measured.flops
    assert measured.environment

    again = subprocess.run(command, cwd=there, env=environment, capture_output=True, text=True, check=False)
    assert (again.returncode, again.stderr.count("\n")) == (0, 1)
    assert again.stderr.endswith(": 2 known before\n")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["missing.ndjson", "--output", "rows.ndjson"], "missing.ndjson cannot be read: No such file or directory."),
        (["jobs.ndjson", "--output", "missing/rows.ndjson"], "missing/rows.ndjson cannot be written: No such file"),
        (["jobs.ndjson", "--output", "jobs.ndjson"], "jobs.ndjson:1 is no measurement"),
        (["empty.ndjson", "--output", "rows.ndjson"], "empty.ndjson holds no jobs."),
        (["jobs.ndjson", "--output", "rows.ndjson", "--jobs", "0"], "There have to be 1 or more jobs, not 0."),
        (["jobs.ndjson", "--output", "rows.ndjson", "--threads", "0"], "There have to be 1 or more threads, not 0."),
        (["jobs.ndjson", "--output", "rows.ndjson", "--timeout", "0"], "The time limit has to be above 0 seconds"),
        (["jobs.ndjson", "--output", "rows.ndjson", "--memory-limit", "5"], "The memory limit has to be 1 MiB or more"),
        (["jobs.ndjson", "--output", "rows.ndjson", "--run", "a b"], "'a b' is no name for a run."),
        (["jobs.ndjson", "--output", "rows.ndjson", "--ray-address", "a"], "needs the executor ray"),
    ],
)
def test_wrong_usage_is_told_in_one_line(
    arguments: list[str],
    says: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    write_jobs(tmp_path / "jobs.ndjson", [job("behave")])
    (tmp_path / "empty.ndjson").touch()
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("error: ")
    assert says in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "option",
    ["--batch-size=0", "--sequence-length=x", "--timeout=soon", "--device=tpu", "--dtype=int3", "--memory-limit=much"],
)
def test_options_that_cannot_be_read_are_told(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["jobs.ndjson", "--output", "rows.ndjson", option])
    assert caught.value.code == 2
    assert f"argument {option.partition('=')[0]}: " in capsys.readouterr().err


def row(asked: Job, run: str, **changes: object) -> Measurement:
    made = Measurement(
        run=run,
        key=asked.key,
        measured_at="2026-01-31T12:00:00Z",
        status="crash",
        subject=asked.subject,
        workload=asked.workload,
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def test_the_last_run_of_a_file_goes_on_without_torch_where_nothing_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    jobs, output = tmp_path / "jobs.ndjson", tmp_path / "rows.ndjson"
    asked = [job("behave", number=number) for number in range(2)]
    write_jobs(jobs, asked)
    for item in asked:
        append(output, row(item, "first"))
    assert main([str(jobs), "--output", str(output)]) == 0
    assert capsys.readouterr().err == f"run first in {output}: 2 known before\n"


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_ends_the_workers_and_leaves_whole_rows(end: signal.Signals, tmp_path: Path) -> None:
    jobs, output = tmp_path / "jobs.ndjson", tmp_path / "rows.ndjson"
    write_jobs(jobs, [job("behave"), job("hang"), job("fork"), job("hang-in-c"), job("behave", number=2)])
    environment = {**os.environ, "INTERRUPTED": end.name, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, misbehaving.__file__, jobs, output, "--seconds=100"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True) as ran:
        deadline = time.monotonic() + 20
        while not (output.exists() and output.read_bytes().count(b"\n") == 3):
            assert time.monotonic() < deadline
            assert ran.poll() is None
            time.sleep(0.02)
        os.killpg(ran.pid, end)
        told, _ = ran.communicate(timeout=10)
    assert told == "interrupted: 3 of 5, 2 left\n"
    assert {row.status for row in read_rows(output)} == {"measured"}
    assert not marked(f"INTERRUPTED={end.name}")
