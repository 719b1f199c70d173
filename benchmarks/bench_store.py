"""How long it takes to import measurements, to read them and to compare two runs, and how large they are.

Run with: python benchmarks/bench_store.py [--rows 2500] [--database URL]

Rows like those of a sweep are written to a file and imported twice into a new catalog, as two runs. What a sync does
when the package brings nothing new is timed, too. The best of three counts, since the machine may do other things;
the work of this process stands beside the clock.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from catalog import Catalog
from catalog.benchmark.export import to_csv, to_ndjson
from catalog.measurements import Environment, Measurement, Memory, Subject, Timing, Workload, job_key
from catalog.model_facts import InputShape

IMPORT_BAR = 1.5
READ_BAR = 0.3
UNCHANGED_BAR = 0.05

ENVIRONMENT = Environment(
    torch="2.13.0+cpu", transformers="5.23.0", python="3.11.7", system="Linux-6.1-x86_64", processor="Example CPU",
    cores=2, memory=8 * 1024**3, threads=1, jobs=2, pinned=True, version="0.1.0", commit="0123456789abcdef",
)  # fmt: skip


def main() -> int:
    """Time it and print a table.

    Returns:
        0 if every bar is met, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2500, help="rows of a run (default 2500)")
    parser.add_argument("--database", help="an empty database to fill (default: a SQLite file that goes away again)")
    options = parser.parse_args()
    rows = made(options.rows, run="first", chance=random.Random(1))
    later = [replace(row, run="second", measured_at="2026-02-01T12:00:00Z") for row in rows]
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{name}.ndjson" for name in ("first", "second")]
        for file, written in zip(files, (rows, later), strict=True):
            file.write_text(to_ndjson(written), encoding="utf-8")
        database = Path(folder) / "catalog.db"
        with Catalog.open(options.database or database) as catalog:
            return report(catalog, files, database if options.database is None else None)


def report(catalog: Catalog, files: list[Path], database: Path | None) -> int:
    """Time everything on an empty catalog and print it."""
    size = files[0].stat().st_size
    print(f"A file of {len(files[0].read_bytes().splitlines()):,} rows, {size / 1e6:.1f} MB.\n")
    met = [
        line("import it", timed(lambda: catalog.import_measurements(files[0]), times=1), IMPORT_BAR),
        line("import it again", timed(lambda: catalog.import_measurements(files[0])), IMPORT_BAR),
        line("read all rows of a run", timed(lambda: catalog.measurements(run="first")), READ_BAR),
        line("import another run", timed(lambda: catalog.import_measurements(files[1]), times=1), IMPORT_BAR),
        line("read the latest rows of two runs", timed(catalog.measurements), READ_BAR),
        line("read the rows of a model", timed(lambda: catalog.measurements("Model7Config")), READ_BAR),
        line("tell the runs", timed(catalog.runs), READ_BAR),
        line("compare two runs", timed(lambda: catalog.compare_measurements("latest~1", "latest")), None),
        line("write them as CSV", timed(lambda: to_csv(catalog.measurements())), None),
        line("take in what comes with the package", timed(catalog.import_published, times=1), None),
        line("the same when nothing is new", timed(catalog.import_published), UNCHANGED_BAR),
    ]
    if database is not None:
        rows = len(catalog.measurements(latest=False))
        print(f"\nThe database holds {rows:,} rows in {database.stat().st_size / 1e6:.1f} MB.")
    return 0 if all(met) else 1


def timed(function: Callable[[], Any], *, times: int = 3) -> tuple[float, float]:
    """Seconds of the best of some calls: on the clock, and of this process's work."""
    best = (float("inf"), float("inf"))
    for _ in range(times):
        started, worked = time.perf_counter(), time.process_time()
        function()
        best = min(best, (time.perf_counter() - started, time.process_time() - worked))
    return best


def line(what: str, seconds: tuple[float, float], bar: float | None) -> bool:
    """Print one figure; false where it is above its bar."""
    clock, work = seconds
    beside = "" if bar is None else f"  (bar {1000 * bar:,.0f} ms{'' if clock <= bar else ': not met'})"
    print(f"{what:<36}{1000 * clock:>9.1f} ms, of work {1000 * work:>7.1f} ms{beside}")
    return bar is None or clock <= bar


def made(count: int, *, run: str, chance: random.Random) -> list[Measurement]:
    """Rows of a sweep: each third model under three workloads, one in twenty not measured."""
    return [row(number, run, chance) for number in range(count)]


def row(number: int, run: str, chance: random.Random) -> Measurement:
    """One row."""
    model = f"Model{number // 3}"
    subject = Subject(
        config_class=f"{model}Config", architecture=model, model_type=model.lower(), scale="tiny",
        params={"hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 4, "vocab_size": 1024},
    )  # fmt: skip
    workload = Workload(mode=("forward", "train", "generate")[number % 3], sequence_length=128)
    base = Measurement(
        run=run, key=job_key(subject, workload), measured_at="2026-01-31T12:00:00Z", status="measured",
        subject=subject, workload=workload, environment=ENVIRONMENT,
    )  # fmt: skip
    if chance.random() < 0.05:
        return replace(base, status="does-not-run", reason=f"RuntimeError: {model} expects a tensor of 3 dimensions.")
    median = chance.uniform(0.001, 0.1)
    return replace(
        base,
        inputs=tuple(InputShape(name=name, shape=(1, 128), dtype="int64") for name in ("input_ids", "attention_mask")),
        attention="sdpa",
        latency=times(median, chance),
        prefill=times(median / 4, chance) if workload.mode == "generate" else None,
        decode=times(median / 20, chance) if workload.mode == "generate" else None,
        samples_per_second=1 / median,
        tokens_per_second=128 / median,
        parameters=chance.randrange(500_000, 2_000_000),
        flops=chance.randrange(10**8, 10**9),
        achieved_flops=chance.uniform(1e9, 5e10),
        peak_flops=6.1e10,
        memory=Memory(
            resident=chance.randrange(3 * 10**8, 10**9), resident_before=3 * 10**8,
            tracked=chance.randrange(10**7, 10**8), estimated=chance.randrange(10**7, 10**8),
        ),
        warmup_runs=chance.randrange(3, 20), warmed_up=True, rounds=5, start_seconds=chance.random() / 10,
        build_seconds=chance.random(), seconds=chance.uniform(2, 8),
        notes=("Experts are counted as if the router chose evenly.",) if number % 7 == 0 else (),
    )  # fmt: skip


def times(median: float, chance: random.Random) -> Timing:
    """Times around a median."""
    return Timing(
        p50=median, p90=median * chance.uniform(1, 1.2), p99=median * chance.uniform(1.2, 2), mean=median * 1.01,
        minimum=median * chance.uniform(0.9, 1), maximum=median * 2, n=chance.randrange(10, 500),
        noise=chance.uniform(0, 0.05),
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
