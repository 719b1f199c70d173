"""The folder between catalog and site: Markdown, configuration and mkdocs' own output, kept for the next build."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from catalog.errors import UsageError


@dataclass(frozen=True, slots=True)
class Work:
    """The folder.

    Attributes:
        root: The folder itself.
    """

    root: Path

    @property
    def docs(self) -> Path:
        """Where the Markdown lies."""
        return self.root / "docs"

    @property
    def pages(self) -> Path:
        """What mkdocs made of it."""
        return self.root / "pages"

    @property
    def assets(self) -> Path:
        """Files that are made from the catalog and are no pages."""
        return self.root / "assets"

    @property
    def configuration(self) -> Path:
        """The configuration of mkdocs."""
        return self.root / "mkdocs.yml"

    def read_frame(self) -> str | None:
        """What the pages of the last build were framed by; ``None`` where that build did not end well."""
        try:
            return self._frame.read_text(encoding="utf-8")
        except FileNotFoundError:
            return None

    def forget_frame(self) -> None:
        """Say that a build is under way: until it ends, nothing that lies here is known to be whole."""
        self._frame.unlink(missing_ok=True)

    def write_frame(self, frame: str) -> None:
        """Say that a build ended well."""
        self._frame.write_text(frame, encoding="utf-8")

    @property
    def _frame(self) -> Path:
        return self.root / "frame"


def keep_only(folder: Path, paths: Collection[str]) -> None:
    """Remove all files of a folder but these, and folders that are empty then."""
    kept = set(paths)
    for root, _, names in os.walk(folder, topdown=False):
        here = Path(root)
        for name in names:
            if (here / name).relative_to(folder).as_posix() not in kept:
                (here / name).unlink()
        if here != folder and not any(here.iterdir()):
            here.rmdir()


@contextmanager
def open_work(root: Path | None, output: Path) -> Iterator[Work]:
    """Make the folder, or take that of the last build into the same output folder, for one build at a time.

    Args:
        root: The folder; ``None`` for one in the user's cache.
        output: The output folder.

    Raises:
        UsageError: If another build works in it.
    """
    if root is None:
        key = hashlib.sha256(str(output.resolve()).encode()).hexdigest()[:12]
        root = Path(platformdirs.user_cache_dir("transformers-catalog", appauthor=False)) / "site" / key
    root.mkdir(parents=True, exist_ok=True)
    work = Work(root.resolve())
    for folder in (work.docs, work.pages, work.assets):
        folder.mkdir(exist_ok=True)
    with (root / "lock").open("w") as lock:
        if not _locked(lock.fileno()):
            raise UsageError(f"Another build works in {root}.", remedy="Wait for it, or name another output folder.")
        yield work


def _locked(handle: int) -> bool:
    """Lock a file for this process until it is closed, however the process ends; False where another one has it."""
    try:
        import fcntl  # noqa: PLC0415  # not on Windows, where builds into one folder are not kept apart
    except ImportError:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
