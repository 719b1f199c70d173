"""What a person sees while a sweep runs."""

from __future__ import annotations

import dataclasses
import io

import pytest
from build_plans import SMALL_BERT
from measured_samples import measurement
from rich.console import Console

from catalog.benchmark.events import Finished, Staged, Started
from catalog.benchmark.job import Job
from catalog.builder.plan import BuildPlan
from catalog.cli.bench_live import _View, result_text, shown_sweep
from catalog.measurements import Workload

PLAN = BuildPlan(
    config_class="BertConfig", module="transformers.models.bert.configuration_bert", model_type="bert",
    architecture="BertModel", params=SMALL_BERT,
)  # fmt: skip
JOB = Job(plan=PLAN, workload=Workload(batch_size=8, sequence_length=64), scale="tiny")
ROW = measurement("BertConfig", "BertModel", model_type="bert", median=0.0421, batch_size=8, sequence_length=64)
LATE = dataclasses.replace(ROW, status="timeout", reason="It took more than 60 seconds.", latency=None)


def drawn(view: _View) -> str:
    console = Console(file=io.StringIO(), width=100, color_system=None)
    console.print(view.render())
    return console.file.getvalue()


def test_workers_results_and_what_is_left_are_drawn() -> None:
    view = _View(10)
    assert "loading torch" in drawn(view)
    view.take(Started(JOB, 0))
    view.take(Staged(JOB, 0, "warm-up"))
    text = drawn(view)
    assert "0/10" in text
    assert all(words in text for words in ("bert", "forward", "8×64", "float32", "warm-up …"))
    view.take(Finished(JOB, 0, ROW, 1, 10))
    text = drawn(view)
    assert "42.1 ms ± 1.2 %" in text
    assert "warm-up" not in text
    assert "1/10" in text
    assert "left" in text
    assert "not measured" not in text
    view.take(Finished(JOB, 1, LATE, 2, 10))
    assert "not measured: 1 timeout" in drawn(view)


def test_only_the_last_results_are_drawn() -> None:
    view = _View(100)
    view.take(Started(JOB, 0))
    for number in range(50):
        view.take(Finished(JOB, 0, ROW, number + 1, 100))
    assert len(drawn(view).splitlines()) < 10


def test_a_log_gets_a_line_for_each_result(capsys: pytest.CaptureFixture[str]) -> None:
    with shown_sweep(2) as listener:
        listener(Started(JOB, 0))
        listener(Finished(JOB, 0, ROW, 1, 2))
    captured = capsys.readouterr()
    assert captured.err.startswith("[1/2] bert forward 8×64 float32: 42.1 ms ± 1.2 %, ")
    assert not captured.out


def test_a_failure_is_told_with_its_reason() -> None:
    assert result_text(LATE) == "bert forward 8×64 float32: timeout: It took more than 60 seconds."
