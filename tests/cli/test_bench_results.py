"""What was measured, shown: ``catalog bench results``, ``import``, ``export``, ``compare``, ``runs`` and ``delete``."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from measured_samples import ACCELERATOR, MIB, measurement

from catalog.benchmark.rows import append, read_rows

BERT = {"config_class": "BertConfig", "architecture": "BertModel", "model_type": "bert"}
GPT2 = {"config_class": "GPT2Config", "architecture": "GPT2LMHeadModel", "model_type": "gpt2"}
BEFORE = (
    measurement(**BERT, run="before", median=0.010, tracked=40 * MIB),
    measurement(**BERT, run="before", median=0.060, batch_size=8, tracked=90 * MIB),
    measurement(**GPT2, run="before", median=0.020, mode="generate", new_tokens=20, estimated=None),
    measurement(config_class="ViTConfig", architecture="ViTModel", model_type="vit", run="before", median=0.030),
)
AFTER = (
    measurement(**BERT, run="after", median=0.015, measured_at="2026-11-21T12:00:00Z"),
    measurement(**BERT, run="after", median=0.060, batch_size=8, measured_at="2026-11-21T12:00:00Z"),
    measurement(**GPT2, run="after", median=0.010, mode="generate", new_tokens=20, measured_at="2026-11-21T12:00:00Z"),
    measurement(
        config_class="ViTConfig", architecture="ViTModel", model_type="vit", run="after", status="timeout",
        reason="It took more than 60 seconds.", measured_at="2026-11-21T12:00:00Z",
    ),
)  # fmt: skip


@pytest.fixture
def files(tmp_path):
    paths = []
    for name, rows in (("before", BEFORE), ("after", AFTER)):
        paths.append(tmp_path / f"{name}.ndjson")
        for row in rows:
            append(paths[-1], row)
    return tuple(map(str, paths))


@pytest.fixture
def kept(run, own_database, files):
    assert run("bench", "import", *files).status == 0


def test_importing_twice_changes_nothing(run, own_database, files) -> None:
    assert run("bench", "import", files[0]).out == "4 new rows, 0 known, 0 replaced by newer ones, from 1 file.\n"
    again = run("bench", "import", *files, "--json").json
    assert again == {"files": 2, "new": 4, "known": 4, "replaced": 0, "failures": []}


def test_the_table_tells_what_is_shared_once_and_what_was_not_measured_apart(run, kept) -> None:
    result = run("bench", "results")
    assert result.status == 0
    lines = result.out.splitlines()
    assert lines[0] == "tiny, cpu, float32, sdpa attention"
    heading = next(line for line in lines if line.startswith("MODEL"))
    assert "MODE" in heading.split()
    assert "DTYPE" not in heading
    assert any(line.split()[:2] == ["vit", "timeout"] and "more than 60 seconds" in line for line in lines)
    assert "Example CPU 2000, 2 cores; 16 GiB" in result.out


def test_one_row_gets_a_page_with_its_environment(run, kept) -> None:
    result = run("bench", "results", "gpt2")
    assert result.out.startswith("GPT2LMHeadModel  gpt2  transformers 5.23.0\ngeneration, 1 sample of 128 tokens, ")
    for words in (
        "20 new tokens after the first",
        "10 ms ± 1.2 % (median)",
        "prefill",
        "each token",
        "torch 2.13.0+cpu",
    ):
        assert words in result.out


def test_the_history_has_older_rows_and_filters_narrow(run, kept) -> None:
    def found(*arguments: str) -> list[tuple[str, str]]:
        rows = run("bench", "results", *arguments, "--json").json
        return [(row["run"], row["subject"]["model_type"]) for row in rows]

    assert found("bert") == [("after", "bert")] * 2
    assert len(found("bert", "--all")) == 4
    assert found("--run", "before", "--mode", "generate") == [("before", "gpt2")]
    assert found("--status", "timeout") == [("after", "vit")]
    assert found("--batch-size", "8") == [("after", "bert")]
    assert found("--run", "before", "--sort", "-p50")[0] == ("before", "bert")
    assert found("--run", "before", "--sort", "p50", "--limit", "1") == [("before", "bert")]
    assert found("--run", "before", "--sort", "memory")[-1] == ("before", "bert")


def test_documents_are_those_of_the_file(run, kept, files) -> None:
    assert run("bench", "results", "--run", "before", "--mode", "generate", "--json").json == [
        json.loads(line) for line in Path(files[0]).read_text(encoding="utf-8").splitlines() if '"generate"' in line
    ]


def test_rows_of_two_machines_are_told_apart(run, kept, own_database, tmp_path) -> None:
    file = tmp_path / "gpu.ndjson"
    append(file, measurement(**BERT, run="gpu", device="cuda", environment=ACCELERATOR, median=0.001))
    run("bench", "import", str(file))
    result = run("bench", "results", "bert")
    assert "ON" in next(line for line in result.out.splitlines() if line.startswith("MODEL")).split()
    assert "A: 2 rows" in result.out
    assert "B: 1 row" in result.out
    assert "Example GPU 80 GB, 80 GiB, driver 580.1" in result.out


def test_where_nothing_was_measured_the_way_is_told(run, own_database) -> None:
    result = run("bench", "results", "bert")
    assert (result.status, result.out) == (0, "")
    assert "catalog bench run bert" in result.err
    assert run("bench", "results", "bert", "--json").json == []
    assert "No run is in the catalog" in run("bench", "runs").err
    assert "Nothing that was measured fits" in run("bench", "results", "--mode", "train").err


def test_exports_have_one_line_a_row(run, kept, tmp_path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("bench", "export", "--run", "before").out)))
    assert [row["model"] for row in rows] == ["bert", "bert", "gpt2", "vit"]
    assert rows[0]["infer_step_time"] == "10.0"
    output = tmp_path / "again.ndjson"
    assert run("bench", "export", "--run", "before", "--format", "ndjson", "--output", str(output)).status == 0
    assert sorted(read_rows(output), key=lambda row: row.key) == sorted(BEFORE, key=lambda row: row.key)
    assert run("bench", "export", "bert", "--format", "markdown").out.startswith("| Model |")


def test_a_comparison_tells_ratios_and_regressions(run, kept, files) -> None:
    result = run("bench", "compare", "before", "after", "--fail-above", "10%")
    assert result.status == 1
    assert "2 regressions by more than 10.0 % and the noise:" in result.err
    assert "bert forward float32: +50" in result.err
    assert "vit forward float32: measured before, now timeout" in result.err
    assert "× 1.500" in result.out
    assert run("bench", "compare", *files).status == 0
    document = run("bench", "compare", "before", "after", "--fail-above", "0.6", "--json")
    assert document.status == 1
    assert document.json["regressions"] == 1
    assert document.json["counts"] == {"slower": 1, "newly-failing": 1, "faster": 1, "same": 1}
    assert document.json["pairs"][0]["ratio"] == pytest.approx(1.5)
    markdown = run("bench", "compare", "before", "after", "--format", "markdown").out
    assert markdown.startswith("### before → after\n")
    assert "| bert |" in markdown


def test_only_what_changed_is_a_regression(run, kept) -> None:
    result = run("bench", "compare", "after", "before", "--model", "bert", "--fail-above", "10%")
    assert result.status == 0
    assert "No regression" in result.err


def test_a_run_is_removed(run, kept) -> None:
    assert "Removed the run before with 4 rows." in run("bench", "delete", "before").err
    assert [item["name"] for item in run("bench", "runs", "--json").json] == ["after"]


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["results", "brt"], 1, "Did you mean"),
        (["results", "--mode", "sleep"], 2, "no mode 'sleep'"),
        (["results", "--status", "bad"], 2, "no status 'bad'"),
        (["results", "--sort", "beauty"], 2, "no order 'beauty'"),
        (["results", "--run", "befor"], 1, "Did you mean 'before'?"),
        (["export", "--format", "xml"], 2, "no format 'xml'"),
        (["export", "--output", "/nonexistent/x.csv"], 2, "cannot be written"),
        (["import", "/nonexistent.ndjson"], 2, "cannot be read"),
        (["import", __file__], 2, "is no measurement"),
        (["compare", "before", "befor"], 2, "same measurements"),
        (["compare", "before", "nonsense"], 1, "no run named 'nonsense'"),
        (["compare", "before", "latest~7"], 2, "no run latest~7"),
        (["compare", "before", "after", "--fail-above", "10"], 2, "no share"),
        (["compare", "before", "after", "--ignore", "colour"], 2, "'colour'"),
        (["compare", "before", "after", "--format", "xml"], 2, "no format 'xml'"),
        (["delete", "befor"], 1, "Did you mean 'before'?"),
    ],
)
def test_what_a_stranger_gets_wrong_is_told(run, kept, arguments: list[str], status: int, message: str) -> None:
    result = run("bench", *arguments)
    assert result.status == status
    assert message in result.err
    assert not result.out


@pytest.mark.parametrize("words", ["catalog bench delete aft", "catalog bench compare before aft"])
def test_tab_completes_the_names_of_runs(spawn, kept, own_database, words: str) -> None:
    completing = {"_CATALOG_COMPLETE": "complete_bash", "COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    result = spawn(env={**completing, "CATALOG_DATABASE_URL": str(own_database)})
    assert (result.status, result.out.split(), result.err) == (0, ["after"], "")
