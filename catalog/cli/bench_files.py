"""Where rows of benchmarks are kept when no file is named, and which of these files a sweep goes on with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.benchmark.job import Job


def benchmarks_folder() -> Path:
    """The folder of the rows, in the user's data folder beside the catalog; it is made where it is not there."""
    from catalog.store.location import default_path

    folder = default_path().parent / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def new_file(run: str | None) -> Path:
    """The file of a run; one with the time in its name, which is not there yet, where the run has no name."""
    from catalog.benchmark.options import new_run_name

    folder = benchmarks_folder()
    if run is not None:
        return folder / f"{run}.ndjson"
    name = new_run_name()
    path, number = folder / f"{name}.ndjson", 1
    while path.exists():
        number += 1
        path = folder / f"{name}-{number}.ndjson"
    return path


def unfinished_file(jobs: Sequence[Job]) -> Path:
    """The newest file with rows of some of these jobs, and of nothing else.

    Raises:
        UsageError: If there is none.
    """
    from catalog.errors import UsageError

    wanted = {job.key for job in jobs}
    folder = benchmarks_folder()
    files = sorted(folder.glob("*.ndjson"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in files:
        done = _done(path)
        if done is not None and done < wanted:
            return path
    raise UsageError(
        f"There is no unfinished sweep of these jobs in {folder}.",
        remedy="Start it without --resume, or name its file with --output.",
    )


def _done(path: Path) -> frozenset[str] | None:
    """What a file has rows of, but for those that were interrupted; ``None`` where it cannot be read, or is empty."""
    from catalog.benchmark.rows import read_rows
    from catalog.errors import CatalogError

    try:
        rows = read_rows(path)
    except CatalogError:
        return None
    ends = {row.key: row.status for row in rows}
    return frozenset(key for key, status in ends.items() if status != "interrupted") if ends else None
