"""The whole site of the installed release, built once for all tests and all parallel workers, and smaller ones."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from measured_samples import measured_rows

from catalog import Catalog
from catalog.cli.reference import command_references
from catalog.measurements import Measurement
from catalog.records import Release
from catalog.site.build import SiteReport, build_site
from catalog.store import open_store

BuildSite = Callable[..., SiteReport]


@pytest.fixture(scope="session")
def whole_site(installed_release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of a site with every configuration class of the installed transformers.

    The first worker builds it, the others wait. Between runs the build's own cache stays, so that only pages that
    changed are rendered again; CATALOG_TEST_SITE names another folder to keep it in.
    """
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    beside = base.parent.parent if os.environ.get("PYTEST_XDIST_WORKER") else base.parent
    kept = Path(os.environ.get("CATALOG_TEST_SITE") or beside / "catalog-site")
    kept.mkdir(mode=0o700, exist_ok=True, parents=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = shared / "whole-site-is-built"
        if not done.exists():
            database = shared / "whole.db"
            with open_store(database) as store:
                store.write_release(installed_release)
            with Catalog.open(database) as catalog:
                catalog.record_measurements(measured_rows(config.name for config in installed_release.classes[::4]))
                commands = command_references(str(database))
                build_site(catalog, kept / "site", commands=commands, work=kept / "work")
            done.touch()
    return kept / "site"


@pytest.fixture
def build_of(tmp_path: Path) -> BuildSite:
    """Builds a site of given releases."""

    def build(
        *releases: Release, name: str = "site", measurements: Iterable[Measurement] = (), **options: object
    ) -> SiteReport:
        database = tmp_path / f"{name}.db"
        with open_store(database) as store:
            for release in releases:
                store.write_release(release)
        with Catalog.open(database) as catalog:
            catalog.record_measurements(measurements)
            return build_site(catalog, tmp_path / name, work=tmp_path / f"{name}-work", **options)  # type: ignore[arg-type]

    return build
