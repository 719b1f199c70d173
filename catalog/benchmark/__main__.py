"""Measures the jobs of a file on a machine that has torch and transformers and nothing else.

Run ``python -m catalog.benchmark --help``. It needs neither a database nor a network, and no package beside torch,
transformers and what they need themselves: the folders ``catalog`` and ``data`` can be copied to where they are needed.
"""

from __future__ import annotations

import argparse
import dataclasses
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from catalog.benchmark.events import Event, Finished, Summary
from catalog.benchmark.grid import DTYPES
from catalog.benchmark.job import Job
from catalog.benchmark.options import SweepOptions
from catalog.benchmark.rows import read_jobs
from catalog.benchmark.sweep import sweep
from catalog.errors import CatalogError
from catalog.quantities import format_duration, format_percent, parse_bytes, parse_seconds

_EXAMPLE = """\
example, for a GPU machine without a network:
  here    catalog bench plan --all --scale full --output jobs.ndjson
          tar czf carry.tar.gz catalog data jobs.ndjson
  there   tar xzf carry.tar.gz
          PYTHONPATH=. python -m catalog.benchmark jobs.ndjson --output rows.ndjson --device cuda --dtype bfloat16
  here    catalog bench import rows.ndjson

The file of rows grows by one line a model, at once. The same command goes on where it was ended.
Exit status: 0 something was measured, or there was nothing left to do; 1 nothing could be; 2 wrong usage;
130 interrupted. Measuring on a GPU has not been tried by the authors of this version."""

_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command.

    Args:
        arguments: What follows the name of the command; ``None`` for those of this process.

    Returns:
        The exit status.
    """
    parser = _parser()
    given = parser.parse_args(arguments)
    try:
        options = SweepOptions(
            run=given.run,
            jobs=given.jobs,
            threads=given.threads,
            pin=given.pin,
            seconds=given.timeout,
            memory=given.memory_limit,
            executor=given.executor,
            ray_address=given.ray_address,
            again=given.again,
        )
        jobs = [_changed(job, given) for job in read_jobs(given.jobs_file)]
        if not jobs:
            raise CatalogError(f"{given.jobs_file} holds no jobs.")
        summary = sweep(jobs, given.output, options, listener=_tell)
    except CatalogError as error:
        _say(f"error: {error}")
        return error.exit_status
    except KeyboardInterrupt:  # before the sweep began to look for it
        return _INTERRUPTED
    _say(_told(summary))
    if summary.interrupted:
        return _INTERRUPTED
    return 1 if summary.statuses and "measured" not in summary.statuses else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m catalog.benchmark",
        description="Measure models, each in a process of its own, and write one line of JSON for each.",
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("jobs_file", metavar="JOBS", type=Path, help="file of jobs, one JSON object a line")
    add("--output", metavar="ROWS", type=Path, required=True, help="file of rows to add to")
    add("--run", metavar="NAME", help="name of the sweep; default: the last one of ROWS, or the time")
    add("--device", metavar="D", type=_device, help="device of all jobs: cpu, cuda or cuda:1")
    add("--dtype", choices=DTYPES, help="element type of all jobs")
    add("--batch-size", metavar="B", type=_positive, help="batch of all jobs")
    add("--sequence-length", metavar="S", type=_positive, help="tokens of all jobs")
    add("--jobs", metavar="N", type=int, default=1, help="workers side by side (default: 1)")
    add("--threads", metavar="N", type=int, help="threads of torch (default: the cores of a worker)")
    add("--no-pin", dest="pin", action="store_false", help="let workers share all cores")
    add("--timeout", metavar="T", type=_quantity(parse_seconds), default=120.0, help="time of a worker (default: 2m)")
    add("--memory-limit", metavar="B", type=_quantity(parse_bytes), help="memory of a worker (default: what is free)")
    add("--executor", choices=("local", "ray"), default="local", help="what runs the workers (default: local)")
    add("--ray-address", metavar="A", help="address of a Ray cluster")
    add("--again", action="store_true", help="run jobs that have a row, too")
    return parser


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"it has to be 1 or more, not {number}")
    return number


def _device(text: str) -> str:
    if re.fullmatch(r"cpu|cuda(:\d{1,3})?", text) is None:
        raise argparse.ArgumentTypeError(f"there is no device {text!r}: write cpu, cuda or cuda:1")
    return text


def _quantity(parse: Callable[[str], Any]) -> Callable[[str], Any]:
    """A parser of quantities whose message reaches the user."""

    def read(text: str) -> Any:
        try:
            return parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def _changed(job: Job, given: argparse.Namespace) -> Job:
    """The job with what was asked for all of them."""
    changes = {
        name: getattr(given, name)
        for name in ("device", "dtype", "batch_size", "sequence_length")
        if getattr(given, name) is not None
    }
    return dataclasses.replace(job, workload=dataclasses.replace(job.workload, **changes))


def _tell(event: Event) -> None:
    if not isinstance(event, Finished):
        return
    row = event.measurement
    if row.latency is None:
        found = f"{row.status}: {row.reason or ''}"
    else:
        found = f"{format_duration(row.latency.p50)} ±{format_percent(row.latency.noise)}"
        if row.asked_batch_size is not None:
            found += f" (batch {row.workload.batch_size} instead of {row.asked_batch_size})"
    name = f"{event.job.name} {row.subject.architecture}".rstrip()
    _say(f"{event.done}/{event.total} {name} {row.workload.mode}: {found}")


def _told(summary: Summary) -> str:
    """The last line: what came of it."""
    parts = [f"{count} {status}" for status, count in sorted(summary.statuses.items(), key=lambda item: -item[1])]
    if summary.known:
        parts.append(f"{summary.known} known before")
    if summary.left:
        parts.append(f"{summary.left} left")
    lines = [*summary.notes, f"run {summary.run} in {summary.output}: {', '.join(parts) or 'nothing to do'}"]
    if summary.interrupted:
        lines.append("Interrupted. The same command goes on with what is left.")
    return "\n".join(lines)


def _say(text: str) -> None:
    with suppress(OSError):  # whoever listened has gone, which is no reason to end
        print(text, file=sys.stderr, flush=True)  # noqa: T201  # a command of its own, beside the large one


if __name__ == "__main__":
    sys.exit(main())
