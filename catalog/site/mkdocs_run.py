"""Runs mkdocs in a process of its own, strictly: a warning is an error."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from catalog.errors import CatalogError, MissingDependencyError

_SHOWN = 20
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)


class SiteError(CatalogError):
    """mkdocs failed, or warned.

    Attributes:
        log: What it said.
    """

    exit_status = 1

    def __init__(self, log: str) -> None:
        self.log = log
        lines = log.strip().splitlines()
        super().__init__("mkdocs could not build the site:\n" + "\n".join(lines[-_SHOWN:]))


def require_mkdocs() -> None:
    """See that what builds the site is installed.

    Raises:
        MissingDependencyError: If it is not.
    """
    for module, package in (("jinja2", "Jinja2"), ("mkdocs", "mkdocs"), ("material", "mkdocs-material")):
        if importlib.util.find_spec(module) is None:
            raise MissingDependencyError(package, extra="site")


def run_mkdocs(configuration: Path, *, moment: str | None, dirty: bool = False) -> None:
    """Run ``mkdocs build --strict``.

    Args:
        configuration: Its configuration file.
        moment: When what the site shows was published (ISO 8601): the date that mkdocs writes in place of today's, so
            that the same catalog gives the same bytes.
        dirty: Render only the pages whose Markdown is newer than their result.

    Raises:
        SiteError: If mkdocs fails or warns.
    """
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": os.environ.get("SOURCE_DATE_EPOCH") or str(_epoch(moment)),
        "NO_MKDOCS_2_WARNING": "true",
        "DISABLE_MKDOCS_2_WARNING": "true",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
    }
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "-f", str(configuration)]
    done = subprocess.run(
        [*command, "--dirty"] if dirty else [*command, "--clean"],
        env=environment,
        cwd=configuration.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode != 0 or done.stdout.strip():
        raise SiteError(done.stdout)


def _epoch(moment: str | None) -> int:
    """Seconds since 1970; a day that zip and gzip can express where the moment is not known."""
    try:
        found = datetime.fromisoformat(moment) if moment else _EARLIEST
    except ValueError:
        found = _EARLIEST
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
