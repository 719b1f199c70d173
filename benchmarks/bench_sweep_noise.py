"""How far two sweeps of the same models on the same machine lie apart.

Measures some tiny models, then the same once more, each in a process of its own as always. Prints how far the medians
of each model lie apart, the median of that, and how many lie within the noise that their rows report: within their
process alone, and with what the comparison of runs allows for another process. Ends with status 1 where the median is
above the bar.

    python benchmarks/bench_sweep_noise.py [--models N] [--seconds S] [--threads N] [--database URL] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import math
import statistics
import sys
import tempfile
from pathlib import Path

from catalog import Catalog
from catalog.benchmark.events import Event, Finished
from catalog.benchmark.job import Care, Job
from catalog.benchmark.noise import noise_of
from catalog.benchmark.options import SweepOptions
from catalog.benchmark.rows import read_rows
from catalog.benchmark.sweep import sweep
from catalog.measurements import Measurement

BAR = 0.10


def main() -> None:
    """Run both sweeps and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=30, help="how many models (default: 30)")
    parser.add_argument("--seconds", type=float, default=1.0, help="timed runs of each take so long (default: 1)")
    parser.add_argument("--threads", type=int, help="threads of torch (default: all cores)")
    parser.add_argument("--database", help="a catalog of the installed transformers; the default one if left out")
    parser.add_argument("--keep", type=Path, help="keep the rows in this folder")
    arguments = parser.parse_args()
    care = Care(seconds=arguments.seconds, flops=False, memory=False, estimate=False)
    with Catalog.open(arguments.database) as catalog:
        jobs = catalog.bench_jobs(None, scale="tiny", limit=arguments.models, care=care)
    options = SweepOptions(threads=arguments.threads)
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        first, second = (measured(jobs, folder / f"sweep-{number}.ndjson", options) for number in (1, 2))
    sys.exit(told([(first[key], second[key]) for key in first if key in second], len(jobs)))


def measured(jobs: tuple[Job, ...], output: Path, options: SweepOptions) -> dict[str, Measurement]:
    """The rows with a time, by what was asked for."""
    summary = sweep(jobs, output, options, listener=progress)
    print(f"{output.name}: {dict(summary.statuses)} in {summary.seconds:.0f} s", file=sys.stderr)
    return {row.key: row for row in read_rows(output) if row.latency is not None}


def progress(event: Event) -> None:
    """Tell how far it is."""
    if isinstance(event, Finished) and sys.stderr.isatty():
        print(f"\r{event.done}/{event.total} {event.job.name:30.30}", end="", file=sys.stderr, flush=True)
        if event.done == event.total:
            print(file=sys.stderr)


def told(pairs: list[tuple[Measurement, Measurement]], asked: int) -> int:
    """Print what came of it; the exit status."""
    if not pairs:
        print(f"None of {asked} models was measured twice.")
        return 1
    apart, within, allowed = [], 0, 0
    for one, two in pairs:
        before, after = one.latency, two.latency
        assert before is not None
        assert after is not None
        apart.append(abs(after.p50 / before.p50 - 1))
        within += apart[-1] <= before.noise + after.noise
        allowed += apart[-1] <= math.hypot(noise_of(one), noise_of(two))
        print(
            f"{one.subject.model_type or one.subject.config_class:32.32} {before.p50 * 1e3:9.3f} ms "
            f"{after.p50 * 1e3:9.3f} ms {apart[-1]:7.1%}  noise {before.noise:6.1%} {after.noise:6.1%}"
        )
    median = statistics.median(apart)
    print(f"{len(pairs)} of {asked} models were measured twice.")
    print(f"Median difference of the medians: {median:.1%} (bar: {BAR:.0%}), largest {max(apart):.1%}.")
    print(f"Within the noise of both rows: {within}; with what the comparison allows for another process: {allowed}.")
    return 0 if median <= BAR else 1


if __name__ == "__main__":
    main()
