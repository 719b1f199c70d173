"""``catalog migrate``: what must change in a spec, said or done."""

from __future__ import annotations

from pathlib import Path

import pytest
from releases import sync_history

SPEC = """\
# tuned in May
model_type: tiny
release: "4.1.0"
params:
  width: 32      # narrow
  legacy: true
"""


@pytest.fixture(scope="module")
def history_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sync_history(tmp_path_factory.mktemp("history"))


@pytest.fixture
def database(history_database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CATALOG_DATABASE_URL", str(history_database))
    return history_database


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def test_a_report_leaves_the_file_alone(run, spec: Path) -> None:
    result = run("migrate", str(spec), "--to", "5.0.0")
    assert result.status == 1
    assert "TinyConfig, transformers 4.1.0 to 5.0.0" in result.out
    for words in ("width is hidden_size now", "no parameter legacy any more", "from 0.1 to 0.0", "from 'fast' to"):
        assert words in result.out
    assert "--keep-behaviour" in result.err
    assert spec.read_text(encoding="utf-8") == SPEC


def test_write_makes_what_is_safe_and_a_second_run_finds_nothing(run, spec: Path) -> None:
    result = run("migrate", str(spec), "--to", "5.0", "--write", "--diff")
    assert result.status == 0
    assert "+  hidden_size: 32      # narrow" in result.out
    assert spec.read_text(encoding="utf-8") == (
        '# tuned in May\nmodel_type: tiny\nrelease: "5.0.0"\nparams:\n  hidden_size: 32      # narrow\n'
    )
    assert run("validate", str(spec)).status == 0
    again = run("migrate", str(spec), "--to", "5.0", "--write")
    assert (again.status, "Nothing changes." in again.out) == (0, True)


def test_old_defaults_are_written_on_request_where_the_new_release_takes_them(run, spec: Path) -> None:
    result = run("migrate", str(spec), "--to", "5.0", "--write", "--keep-behaviour")
    assert result.status == 0
    text = spec.read_text(encoding="utf-8")
    assert "  dropout: 0.1  # the default of transformers 4.1.0; it is 0.0 now\n" in text
    assert "ratio: 0.5" in text
    assert "mode:" not in text, "the old default is no choice any more"
    assert "not allowed in 5.0.0" in result.out
    assert run("validate", str(spec)).status == 0


def test_json_tells_every_step(run, spec: Path) -> None:
    (document,) = run("migrate", str(spec), "--to", "5.0", "--json").json
    assert (document["path"], document["changed"]) == (str(spec), False)
    (found,) = document["specs"]
    assert (found["config_class"], found["from"], found["to"]) == ("TinyConfig", "4.1.0", "5.0.0")
    steps = {(step["change"], step["parameter"]): step for step in found["steps"]}
    renamed = steps["renamed", "width"]
    assert (renamed["before"], renamed["after"], renamed["line"], renamed["safe"]) == ("width", "hidden_size", 5, True)
    assert not any(step["applied"] for step in found["steps"])


@pytest.mark.parametrize(
    ("arguments", "status", "hint"),
    [
        (("--to", "6.0.0"), 1, "catalog sync 6.0.0"),
        (("--to", "5.0.0", "--from", "4.9.9"), 1, "catalog sync 4.9.9"),
        (("--to", "5.0.0", "--json", "--diff"), 2, "do not go together"),
        ((), 2, "--to"),
    ],
)
def test_wrong_releases_and_options_are_told(run, spec: Path, arguments, status: int, hint: str) -> None:
    result = run("migrate", str(spec), *arguments)
    assert (result.status, result.out) == (status, "")
    assert hint in result.err


def test_a_spec_without_a_release_asks_for_it(run, tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("model_type: tiny\n", encoding="utf-8")
    result = run("migrate", str(spec), "--to", "5.0.0")
    assert (result.status, result.out) == (2, "")
    assert "--from" in result.err
    assert run("migrate", str(spec), "--to", "5.0.0", "--from", "4.1.0").status == 0


def test_a_file_that_is_no_spec_is_told_and_the_others_are_migrated(run, spec: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("model_type: [\n", encoding="utf-8")
    result = run("migrate", str(broken), str(tmp_path / "none.yaml"), str(spec), "--to", "5.0.0", "--write")
    assert result.status == 1
    assert "broken.yaml:" in result.err
    assert "none.yaml:1:1: The file does not exist." in result.err
    assert "hidden_size" in spec.read_text(encoding="utf-8")
