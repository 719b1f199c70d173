"""How long a query takes within a process, on the full catalog of one release.

Run with: python benchmarks/queries.py [--repeats 200] [--database URL]

Each query runs once to warm up and then `repeats` times; the figures are the median and the 95th percentile. Without
``--database`` the installed transformers is cataloged first, in a folder that goes away again.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from catalog import Catalog

BAR = 10.0


def main() -> int:
    """Time the queries and print the table.

    Returns:
        0 if every bar is met, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=200, help="how often each query runs (default 200)")
    parser.add_argument("--database", help="catalog to query (default: a new one)")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Catalog.open(options.database or Path(folder, "catalog.db")) as catalog,
    ):
        if not catalog.releases():
            catalog.sync()
        return _print({name: _times(query, options.repeats) for name, query in _queries(catalog).items()})


def _queries(catalog: Catalog) -> dict[str, Callable[[], object]]:
    return {
        "having('sliding_window')": lambda: catalog.having("sliding_window"),
        "having('hidden_size')": lambda: catalog.having("hidden_size"),
        "having('id2label')": lambda: catalog.having("id2label"),
        "find(has=, task=)": lambda: catalog.find(has="sliding_window", task="text-generation"),
        "search('rope theta')": lambda: catalog.search("rope theta"),
        "search('number of attention heads')": lambda: catalog.search("number of attention heads"),
        "search('the')": lambda: catalog.search("the"),
        "config('llama')": lambda: catalog.config("llama"),
    }


def _times(query: Callable[[], object], repeats: int) -> list[float]:
    """Milliseconds of each run, sorted."""
    query()
    times = []
    for _ in range(repeats):
        started = time.perf_counter()
        query()
        times.append((time.perf_counter() - started) * 1000)
    return sorted(times)


def _print(times: dict[str, list[float]]) -> int:
    missed = 0
    print(f"{'query':38}{'median ms':>11}{'p95 ms':>9}  bar")
    for name, values in times.items():
        p95 = values[int(len(values) * 0.95)]
        verdict = ""
        if name.startswith(("having", "search")):
            missed += p95 >= BAR
            verdict = f"p95 < {BAR:g} ms: {'met' if p95 < BAR else 'MISSED'}"
        print(f"{name:38}{statistics.median(values):11.2f}{p95:9.2f}  {verdict}".rstrip())
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
