"""What the builder's tests share: the facts of the installed release, and a catalog of it."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog import Catalog
from catalog.records import Release
from catalog.specs.memory import ReleaseKnowledge
from catalog.store import open_store

if importlib.util.find_spec("torch") is None:
    collect_ignore_glob = ["test_*"]


@pytest.fixture(autouse=True)
def _no_hub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def knowledge(installed_release: Release) -> ReleaseKnowledge:
    return ReleaseKnowledge(installed_release)


@pytest.fixture(scope="session")
def synced(installed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog of the installed transformers; nobody may write to it."""
    path = tmp_path_factory.mktemp("synced") / "catalog.db"
    with open_store(path) as store:
        store.write_release(installed_release)
    return path


@pytest.fixture(scope="session")
def catalog(synced: Path) -> Iterator[Catalog]:
    with Catalog.open(synced) as opened:
        yield opened
