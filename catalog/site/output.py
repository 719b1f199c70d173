"""The output folder: only what a build made is ever replaced or removed there."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from catalog.errors import UsageError
from catalog.site.sources import site_sources

MARKER = ".catalog-site.json"
"""Names the files of a build within its output folder; mkdocs leaves files with a dot alone."""


def check_output(output: Path) -> None:
    """See that a build may write there.

    Raises:
        UsageError: If it is a file, cannot be made, lies within the sources or contains them, or holds what no build
            made.
    """
    path = output.resolve()
    package = Path(__file__).resolve().parent.parent
    for source in (site_sources().resolve(), package):
        if path == source or source in path.parents or path in source.parents:
            raise UsageError(
                f"{output} is where the sources of the site lie.", remedy="Name another folder with --output."
            )
    if not path.exists():
        try:
            path.mkdir(parents=True)  # now rather than after a minute's work
        except OSError as error:
            raise UsageError(
                f"{output} cannot be made: {error.strerror}.", remedy="Name another folder with --output."
            ) from error
        return
    if not path.is_dir():
        raise UsageError(f"{output} is no folder.", remedy="Name another one with --output.")
    if not (path / MARKER).is_file() and any(path.iterdir()):
        raise UsageError(
            f"{output} is not empty and was not made by a build.",
            remedy="Name a new folder with --output, or empty this one.",
        )


def mirror(built: Sequence[Path], output: Path) -> tuple[int, int]:
    """Bring the output folder to what was built.

    Files that are the same stay untouched; files of a former build that there are no longer are removed; files that no
    build made stay where they are.

    Args:
        built: Folders with what was built; where several have a file of one name, the last one counts.
        output: The output folder.

    Returns:
        Number of files, and their size in bytes.
    """
    output.mkdir(parents=True, exist_ok=True)
    marker = output / MARKER
    former = set(json.loads(marker.read_text(encoding="utf-8"))["files"]) if marker.exists() else set()
    found = {path: source for folder in built for path, source in _files(folder)}
    files = sorted(found)
    marker.write_text(_marker(sorted(former.union(files))), encoding="utf-8", newline="\n")
    size = sum(_copy(found[path], output / path) for path in files)
    for path in sorted(former.difference(files), reverse=True):
        _remove(output, path)
    marker.write_text(_marker(files), encoding="utf-8", newline="\n")
    return len(files), size


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for root, _, names in os.walk(folder):
        for name in names:
            path = Path(root, name)
            yield path.relative_to(folder).as_posix(), path


def _marker(files: list[str]) -> str:
    return json.dumps({"about": "The files that catalog site build made here.", "files": files}, indent=0) + "\n"


def _copy(source: Path, target: Path) -> int:
    """Copy a file unless its copy is there; its size in bytes."""
    content = source.read_bytes()
    try:
        if target.stat().st_size == len(content) and target.read_bytes() == content:
            return len(content)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
    if target.is_dir():
        shutil.rmtree(target)
    target.write_bytes(content)
    return len(content)


def _remove(output: Path, relative: str) -> None:
    """Remove a file, and the folders above it that are empty then."""
    path = output / relative
    if ".." in path.parts or not path.resolve().is_relative_to(output.resolve()):
        return
    path.unlink(missing_ok=True)
    for folder in path.parents:
        if folder == output or not folder.is_dir() or any(folder.iterdir()):
            return
        folder.rmdir()
