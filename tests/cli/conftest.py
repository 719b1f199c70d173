"""Runs the command line, in this process or in one of its own, against a catalog of the installed transformers."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from catalog.cli import main
from catalog.records import Architecture, ModelType, Release, Traits
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
        store.write_release(with_architectures(installed_release))
    return path


def with_architectures(release: Release) -> Release:
    """The release, with a few architectures, whatever the extractor found."""
    names = {
        "llama": ("LlamaConfig", "LlamaForCausalLM", "text-generation"),
        "gemma3": ("Gemma3Config", "Gemma3ForConditionalGeneration", "image-text-to-text"),
        "bert": ("BertConfig", "BertForMaskedLM", "fill-mask"),
    }
    return replace(
        release,
        architectures=tuple(
            Architecture(name=name, module=None, config_class=owner, model_types=(model_type,), tasks=(task,))
            for model_type, (owner, name, task) in sorted(names.items(), key=lambda item: item[1][1])
        ),
        model_types=tuple(
            ModelType(name=cls.model_type, config_class=cls.name)
            for cls in sorted(release.classes, key=lambda cls: cls.model_type or "")
            if cls.model_type and not cls.is_base and cls.name in {"LlamaConfig", "Gemma3Config", "BertConfig"}
        ),
        traits=(
            Traits(config_class="BertConfig", modality="text", attention=("multi-head",)),
            Traits(config_class="Gemma3Config", modality="multimodal"),
            Traits(config_class="LlamaConfig", modality="text", attention=("grouped-query",)),
        ),
    )


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
