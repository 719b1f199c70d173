"""How long cataloging the installed transformers takes, next to importing its configuration modules bare.

Run with: python benchmarks/sync.py [--rounds 5]

Three things run in turn, each in a process of its own: the floor, which imports every configuration module and
does nothing else; a first sync into an empty SQLite file; a second sync of the same, unchanged release. The figures
are medians of wall time, the ratios are to the floor, and memory is the largest resident set of the process.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CATALOG = (sys.executable, "-c", "import sys; from catalog.cli import main; sys.exit(main())")
FLOOR = """
import importlib, pathlib, transformers
root = pathlib.Path(transformers.__file__).parent
for path in sorted(root.rglob("configuration_*.py")):
    name = ".".join(path.relative_to(root.parent).with_suffix("").parts)
    try:
        importlib.import_module(name)
    except Exception as error:
        print(name, type(error).__name__)
"""
BARS = {"first sync": 3.0, "second sync": 1.2}
MEMORY_BAR = 600
SIZE_BAR = 40


def main() -> int:
    """Time floor, first and second sync, and print the table.

    Returns:
        0 if every bar is met, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each runs (default 5)")
    rounds = parser.parse_args().rounds
    runs: dict[str, list[tuple[float, float, float]]] = {"floor": [], "first sync": [], "second sync": []}
    size = 0.0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "CATALOG_DATABASE_URL": f"sqlite:///{folder}/catalog.db"}
            runs["floor"].append(_run((sys.executable, "-c", FLOOR), environment))
            runs["first sync"].append(_run((*CATALOG, "sync"), environment))
            size = sum(file.stat().st_size for file in Path(folder).iterdir()) / 2**20
            runs["second sync"].append(_run((*CATALOG, "sync"), environment))
    return _print(runs, size)


def _run(arguments: tuple[str, ...], environment: dict[str, str]) -> tuple[float, float, float]:
    """Wall seconds, processor seconds and peak memory in MiB of one process.

    Raises:
        RuntimeError: If it fails.
    """
    started = time.perf_counter()
    process = subprocess.Popen(arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise RuntimeError(f"{arguments[1:]} ended with exit status {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def _print(runs: dict[str, list[tuple[float, float, float]]], size: float) -> int:
    missed = 0
    floor = statistics.median(wall for wall, _, _ in runs["floor"])
    print(f"{'what':14}{'wall s':>9}{'cpu s':>9}{'MiB':>7}{'ratio':>8}  bar")
    for name, figures in runs.items():
        wall, processor, memory = (statistics.median(column) for column in zip(*figures, strict=True))
        verdict = ""
        if name in BARS:
            met = wall / floor <= BARS[name] and memory < MEMORY_BAR
            missed += not met
            verdict = f"<= {BARS[name]} and < {MEMORY_BAR} MiB: {'met' if met else 'MISSED'}"
        print(f"{name:14}{wall:9.2f}{processor:9.2f}{memory:7.0f}{wall / floor:8.2f}  {verdict}".rstrip())
    missed += size >= SIZE_BAR
    print(f"database after the first sync: {size:.1f} MiB (bar: < {SIZE_BAR})")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
