"""``catalog validate`` and ``catalog rules``: formats, exit status, mending, and two parsers that mean the same."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.main import get_command

from catalog.cli import validate as full
from catalog.cli.light import parse_validate
from catalog.specs.rules import rules

GOOD = "model_type: llama\nparams:\n  hidden_size: 64\n  num_attention_heads: 4\n"
FAULTY = 'model_type: llama\nparams:\n  hiden_size: 64 # narrow\n  num_attention_heads: "4"\n'
FINDING_KEYS = {
    "path", "line", "column", "end_line", "end_column", "code", "rule", "severity", "parameter", "message",
    "suggestion", "fixable",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a spec that is right and one that is not."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "good.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "faulty.yaml").write_text(FAULTY, encoding="utf-8")
    return tmp_path


def test_a_good_spec_is_status_0(run, folder) -> None:
    result = run("validate", "good.yaml")
    assert (result.status, result.out) == (0, "Checked 1 file: nothing to report.\n")


def test_a_fault_is_status_1_and_points_into_the_file(run, folder) -> None:
    result = run("validate", "faulty.yaml")
    assert result.status == 1
    assert "faulty.yaml:3:3: error[C111]" in result.out
    assert "Did you mean 'hidden_size'?" in result.out
    assert "\x1b" not in result.out


def test_json_has_exactly_the_promised_keys(run, folder) -> None:
    document = run("validate", ".", "--json").json
    assert set(document) == {"files", "findings", "summary"}
    assert document["files"] == 2
    assert {frozenset(finding) for finding in document["findings"]} == {frozenset(FINDING_KEYS)}
    assert document["summary"] == {"error": 2, "warning": 0, "info": 0}


@pytest.mark.parametrize(("form", "sign"), [("sarif", '"version": "2.1.0"'), ("github", "::error "), ("json", "{")])
def test_every_format_is_there(run, folder, form: str, sign: str) -> None:
    result = run("validate", "faulty.yaml", "--format", form)
    assert result.status == 1
    assert sign in result.out


def test_rules_can_be_chosen(run, folder) -> None:
    assert run("validate", "faulty.yaml", "--ignore", "C111,C202").status == 0
    document = run("validate", "faulty.yaml", "--select", "C2", "--json").json
    assert [finding["code"] for finding in document["findings"]] == ["C202"]
    assert run("validate", "faulty.yaml", "--select", "C999").status == 2


def test_fixing_writes_the_file_and_keeps_comments(run, folder) -> None:
    result = run("validate", "faulty.yaml", "--fix")
    assert result.status == 0
    assert "Fixed 2 findings in 1 file" in result.err
    assert (folder / "faulty.yaml").read_text() == FAULTY.replace("hiden", "hidden").replace('"4"', "4")
    assert "Fixed 0 findings" in run("validate", "faulty.yaml", "--fix").err


def test_a_diff_shows_and_writes_nothing(run, folder) -> None:
    result = run("validate", "faulty.yaml", "--diff")
    assert result.status == 1
    assert "+  hidden_size: 64 # narrow" in result.out
    assert (folder / "faulty.yaml").read_text() == FAULTY
    both = run("validate", "faulty.yaml", "--diff", "--fix")
    assert "+  hidden_size: 64 # narrow" in both.out
    assert (folder / "faulty.yaml").read_text() != FAULTY


@pytest.mark.parametrize(("text", "status"), [(GOOD, 0), (FAULTY, 1), ("", 1)])
def test_standard_input_is_read(database, text: str, status: int) -> None:
    program = "import sys; from catalog.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, "validate", "-", "--json"],
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stderr
    assert json.loads(done.stdout)["files"] == 1


def test_standard_input_cannot_be_fixed(run) -> None:
    result = run("validate", "-", "--fix")
    assert (result.status, result.out) == (2, "")


def test_a_release_that_is_not_cataloged_is_named(run, folder) -> None:
    Path("old.yaml").write_text(f'{GOOD}release: "1.9"\n', encoding="utf-8")
    document = run("validate", "old.yaml", "--json").json
    assert [(finding["code"], finding["severity"]) for finding in document["findings"]] == [("C120", "warning")]
    assert run("validate", "old.yaml").status == 0, "a warning is no error"
    assert run("validate", "good.yaml", "--release", "1.9").status == 1


def test_a_spec_is_checked_against_the_release_it_names(run, folder, own_database, installed_release) -> None:
    from dataclasses import replace

    from catalog.store import open_store

    llama = next(cls for cls in installed_release.classes if cls.name == "LlamaConfig")
    classes = [replace(llama, parameters=llama.parameters[:1]), *(c for c in installed_release.classes if c.is_base)]
    with open_store(own_database) as store:
        store.write_release(replace(installed_release, version="4.9.3", fingerprint="old", classes=tuple(classes)))
    assert run("validate", "good.yaml").status == 0
    for release in ("4.9.3", "4.9", "4"):
        Path("old.yaml").write_text(f'{GOOD}release: "{release}"\n', encoding="utf-8")
        assert "hidden_size" in run("validate", "old.yaml").out, release
    assert run("validate", "good.yaml", "--release", "4.9.3").status == 1
    assert run("validate", "old.yaml", "--release", installed_release.version).status == 0, (
        "the option has the last word"
    )


def test_settings_of_the_project_hold(run, folder, database, monkeypatch) -> None:
    Path("pyproject.toml").write_text('[tool.catalog]\nignore = ["C111", "C202"]\n', encoding="utf-8")
    assert run("validate", "faulty.yaml").status == 0
    Path("pyproject.toml").write_text("[tool.catalog]\nignored = []\n", encoding="utf-8")
    result = run("validate", "faulty.yaml")
    assert (result.status, result.out) == (2, "")
    assert "ignore" in result.err
    monkeypatch.delenv("CATALOG_DATABASE_URL")
    Path("pyproject.toml").write_text(f'[tool.catalog]\ndatabase = "{database}"\n', encoding="utf-8")
    assert run("validate", "good.yaml").status == 0


@pytest.mark.parametrize("path", ["missing.yaml", "no/such/folder", "*.nothing"])
def test_what_is_not_there_is_a_finding(run, folder, path: str) -> None:
    result = run("validate", path, "good.yaml", "--json")
    assert result.status == 1
    assert result.json["findings"][0]["code"] in {"C001", "C006"}


@pytest.mark.parametrize(
    "arguments", [(), ("--format", "xml", "good.yaml"), ("good.yaml", "--nonsense"), ("good.yaml", "--format")]
)
def test_wrong_usage_is_status_2(run, folder, arguments: tuple[str, ...]) -> None:
    result = run("validate", *arguments)
    assert (result.status, result.out) == (2, "")
    assert "Error: " in result.err


def test_an_unusable_database_is_status_2(run, folder) -> None:
    result = run("validate", "good.yaml", "--database", str(folder / "good.yaml"))
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("Error: ")


CALLS = [
    ["a.yaml"],
    ["-"],
    ["a.yaml", "b.yaml", "specs/"],
    ["a.yaml", "--format", "json"],
    ["--format=sarif", "a.yaml"],
    ["--json", "a.yaml"],
    ["--json", "--format", "text", "a.yaml"],
    ["a.yaml", "--fix", "--diff"],
    ["a.yaml", "--select", "C1", "--select=C2", "--ignore", "C110"],
    ["a.yaml", "--release", "4.39", "--database=x.db"],
    ["a.yaml", "--release=4", "--release", "5"],
]
LEFT = [
    [],
    ["--help"],
    ["-h"],
    ["--json"],
    ["a.yaml", "--nonsense"],
    ["a.yaml", "--format"],
    ["a.yaml", "--format", "xml"],
    ["a.yaml", "--format", "xml", "--json"],
    ["a.yaml", "--", "-b.yaml"],
    ["a.yaml", "--release", "--fix"],
    ["a.yaml", "-f"],
    [""],
    ["a.yaml", "--fix=yes"],
]


@pytest.mark.parametrize("call", CALLS, ids=" ".join)
def test_both_parsers_read_a_call_alike(call: list[str], monkeypatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr(full, "run", lambda arguments: seen.append(arguments) or 0)
    with pytest.raises(SystemExit) as done:
        get_command(full.app).main(args=call, prog_name="catalog validate")
    assert done.value.code == 0
    assert seen == [parse_validate(call)]


WORDS = st.sampled_from(
    [
        *("a.yaml", "-", "--", "x.db", "text", "C110", "-h", "-x"),
        *("--json", "--fix", "--diff", "--fix=1", "--help", "--jso"),
        *("--format", "--format=json", "--select", "--ignore=C1", "--release", "--release=", "--database"),
    ]
)


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, max_size=7))
def test_what_the_light_parser_reads_the_full_one_reads_alike(call: list[str]) -> None:
    light = parse_validate(call)
    if light is None:
        return
    seen: list[Any] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(full, "run", lambda arguments: seen.append(arguments) or 0)
        with pytest.raises(SystemExit) as done:
            get_command(full.app).main(args=call, prog_name="catalog validate")
    assert done.value.code == 0
    assert seen == [light]


@pytest.mark.parametrize("call", LEFT, ids=" ".join)
def test_the_light_parser_leaves_the_rest_to_the_full_one(call: list[str]) -> None:
    assert parse_validate(call) is None


def test_a_usual_call_imports_nothing_heavy(spawn, folder) -> None:
    prelude = "import atexit, sys\natexit.register(lambda: sys.stderr.write(' '.join(sys.modules)))"
    result = spawn("validate", "good.yaml", prelude=prelude)
    assert result.status == 0
    heavy = {
        "typer",
        "rich",
        "pydantic",
        "sqlalchemy",
        "alembic",
        "transformers",
        "torch",
        "asyncio",
        "importlib.metadata",
    }
    assert not heavy & set(result.err.split())


def test_rules_are_listed_and_explained(run) -> None:
    listed = run("rules", "--json").json
    assert [rule["code"] for rule in listed] == [rule.code for rule in rules()]
    page = run("rules", "C110").out
    assert page.startswith("# C110 unknown-parameter (error)\n")
    assert "## Remedy" in page
    assert run("rules", "unknown-parameter").out == page
    assert set(run("rules", "c110", "--json").json) == {"code", "name", "severity", "summary", "page"}


def test_an_unknown_rule_gets_a_suggestion(run) -> None:
    result = run("rules", "unknown-paramter")
    assert (result.status, result.out) == (1, "")
    assert "unknown-parameter" in result.err


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs torch")
def test_deep_builds_what_the_shallow_check_lets_pass(run, folder) -> None:
    spec = folder / "window.yaml"
    spec.write_text("model_type: longformer\nparams:\n  num_hidden_layers: 2\n  attention_window: 63\n")
    assert run("validate", str(spec)).status == 0
    result = run("validate", str(spec), "--deep", "--json")
    assert result.status == 1
    assert [(item["code"], item["parameter"]) for item in result.json["findings"]] == [("C602", "attention_window")]
