"""What ``catalog bench run`` and ``catalog bench plan`` do once their arguments are read."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

    from catalog.benchmark.events import Summary
    from catalog.benchmark.grid import Grid
    from catalog.benchmark.job import Care, Job
    from catalog.benchmark.options import SweepOptions
    from catalog.cli.bench_options import Asked
    from catalog.measurements import Measurement
    from catalog.query import Catalog

_PAGES = 3
"""Rows of one model that get a page each; more of them are a table."""
_TABLE = 60
"""Rows that are all shown; of more only how they ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunArguments:
    """How a sweep is run, named as the options of ``catalog bench run`` are."""

    output: Path | None = None
    resume: bool = False
    again: bool = False
    run: str | None = None
    jobs: int = 1
    threads: int | None = None
    pin: bool = True
    timeout: str | None = None
    memory_limit: str | None = None
    executor: str = "local"
    ray_address: str | None = None
    json: bool = False


def run_bench(context: typer.Context, asked: Asked, arguments: RunArguments, database: str | None) -> int:
    """Measure, and write what came of it.

    Returns:
        The exit status: 0 where something was measured and every named model was, 1 where not, 130 where it was
        interrupted.

    Raises:
        CatalogError: If something asked for does not exist, or does not go together.
    """
    from catalog.builder.errors import FaultySpecError, need_torch
    from catalog.cli import INTERRUPTED
    from catalog.cli.bench_files import forget_jobs
    from catalog.cli.bench_live import shown_sweep
    from catalog.cli.build_one import write_findings
    from catalog.cli.session import opened
    from catalog.errors import UsageError

    unnamed = arguments.resume and not asked.everything and not asked.specs
    if not unnamed:
        asked.check()
    elif asked != type(asked)():
        raise UsageError(
            "--resume without a model goes on with what the newest unfinished sweep was asked for.",
            remedy="Leave out what says what is measured, or name the models again, too.",
        )
    need_torch()
    options = _sweep_options(arguments)
    grid, care = asked.grid(), asked.care()
    with opened(context, database) as catalog:
        try:
            jobs = () if unnamed else _jobs(catalog, asked, grid, care)
        except FaultySpecError as error:
            return write_findings(error)
        output, jobs = _output(arguments, jobs)
        with shown_sweep(len(jobs)) as listener:
            summary = catalog.bench(jobs, output, options, listener=listener)
    if arguments.output is None and not summary.left:
        forget_jobs(output)
    rows = _rows(summary, jobs)
    _tell(summary)
    _write(rows, arguments, summary)
    if summary.interrupted:
        _tell_how_to_go_on(summary, arguments)
        return INTERRUPTED
    measured = sum(row.status == "measured" for row in rows)
    return 0 if measured and (asked.everything or unnamed or measured == len(rows)) else 1


def plan_bench(context: typer.Context, asked: Asked, output: Path, database: str | None) -> int:
    """Write the jobs to a file, and tell how they are run elsewhere.

    Returns:
        The exit status: 1 where a spec has errors.

    Raises:
        CatalogError: If something asked for does not exist, or does not go together.
    """
    from catalog.benchmark.rows import write_jobs
    from catalog.builder.errors import FaultySpecError
    from catalog.cli.build_one import write_findings
    from catalog.cli.output import note, write
    from catalog.cli.session import opened
    from catalog.quantities import count_text
    from catalog.resources import resource_folder

    asked.check()
    grid, care = asked.grid(), asked.care()
    with opened(context, database) as catalog:
        try:
            jobs = _jobs(catalog, asked, grid, care)
        except FaultySpecError as error:
            return write_findings(error)
    write_jobs(output, jobs)
    data, rows = resource_folder("data"), f"{output.stem}-rows.ndjson"
    package = Path(data).parent if data.parent.name == "_bundled" else data
    root = package.parent.parent if package.name == "_bundled" else package.parent
    folders = "the folder catalog" if package.name == "_bundled" else "the folders catalog and data"
    note(f"Wrote {count_text(len(jobs), 'job')} to {output}.")
    note(
        f"Carry it, with {folders} of {root}, to where torch and transformers are; nothing else need be there. Run it:"
    )
    words = ["python", "-m", "catalog.benchmark", output.name, "--output", rows, "--device", asked.device]
    write(f"PYTHONPATH=. {shlex.join(words)}")
    note(f"Then, here: catalog bench import {rows}")
    return 0


