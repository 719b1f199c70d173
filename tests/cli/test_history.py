"""``catalog history``, ``diff`` and ``changelog``."""

from __future__ import annotations

from pathlib import Path

import pytest
from releases import sync_history

from catalog.cli import main

ROW = {"release", "change", "config_class", "parameter", "before", "after", "confidence", "note"}


@pytest.fixture(scope="module")
def history_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sync_history(tmp_path_factory.mktemp("history"))


@pytest.fixture
def database(history_database: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """In place of the catalog of the installed release, which is not needed here."""
    monkeypatch.setenv("CATALOG_DATABASE_URL", str(history_database))
    return history_database


def test_history_is_grouped_by_release_with_its_date(run) -> None:
    result = run("history", "tiny")
    assert result.status == 0
    lines = result.out.splitlines()
    assert lines[0].startswith("4.2.0  ")
    assert any(line.split() == ["default", "dropout", "0.1", "0.0"] for line in lines)
    assert any(line.split()[:4] == ["renamed", "width", "width", "hidden_size"] for line in lines)


def test_json_rows_have_the_promised_keys(run) -> None:
    for command in (("history", "tiny"), ("diff", "4.2.0", "5.0.0"), ("changelog",)):
        rows = run(*command, "--json").json
        assert rows
        assert {frozenset(row) for row in rows} == {frozenset(ROW)}
    (row,) = run("history", "tiny.width", "--json").json
    assert (row["change"], row["before"], row["after"]) == ("renamed", "width", "hidden_size")


def test_only_the_kinds_that_are_asked_for_are_shown(run) -> None:
    rows = run("diff", "4.1.0", "5.0.0", "--change", "default", "--change", "removed", "--json").json
    assert {row["change"] for row in rows} == {"default", "removed"}
    result = run("diff", "4.1.0", "5.0.0", "--change", "defaults")
    assert (result.status, result.out) == (2, "")
    assert "class-added" in result.err


def test_a_diff_of_one_class_is_about_that_class(run) -> None:
    result = run("diff", "4.2", "5.0", "tiny")
    assert result.out.splitlines()[0] == "TinyConfig"
    assert "CoupleConfig" not in result.out


def test_nothing_changed_is_said_and_is_no_failure(run) -> None:
    result = run("history", "duo")
    assert (result.status, result.out) == (0, "")
    assert "Nothing changed in 3 cataloged releases" in result.err


@pytest.mark.parametrize(
    ("command", "hint"),
    [
        (("history", "tinny"), "'tiny'"),
        (("history", "tiny.widht"), "'width'"),
        (("diff", "4.2.0", "4.9.9"), "catalog sync 4.9.9"),
        (("diff", "4.2.0", "5.0.0", "tinny"), "'tiny'"),
        (("changelog", "4.1.0"), "catalog sync --until 4.1.0"),
    ],
)
def test_what_does_not_exist_is_status_1_with_a_suggestion(run, command: tuple[str, ...], hint: str) -> None:
    result = run(*command)
    assert (result.status, result.out) == (1, "")
    assert hint in result.err


def test_a_changelog_is_written_to_a_file_and_replaces_none(run, tmp_path: Path) -> None:
    file = tmp_path / "changes.md"
    assert run("changelog", "--output", str(file)).status == 0
    assert file.read_text(encoding="utf-8") == run("changelog", "5.0.0", "--against", "4.2.0").out
    assert run("changelog", "--output", str(file)).status == 2
    assert run("changelog", "--json", "--output", str(file)).status == 2


def test_with_one_release_there_is_nothing_to_compare(history_database: Path, tmp_path: Path, capsys) -> None:
    wheel = min(history_database.parent.glob("*.whl"))
    database = str(tmp_path / "one.db")
    assert main(["--database", database, "sync", "--path", str(wheel)]) == 0
    capsys.readouterr()
    assert main(["--database", database, "history", "tiny"]) == 0
    assert "Only transformers 4.1.0 is cataloged" in capsys.readouterr().err
