"""Runs mkdocs in a process of its own, strictly: a warning is an error."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from catalog.errors import CatalogError, MissingDependencyError
from catalog.site.mkdocs_hook import CHOSEN

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One run of mkdocs.

    Attributes:
        configuration: Its configuration file.
        chosen: File that names the sources to render, one a line.
    """

    configuration: Path
    chosen: Path


def run_mkdocs(runs: Sequence[Run], *, moment: str | None) -> None:
    """Run ``mkdocs build --strict``, several at a time.

    It is not run with ``--quiet``, with which it counts no warnings and ``--strict`` means nothing.

    Args:
        runs: What to run.
        moment: When what the site shows was published (ISO 8601): the date that mkdocs writes in place of today's, so
            that the same catalog gives the same bytes.

    Raises:
        SiteError: If one of them fails or warns.
    """
    environment = {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(_epoch(moment)),
        "NO_MKDOCS_2_WARNING": "1",
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "0",
    }
    started = []
    try:
        for run in runs:
            command = [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(run.configuration)]
            started.append(
                subprocess.Popen(
                    command,
                    env={**environment, CHOSEN: str(run.chosen)},
                    cwd=run.configuration.parent,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                )
            )
        logs = [process.communicate()[0] for process in started]
    finally:
        for process in started:
            if process.poll() is None:
                process.kill()
                process.wait()
    for process, log in zip(started, logs, strict=True):
        if process.returncode != 0:
            raise SiteError(log)


def _epoch(moment: str | None) -> int:
    """Seconds since 1970; a day that zip and gzip can express where the moment is not known."""
    try:
        found = datetime.fromisoformat(moment) if moment else _EARLIEST
    except ValueError:
        found = _EARLIEST
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())
