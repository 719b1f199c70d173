"""``catalog sync``, and commands that need a catalog where there is none."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from measured_samples import measurement

from catalog.benchmark.rows import append

SYNC_KEYS = {"release", "extractor", "classes", "parameters", "failures", "seconds"}
BLOCK = "import sys; sys.modules['transformers'] = None"


def test_a_command_makes_the_catalog_first_and_says_so(spawn, tmp_path: Path) -> None:
    database = tmp_path / "new" / "catalog.db"
    result = spawn("show", "llama", "--json", env={"CATALOG_DATABASE_URL": str(database)})
    assert result.status == 0, result.err
    assert result.json["config_class"] == "LlamaConfig"
    assert "no catalog yet" in result.err
    again = spawn("sync", "--json", env={"CATALOG_DATABASE_URL": str(database)})
    assert set(again.json) == {"releases", "measurements", "measurement_failures"}
    (release,) = again.json["releases"]
    assert set(release) == SYNC_KEYS
    assert {frozenset(failure) for failure in release["failures"]} == {frozenset({"class", "reason"})}
    assert release["extractor"] == "live"
    assert "unchanged" in spawn("sync", env={"CATALOG_DATABASE_URL": str(database)}).out


def test_an_unchanged_release_is_not_imported(run, own_database) -> None:
    from catalog.introspect import installed_release

    with sqlite3.connect(own_database) as connection:
        connection.execute("UPDATE release SET fingerprint = ?", (installed_release().fingerprint,))
    connection.close()
    result = run("sync")
    assert result.status == 0
    assert "unchanged" in result.out
    assert "Gemma4AssistantConfig" in result.out, "failures are told every time"


def test_measurements_that_come_with_the_package_are_told_once(run, own_database, tmp_path: Path, monkeypatch) -> None:
    from measured_samples import measurement

    from catalog.benchmark.export import to_ndjson

    source = tmp_path / "configuration_tiny.py"
    source.write_text(
        "class TinyConfig(PretrainedConfig):\n    model_type = 'tiny'\n    def __init__(self, size=1): ...\n"
    )
    folder = tmp_path / "data" / "benchmarks"
    folder.mkdir(parents=True)
    (folder / "laptop.ndjson").write_text(to_ndjson([measurement(), measurement(batch_size=2)]))
    (folder / "torn.ndjson").write_text("nonsense\n{}\n")
    monkeypatch.setattr("catalog.query.measurements.resource_folder", lambda name: tmp_path / name)
    first = run("sync", "--path", str(source))
    assert first.status == 0
    assert "2 measurements came with the package" in first.err
    assert "torn.ndjson:1" in first.err
    again = run("sync", "--path", str(source), "--json")
    assert (again.status, again.json["measurements"]) == (0, 0)
    assert "torn.ndjson:1" in again.json["measurement_failures"][0]


@pytest.mark.parametrize("command", [("sync",), ("show", "llama")])
def test_without_transformers_a_message_says_what_to_install(spawn, tmp_path: Path, command: tuple[str, ...]) -> None:
    result = spawn(*command, env={"CATALOG_DATABASE_URL": str(tmp_path / "catalog.db")}, prelude=BLOCK)
    assert (result.status, result.out) == (2, "")
    assert "transformers" in result.err
    assert "pip install" in result.err
    assert "Traceback" not in result.err


def test_a_catalog_answers_without_transformers(spawn) -> None:
    result = spawn("show", "llama", "--json", prelude=BLOCK)
    assert (result.status, result.json["config_class"]) == (0, "LlamaConfig")


def test_database_info_tells_what_is_in_it(run, synced: Path) -> None:
    document = run("database", "info", "--json").json
    assert document["database"] == str(synced)
    assert [release["extractor"] for release in document["releases"]] == ["live"]
    page = run("database", "info").out
    assert str(synced) in page
    assert "MiB" in page


def test_database_info_counts_what_was_measured(run, own_database, tmp_path: Path) -> None:
    document = run("database", "info", "--json").json
    before = document["measurements"]
    rows = tmp_path / "rows.ndjson"
    append(rows, measurement(run="info"))
    append(rows, measurement(config_class="ViTConfig", run="info", status="crash", reason="Signal 11."))
    assert run("bench", "import", str(rows)).status == 0
    after = run("database", "info", "--json").json["measurements"]
    assert {name: after[name] - before[name] for name in after} == {"runs": 1, "rows": 2, "measured": 1}
    assert f"{after['rows']:,} rows of " in run("database", "info").out


def test_database_path_opens_nothing(run, tmp_path: Path) -> None:
    url = "postgresql://me:secret@db.example/catalog"
    result = run("database", "path", "--database", url)
    assert (result.status, result.out) == (0, "postgresql://me:***@db.example/catalog\n")


@pytest.mark.parametrize("command", [("database", "info"), ("show", "llama"), ("sync",)])
class TestUnusableDatabases:
    """Each is refused with status 2 and one message, and nothing is destroyed."""

    def refused(self, run, command: tuple[str, ...], database: str) -> str:
        result = run(*command, "--database", database)
        assert (result.status, result.out) == (2, "")
        assert result.err.startswith("Error: ")
        assert "Traceback" not in result.err
        assert len(result.err.splitlines()) <= 3
        return result.err

    def test_garbage(self, run, command, tmp_path: Path) -> None:
        garbage = tmp_path / "garbage.db"
        garbage.write_bytes(b"not a database at all\n" * 100)
        self.refused(run, command, str(garbage))
        assert garbage.read_bytes() == b"not a database at all\n" * 100

    def test_someone_elses(self, run, command, tmp_path: Path) -> None:
        path = tmp_path / "photos.db"
        with sqlite3.connect(path) as connection:
            connection.execute("CREATE TABLE photo (id INTEGER)")
        connection.close()
        assert "not a catalog" in self.refused(run, command, str(path))

    def test_a_folder(self, run, command, tmp_path: Path) -> None:
        self.refused(run, command, str(tmp_path))

    def test_a_place_that_cannot_be(self, run, command, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("x", encoding="utf-8")
        self.refused(run, command, str(tmp_path / "file" / "catalog.db"))

    def test_an_unknown_kind_of_url(self, run, command) -> None:
        self.refused(run, command, "mysql://me:hunter2@db/x")

    def test_a_server_that_does_not_answer(self, run, command) -> None:
        message = self.refused(run, command, "postgresql://me:hunter2@127.0.0.1:1/x")
        assert "hunter2" not in message


def test_json_on_failure_prints_nothing_to_stdout(run, tmp_path: Path) -> None:
    result = run("list", "--json", "--database", str(tmp_path))
    assert (result.status, result.out) == (2, "")
    with pytest.raises(json.JSONDecodeError):
        json.loads(result.out)