def _jobs(catalog: Catalog, asked: Asked, grid: Grid, care: Care) -> tuple[Job, ...]:
    from catalog.errors import UsageError

    jobs = catalog.bench_jobs(
        None if asked.everything else asked.specs,
        grid=grid,
        scale=asked.chosen_scale(),
        options=asked.options(),
        only=asked.only,
        limit=asked.limit,
        care=care,
    )
    if not jobs:
        raise UsageError("There is nothing to measure: none of these models does what is asked for.")
    return jobs


def _sweep_options(arguments: RunArguments) -> SweepOptions:
    from catalog.benchmark.options import SweepOptions
    from catalog.cli.bench_options import read_bytes, read_seconds
    from catalog.errors import UsageError

    if arguments.resume and (arguments.output is not None or arguments.run is not None or arguments.again):
        raise UsageError("--resume chooses the file and the run itself: it goes with none of --output, --run, --again.")
    if arguments.executor not in ("local", "ray"):
        raise UsageError(f"There is no executor {arguments.executor!r}.", remedy="Take local or ray.")
    seconds = SweepOptions().seconds if arguments.timeout is None else read_seconds("--timeout", arguments.timeout)
    return SweepOptions(
        run=arguments.run,
        jobs=arguments.jobs,
        threads=arguments.threads,
        pin=arguments.pin,
        memory=None if arguments.memory_limit is None else read_bytes("--memory-limit", arguments.memory_limit),
        executor="ray" if arguments.executor == "ray" else "local",
        ray_address=arguments.ray_address,
        again=arguments.again,
        seconds=seconds,
    )


def _output(arguments: RunArguments, jobs: tuple[Job, ...]) -> tuple[Path, tuple[Job, ...]]:
    """The file of the rows, and the jobs: those that were asked for, or else those of the sweep that goes on."""
    from catalog.cli.bench_files import new_file, remember_jobs, unfinished_sweep

    if arguments.resume:
        return unfinished_sweep(jobs or None)
    if arguments.output is not None:
        return arguments.output, jobs
    output = new_file(arguments.run)
    remember_jobs(output, jobs)
    return output, jobs


def _rows(summary: Summary, jobs: Sequence[Job]) -> tuple[Measurement, ...]:
    """The rows of these jobs, in their order; the newest where the file has several of one."""
    from catalog.benchmark.rows import read_rows

    found = {row.key: row for row in read_rows(summary.output) if row.run == summary.run}
    return tuple(found[key] for key in dict.fromkeys(job.key for job in jobs) if key in found)


def _tell(summary: Summary) -> None:
    from catalog.cli.output import note
    from catalog.quantities import count_text, format_duration

    for sentence in summary.notes:
        note(sentence)
    if summary.known:
        rows = "the row" if summary.total == 1 else f"{summary.known} of the {summary.total} rows"
        note(f"The run {summary.run} has {rows} already; --again measures again.")
    done = summary.done - summary.known
    if done > 1:
        measured = summary.statuses.get("measured", 0)
        note(f"Measured {measured:,} of {count_text(done, 'job')} in {format_duration(summary.seconds)}.")


def _write(rows: Sequence[Measurement], arguments: RunArguments, summary: Summary) -> None:
    from catalog.cli.output import note, write, write_json
    from catalog.measurements import measurement_to_document

    if arguments.json:
        write_json([measurement_to_document(row) for row in rows])
    if arguments.json or not rows:
        return
    from catalog.cli.bench_pages import write_counts, write_environments, write_many, write_one

    subjects = {(row.subject.config_class, row.subject.scale) for row in rows}
    if len(subjects) == 1 and len(rows) <= _PAGES:
        for number, row in enumerate(rows):
            if number:
                write("")
            write_one(row)
    elif len(rows) <= _TABLE:
        write_many(rows)
    else:
        write_counts(rows)
        note(f"Every row is shown by: catalog bench results --run {shlex.quote(summary.run)}")
    write_environments(rows)
    note(f"The rows are in {summary.output}, and in the catalog as the run {summary.run}.")


def _tell_how_to_go_on(summary: Summary, arguments: RunArguments) -> None:
    from catalog.cli.output import note
    from catalog.quantities import count_text

    words = [word for word in sys.argv[1:] if word not in {"--again", "--resume"}]
    if arguments.output is None and arguments.run is None:
        words.append("--resume")
    note(f"{count_text(summary.left, 'job')} left. Go on with: catalog {shlex.join(words)}")
