"""``catalog site``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from samples import RELEASE

from catalog.cli import main
from catalog.store import open_store


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with open_store(tmp_path / "catalog.db") as store:
        store.write_release(RELEASE)
    return str(tmp_path / "catalog.db")


def test_build_tells_what_it_made(database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "public"
    assert main(["--database", database, "site", "build", "--output", str(output), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["release"] == "5.23.0"
    assert report["rendered"] == report["pages"] > 4
    assert report["bytes"] == sum(
        path.stat().st_size for path in output.rglob("*") if path.is_file() and path.name != ".catalog-site.json"
    )
    assert (output / "models/LlamaConfig/index.html").is_file()
    assert not (tmp_path / "site").exists()


def test_build_refuses_a_folder_with_other_things(
    database: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file.txt").write_text("mine")
    assert main(["--database", database, "site", "build", "--output", str(tmp_path)]) == 2
    assert "not empty" in capsys.readouterr().err


def test_serve_without_a_site_names_the_command_that_builds_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["site", "serve", "--no-build", "--output", str(tmp_path)]) == 2
    assert "catalog site build" in capsys.readouterr().err
