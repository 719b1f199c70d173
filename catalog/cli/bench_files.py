"""Where rows of benchmarks are kept when no file is named, and which of these files a sweep goes on with."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalog.benchmark.job import Job

_JOBS = ".jobs.txt"
"""Ends the name of a file with the jobs of a sweep that is not done."""


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


def remember_jobs(output: Path, jobs: Sequence[Job]) -> None:
    """Keep what a sweep is to measure beside its rows, so that it can be found when it was ended."""
    from catalog.benchmark.rows import write_jobs

    write_jobs(_jobs_file(output), jobs)


def forget_jobs(output: Path) -> None:
    """Remove what :func:`remember_jobs` wrote, once the sweep is done."""
    _jobs_file(output).unlink(missing_ok=True)


def unfinished_sweep(jobs: Sequence[Job] | None) -> tuple[Path, tuple[Job, ...]]:
    """The newest sweep that was ended before it was done.

    Args:
        jobs: What it is to measure; ``None`` for whatever that is.

    Returns:
        Its file of rows, and its jobs.

    Raises:
        UsageError: If there is none.
    """
    from catalog.benchmark.rows import read_jobs
    from catalog.errors import CatalogError, UsageError

    folder = benchmarks_folder()
    wanted = None if jobs is None else {job.key for job in jobs}
    for path in sorted(folder.glob(f"*{_JOBS}"), key=lambda path: path.stat().st_mtime, reverse=True):
        try:
            found = read_jobs(path)
        except CatalogError:  # a file of another version is none that can be gone on with
            continue
        if wanted in (None, {job.key for job in found}):
            return path.with_name(path.name.removesuffix(_JOBS) + ".ndjson"), tuple(jobs or found)
    what = "There is no unfinished sweep" + ("" if jobs is None else " of these models with these options")
    raise UsageError(f"{what} in {folder}.", remedy="Start it without --resume, or name its file with --output.")


def _jobs_file(output: Path) -> Path:
    return output.with_name(output.name.removesuffix(".ndjson") + _JOBS)
