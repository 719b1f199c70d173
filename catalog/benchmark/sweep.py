"""Runs many jobs and keeps a row of each, at once, so that a sweep can be ended at any moment and goes on later."""

from __future__ import annotations

import dataclasses
import signal
import threading
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from catalog.benchmark.events import Answered, Finished, Listener, Summary
from catalog.benchmark.job import Job
from catalog.benchmark.local_executor import LocalExecutor
from catalog.benchmark.options import SweepOptions, new_run_name
from catalog.benchmark.rows import append, locked, read_rows
from catalog.benchmark.workbench import Workers
from catalog.measurements import Measurement, Status

if TYPE_CHECKING:
    from catalog.benchmark.ray_executor import RayExecutor


def sweep(
    jobs: Sequence[Job],
    output: Path,
    options: SweepOptions | None = None,
    *,
    listener: Listener | None = None,
    workers: Workers | None = None,
) -> Summary:
    """Measure many jobs, each in a process of its own, and write one line for each as soon as it is known.

    Every job ends with one row. A job that has a row of the same run in the file is not run again, unless that row
    says that it was interrupted. An interruption (Ctrl-C or SIGTERM, in the main thread) ends the workers and leaves
    their jobs without a row, so that the same call goes on with them.

    Args:
        jobs: What to measure; those that ask for the same are run once.
        output: The file of the rows, to which is added.
        options: How it is run.
        listener: Told what happens.
        workers: What the processes load and call, where they do not measure.

    Returns:
        What came of it.

    Raises:
        CatalogError: If the file cannot be read or written, holds other lines, or another sweep writes it.
        MissingDependencyError: If torch, transformers, or Ray where it is asked for, cannot be loaded.
    """
    options = options or SweepOptions()
    began = time.monotonic()
    notes: list[str] = []
    statuses: Counter[Status] = Counter()
    unique: dict[str, Job] = {}
    for job in jobs:
        unique.setdefault(job.key, job)
    wanted = tuple(unique.values())
    with locked(output):
        run, known = _known(output, options, notes)
        left = [job for job in wanted if job.key not in known]
        with (
            _interruptions() as interruption,
            closing(_answers(left, options, interruption, listener, workers=workers)) as answers,
        ):
            for answered in answers:
                row = dataclasses.replace(answered.measurement, run=run)
                append(output, row)
                statuses[row.status] += 1
                if listener is not None:
                    listener(Finished(answered.job, answered.slot, row, statuses.total(), len(left)))
    return Summary(
        run=run,
        output=output,
        total=len(wanted),
        done=len(wanted) - len(left) + statuses.total(),
        known=len(wanted) - len(left),
        statuses=dict(statuses),
        seconds=time.monotonic() - began,
        interrupted=interruption.is_asked(),
        notes=tuple(notes),
    )


def _answers(
    jobs: Sequence[Job],
    options: SweepOptions,
    interruption: _Interruption,
    listener: Listener | None,
    *,
    workers: Workers | None,
) -> Generator[Answered, None, None]:
    """Run jobs; what happens besides their answers goes to the listener."""
    if not jobs:
        return
    cuda = any(job.workload.device.startswith("cuda") for job in jobs)
    with (
        _executor(options, cuda=cuda, workers=workers) as executor,
        closing(executor.run(jobs, interruption.is_asked)) as happenings,
    ):
        for happening in happenings:
            if isinstance(happening, Answered):
                yield happening
            elif listener is not None:
                listener(happening)


def _executor(options: SweepOptions, *, cuda: bool, workers: Workers | None) -> LocalExecutor | RayExecutor:
    if options.executor == "ray":
        from catalog.benchmark.ray_executor import RayExecutor  # noqa: PLC0415  # most sweeps run without it

        return RayExecutor(options, cuda=cuda, workers=workers)
    return LocalExecutor(options, cuda=cuda, workers=workers)


def _known(output: Path, options: SweepOptions, notes: list[str]) -> tuple[str, frozenset[str]]:
    """The name of the run, and what it has rows for already."""
    rows: tuple[Measurement, ...] = read_rows(output, report=notes.append)
    last = rows[-1].run if rows else ""
    run = options.run or (None if options.again else last) or new_run_name()
    if options.again:
        return run, frozenset()
    ends = {row.key: row.status for row in rows if row.run == run}
    return run, frozenset(key for key, status in ends.items() if status != "interrupted")


class _Interruption:
    """Remembers that an end was asked for, so that nothing is left half done."""

    def __init__(self) -> None:
        self._asked = False

    def is_asked(self) -> bool:
        return self._asked

    def ask(self, _signal: int, _frame: FrameType | None) -> None:
        self._asked = True


@contextmanager
def _interruptions() -> Iterator[_Interruption]:
    """Take Ctrl-C and SIGTERM as a wish to end, where this is the main thread and they are not ignored."""
    interruption = _Interruption()
    before: dict[int, Any] = {}
    if threading.current_thread() is threading.main_thread():
        for number in (int(signal.SIGINT), int(signal.SIGTERM)):
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                before[number] = signal.signal(number, interruption.ask)
    try:
        yield interruption
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
