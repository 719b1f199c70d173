"""``catalog bench run`` and ``plan``: a model measured from end to end, sweeps that go on, and wrong usage."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from catalog import Catalog
from catalog.benchmark.rows import read_jobs, read_rows
from catalog.cli.bench_files import benchmarks_folder, new_file, remember_jobs, unfinished_sweep
from catalog.errors import DatabaseError, UsageError

pytestmark = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs torch")

QUICK = ("--scale", "tiny", "--seconds", "0.05", "--no-estimate", "--no-flops")


@pytest.fixture(autouse=True)
def _own_folder(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def test_a_model_is_measured_shown_kept_and_not_measured_again(run, own_database, tmp_path) -> None:
    output = tmp_path / "rows.ndjson"
    first = run("bench", "run", "bert", *QUICK, "--run", "first", "--output", str(output))
    assert first.status == 0, first.err
    lines = first.out.splitlines()
    assert lines[0].startswith("BertModel  bert  transformers ")
    assert lines[1].startswith("forward pass, 1 sample of 128 tokens, float32 on cpu")
    for label in ("latency", "throughput", "memory", "parameters", "inputs", "machine", "libraries", "measured"):
        assert any(line.startswith(label) for line in lines), label
    assert "bert forward 1×128 float32: " in first.err
    (row,) = read_rows(output)
    assert (row.status, row.run, row.subject.architecture) == ("measured", "first", "BertModel")
    again = run("bench", "run", "bert", *QUICK, "--output", str(output), "--json")
    assert again.status == 0
    assert "has the row already; --again measures again" in again.err
    assert [document["key"] for document in again.json] == [row.key]
    shown = run("bench", "results", "bert", "--json").json
    assert [(document["run"], document["status"]) for document in shown] == [("first", "measured")]
    assert [item["name"] for item in run("bench", "runs", "--json").json] == ["first"]


def test_rows_that_the_catalog_cannot_take_are_not_lost(run, own_database, tmp_path, monkeypatch) -> None:
    def full(*_: object) -> None:
        raise DatabaseError("The disk is full.")

    monkeypatch.setattr(Catalog, "import_measurements", full)
    output = tmp_path / "rows.ndjson"
    result = run("bench", "run", "bert", *QUICK, "--output", str(output))
    assert result.status == 2
    assert result.err.endswith(
        f"Error: The disk is full.\nThe rows are in {output}; when the database can be written: "
        f"catalog bench import {output}\n"
    )
    assert len(read_rows(output)) == 1


def test_jobs_are_written_to_be_carried_to_another_machine(run, tmp_path) -> None:
    output = tmp_path / "jobs.ndjson"
    result = run(
        "bench", "plan", "gpt2", "vit", "--device", "cuda", "--dtype", "bfloat16,float16", "--batch-size", "1",
        "--batch-size", "8", "--sequence-length", "64,128", "--scale", "tiny", "--output", str(output),
    )  # fmt: skip
    assert result.status == 0
    assert result.out == (
        "PYTHONPATH=. python -m catalog.benchmark jobs.ndjson --output jobs-rows.ndjson --device cuda\n"
    )
    jobs = read_jobs(output)
    # Images have no length: one job stands for both.
    assert [job.plan.architecture for job in jobs] == ["GPT2Model"] * 8 + ["ViTModel"] * 4
    assert {job.workload.device for job in jobs} == {"cuda"}
    assert {job.scale for job in jobs} == {"tiny"}


def test_everything_is_planned_with_less_care_and_within_the_limit(run, tmp_path) -> None:
    output = tmp_path / "jobs.ndjson"
    assert (
        run("bench", "plan", "--all", "--limit", "5", "--compile", "--no-compile", "--output", str(output)).status == 0
    )
    jobs = read_jobs(output)
    assert [job.name for job in jobs[::2]] == ["llama", "qwen3", "qwen2", "mistral", "gemma3_text"]
    assert [job.workload.compile for job in jobs[:2]] == [False, True]
    assert jobs[0].care.seconds < 1
    assert jobs[0].scale == "tiny"


def test_a_spec_is_measured_at_its_own_size_and_its_faults_are_shown_where_they_stand(run, tmp_path: Path) -> None:
    spec, output = tmp_path / "spec.yaml", tmp_path / "jobs.ndjson"
    spec.write_text("model_type: bert\nparams: {num_hidden_layers: 1}\n", encoding="utf-8")
    assert run("bench", "plan", str(spec), "--output", str(output)).status == 0
    (job,) = read_jobs(output)
    assert (job.scale, job.plan.params) == ("spec", {"num_hidden_layers": 1})
    spec.write_text("model_type: bert\nparams: {hiden_size: 1}\n", encoding="utf-8")
    for command in ("run", "plan"):
        result = run("bench", command, str(spec), "--output", str(output))
        assert (result.status, result.out) == (1, "")
        assert "spec.yaml:2:10: error[C111]" in result.err


def test_an_ended_sweep_is_found_again_by_its_jobs(run, tmp_path) -> None:
    output = tmp_path / "jobs.ndjson"
    run("bench", "plan", "gpt2", "--batch-size", "1,2", "--output", str(output))
    jobs = read_jobs(output)
    with pytest.raises(UsageError, match="no unfinished sweep"):
        unfinished_sweep(jobs)
    file = new_file(None)
    remember_jobs(file, jobs)
    assert unfinished_sweep(jobs) == (file, jobs)
    assert unfinished_sweep(None) == (file, jobs)
    assert file.parent == benchmarks_folder()
    with pytest.raises(UsageError, match="of these models with these options"):
        unfinished_sweep(jobs[:1])
    file.write_text("", encoding="utf-8")
    assert new_file(None) != file


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 2, "There is no model named"),
        (["bert", "--all"], 2, "do not go together"),
        (["brt"], 1, "Did you mean 'bart' or 'bert'?"),
        (["nowhere.yaml"], 1, "no file named"),
        (["bert", "--batch-size", "0"], 2, "batch size is 0"),
        (["bert", "--batch-size", "-1"], 2, "batch size is -1"),
        (["bert", "--batch-size", "1e9"], 2, "'1e9' is no whole number"),
        (["bert", "--batch-size", "1,"], 2, "empty value"),
        (["bert", "--batch-size", "1,1"], 2, "stands twice"),
        (["bert", "--dtype", "float31"], 2, "no dtype 'float31'"),
        (["bert", "--attention", "nonsense"], 2, "no implementation of attention 'nonsense'"),
        (["bert", "--device", "tpu"], 2, "no device 'tpu'"),
        (["bert", "--no-forward"], 2, "nothing to measure"),
        (["bert", "--generate"], 2, "bert does not generate"),
        (["bert", "--new-tokens", "3"], 2, "--new-tokens goes with --generate"),
        (["bert", "--scale", "huge"], 2, "no scale 'huge'"),
        (["bert", "--timeout", "soon"], 2, "'soon' is no time"),
        (["bert", "--timeout", "0"], 2, "above 0 seconds"),
        (["bert", "--memory-limit", "much"], 2, "'much' is no number of bytes"),
        (["bert", "--memory-limit", "5"], 2, "1 MiB or more"),
        (["bert", "--jobs", "0"], 2, "1 or more jobs"),
        (["bert", "--executor", "slurm"], 2, "no executor 'slurm'"),
        (["bert", "--resume", "--output", "rows.ndjson"], 2, "it goes with none of"),
        (["bert", "--resume"], 2, "no unfinished sweep"),
        (["--resume"], 2, "no unfinished sweep"),
        (["--resume", "--train"], 2, "goes on with what the newest unfinished sweep was asked for"),
        (["bert", "--run", "a b"], 2, "no name for a run"),
        (["bert", "--seconds", "0"], 2, "from 0.01 to 3600"),
        (["bert", "-p", "hiden_size=3"], 1, "Did you mean 'hidden_size'?"),
        (["bert", "--architecture", "LlamaModel"], 1, "LlamaModel takes LlamaConfig"),
        (["bert", "--architecture", "BertModel", "--task", "fill-mask"], 2, "do not go together"),
        (["bert", "--only", "bert"], 2, "go with --all"),
        (["--all", "--only", "brt"], 1, "Did you mean"),
        (["--all", "--task", "fill-mask"], 2, "takes no options of one"),
        (["bert", "--output", "/nonexistent/rows.ndjson"], 2, "cannot be written"),
        (["bert", "--output", "/"], 2, "cannot be written"),
    ],
)
def test_what_a_stranger_gets_wrong_is_told(run, arguments: list[str], status: int, message: str) -> None:
    result = run("bench", "run", *arguments)
    assert result.status == status
    assert message in result.err
    assert not result.out


def test_a_device_that_is_not_there_is_one_message(run, tmp_path) -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a GPU")
    result = run("bench", "run", "bert", "--device", "cuda", "--output", str(tmp_path / "rows.ndjson"))
    assert result.status == 2
    assert "The device cuda is not available" in result.err
    assert "catalog bench plan" in result.err


def test_a_file_that_holds_something_else_is_left_alone(run, tmp_path) -> None:
    output = tmp_path / "notes.txt"
    output.write_text("buy milk\n", encoding="utf-8")
    result = run("bench", "run", "bert", *QUICK, "--output", str(output))
    assert result.status == 2
    assert "notes.txt:1 is no measurement" in result.err
    assert output.read_text(encoding="utf-8") == "buy milk\n"
