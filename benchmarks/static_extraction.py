"""How long reading a release from its wheel takes, next to parsing its configuration files bare.

Run with: python benchmarks/static_extraction.py WHEEL [WHEEL ...] [--rounds 5]

Each figure is the median of processor seconds on one core, each round in a process of its own so that nothing is warm:
the floor, which decompresses and parses the configuration files and does nothing else; configurations alone; all of the
release, architectures included; and all of it again from a cache on disk. Ratios are to the floor. Given several
wheels, the last table has the time for all of them in one process with a cache in memory, as a sync has it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

BARS = {"configurations": 1.5, "with architectures": 6.0}
PRELUDE = """
import ast, gc, json, sys, time
from catalog.collector import paused_collector
from catalog.introspect.sources import WheelSource
from catalog.introspect.static import DiskCache, MemoryCache, read_source
wheels, cache = sys.argv[1].split("\\n"), sys.argv[2]
started = time.process_time()
"""
STEPS = {
    "floor": """
with paused_collector():
    source = WheelSource(wheels[0])
    trees = [ast.parse(source.read(path)) for path in source.paths() if "configuration_" in path]
count = len(trees)
""",
    "configurations": "count = len(read_source(WheelSource(wheels[0]), architectures=False).classes)",
    "with architectures": "count = len(read_source(WheelSource(wheels[0]), cache=DiskCache(cache)).architectures)",
    "again, from the cache": "count = len(read_source(WheelSource(wheels[0]), cache=DiskCache(cache)).architectures)",
}
ALL = """
memory, count = MemoryCache(), 0
for wheel in wheels:
    count += len(read_source(WheelSource(wheel), cache=memory).classes)
"""
FINISH = """
print(json.dumps([time.process_time() - started, count]))
"""


def main() -> int:
    """Time each step and print the table.

    Returns:
        0 if every bar is met, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheels", nargs="+", type=Path, metavar="WHEEL", help="wheels of transformers")
    parser.add_argument("--rounds", type=int, default=5, help="how often each runs (default 5)")
    options = parser.parse_args()
    medians: dict[str, tuple[float, int]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for step, code in STEPS.items():
            rounds = []
            for number in range(options.rounds):
                # The step that fills the cache gets an empty one each round; the one after it the last of these.
                filled = options.rounds - 1 if step.startswith("again") else number
                rounds.append(_run(code, options.wheels[:1], Path(folder) / f"cache{filled}.db"))
            medians[step] = (statistics.median(seconds for seconds, _ in rounds), rounds[0][1])
        _print(options.wheels[0], medians)
        if len(options.wheels) > 1:
            seconds, classes = _run(ALL, options.wheels, Path(folder) / "all.db")
            each = seconds / len(options.wheels)
            print(f"\n{len(options.wheels)} releases, {classes} classes: {seconds:.1f} s, {each:.2f} s each")
    return int(any(medians[step][0] > bar for step, bar in BARS.items()))


def _run(code: str, wheels: list[Path], cache: Path) -> tuple[float, int]:
    """Processor seconds of a step, imports left out, and what it counted."""
    arguments = "\n".join(map(str, wheels))
    result = subprocess.run(
        [sys.executable, "-c", PRELUDE + code + FINISH, arguments, str(cache)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, count = json.loads(result.stdout)
    return seconds, count


def _print(wheel: Path, medians: dict[str, tuple[float, int]]) -> None:
    floor = medians["floor"][0]
    print(f"{wheel.name}\n{'':24}{'seconds':>9}{'ratio':>8}{'bar':>7}{'count':>8}")
    for step, (seconds, count) in medians.items():
        bar = f"{BARS[step]:.1f}" if step in BARS else ""
        print(f"{step:24}{seconds:9.2f}{seconds / floor:8.1f}{bar:>7}{count:8}")


if __name__ == "__main__":
    sys.exit(main())
