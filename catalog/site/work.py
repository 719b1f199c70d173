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
    def html(self) -> Path:
        """Where mkdocs writes."""
        return self.root / "html"

    @property
    def configuration(self) -> Path:
        """The configuration of mkdocs."""
        return self.root / "mkdocs.yml"

    def sources(self) -> list[str]:
        """Paths of the Markdown files, sorted."""
        return sorted(path.relative_to(self.docs).as_posix() for path in self.docs.rglob("*.md"))

    def keep_only(self, paths: Collection[str]) -> None:
        """Remove all files of the documentation's folder but these, and folders that are empty then."""
        kept = set(paths)
        for folder, _, names in os.walk(self.docs, topdown=False):
            here = Path(folder)
            for name in names:
                if (here / name).relative_to(self.docs).as_posix() not in kept:
                    (here / name).unlink()
            if here != self.docs and not any(here.iterdir()):
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
    work.docs.mkdir(exist_ok=True)
    lock = root / "lock"
    try:
        handle = os.open(lock, os.O_CREAT | os.O_EXCL)
    except FileExistsError as error:
        raise UsageError(
            f"Another build works in {root}.", remedy=f"Wait for it; if none runs, remove {lock}."
        ) from error
    try:
        yield work
    finally:
        os.close(handle)
        lock.unlink(missing_ok=True)
