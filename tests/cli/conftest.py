"""Runs the command line, in this process or in one of its own, against a catalog of the installed transformers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from catalog.cli import main
from catalog.records import Release
from catalog.store import open_store

PROGRAM = (sys.executable, "-c", "import sys; from catalog.cli import main; sys.exit(main())")


@dataclass(frozen=True)
class Result:
    """What a command did."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Result]


@pytest.fixture(scope="session")
def synced(installed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of the installed transformers; nobody may write to it."""
    path = tmp_path_factory.mktemp("synced") / "catalog.db"
    with open_store(path) as store:
        store.write_release(installed_release)
    return path


@pytest.fixture
def database(synced: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The database that commands use."""
    monkeypatch.setenv("CATALOG_DATABASE_URL", str(synced))
    return synced


@pytest.fixture
def own_database(synced: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the catalog that a test may change."""
    copy = tmp_path / "catalog.db"
    shutil.copyfile(synced, copy)
    monkeypatch.setenv("CATALOG_DATABASE_URL", str(copy))
    return copy


@pytest.fixture
def run(database: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Call ``catalog`` in this process."""

    def call(*arguments: str) -> Result:
        capsys.readouterr()
        status = main(arguments)
        captured = capsys.readouterr()
        return Result(status, captured.out, captured.err)

    return call


@pytest.fixture
def spawn(database: Path) -> Run:
    """Call ``catalog`` in a process of its own."""

    def call(*arguments: str, env: dict[str, str] | None = None, prelude: str = "") -> Result:
        program = (sys.executable, "-c", f"{prelude}\n{PROGRAM[2]}")
        done = subprocess.run(
            [*program, *arguments],
            env={**os.environ, **(env or {})},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )
        return Result(done.returncode, done.stdout, done.stderr)

    return call
