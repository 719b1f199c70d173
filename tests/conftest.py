"""What several rooms' tests share: the installed transformers, read once a fingerprint."""

from __future__ import annotations

import importlib.util
import os
import pickle
import shutil
from pathlib import Path

import pytest
from hypothesis import settings

from catalog.introspect import installed_release as describe_installed
from catalog.introspect import read_installed
from catalog.records import Release

pytest_plugins = ("postgres",)

# CI judges a change by the same examples every time; new ones are looked for where somebody can look at them.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI"):
    settings.load_profile("ci")


NEEDED_IN_CI = ("torch", "psycopg", "playwright", "axe_playwright_python", "html5lib", "pydantic_sarif", "ray")


def pytest_sessionstart(session: pytest.Session) -> None:
    """In CI nothing is skipped because something is missing: what is missing fails the run."""
    if not os.environ.get("CI"):
        return
    missing = [name for name in NEEDED_IN_CI if importlib.util.find_spec(name) is None]
    missing += [] if shutil.which("chromium") else ["chromium"]
    if missing:
        pytest.exit(f"CI lacks {', '.join(missing)}", returncode=1)


@pytest.fixture(scope="session")
def installed_release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Records of the installed transformers.

    Reading takes seconds, so it is kept between runs and shared by parallel workers. The fingerprint covers the
    package, the environment and the extractor's own code: whatever changes the records makes a new file.
    """
    file = _folder(tmp_path_factory) / f"{describe_installed().fingerprint}.pickle"
    if file.is_file():
        release = pickle.loads(file.read_bytes())
        assert isinstance(release, Release)
        return release
    release = read_installed()
    temporary = file.with_suffix(f".{os.getpid()}")
    temporary.write_bytes(pickle.dumps(release))
    temporary.replace(file)
    return release


def _folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder beside the runs' temporary folders, which belong to this user alone."""
    base = tmp_path_factory.getbasetemp()
    root = base.parent.parent if os.environ.get("PYTEST_XDIST_WORKER") else base.parent
    folder = root / "catalog-releases"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
