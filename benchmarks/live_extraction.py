"""How long reading the installed transformers takes, next to importing its configuration modules bare.

Run with: python benchmarks/live_extraction.py [--rounds 5]

The floor imports every configuration module and does nothing else. Floor and reading run in turn, each in a process of
its own, so that whatever else the machine does hits both alike; figures are medians, ratios are of processor time,
which a busy machine distorts less than wall time. The table also tells what reading consists of.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Sequence

FLOOR = """
import importlib, json, os, resource, time
started, used = time.perf_counter(), time.process_time()
os.environ["TRANSFORMERS_VERBOSITY"] = "error"
import transformers
root = os.path.dirname(transformers.__file__)
for folder, _, files in sorted(os.walk(root)):
    for name in sorted(files):
        if name.startswith("configuration_") and name.endswith(".py"):
            path = os.path.relpath(os.path.join(folder, name), root)[:-3].replace(os.sep, ".")
            importlib.import_module("transformers." + path)
print(json.dumps({"wall": time.perf_counter() - started, "cpu": time.process_time() - used,
                  "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
"""

READING = """
import json, resource, time
started, used = time.perf_counter(), time.process_time()
import catalog.introspect.live as live
import catalog.introspect.package as package
parts = {}
def timed(module, name, label):
    function = getattr(module, name)
    def wrapper(*args, **kwargs):
        begun = time.process_time()
        try:
            return function(*args, **kwargs)
        finally:
            parts[label] = parts.get(label, 0) + time.process_time() - begun
    setattr(module, name, wrapper)
timed(live, "installed_release", "fingerprint")
timed(live, "read_vocabularies", "vocabularies")
timed(live, "_import_base", "import transformers")
timed(live, "read_architectures", "architectures, from source")
timed(live, "derive_traits", "traits")
timed(package, "import_modules", "import configurations")
timed(package.ClassReader, "read_all", "records and docstrings")
timed(package, "observe", "construct")
release = live.read_installed()
print(json.dumps({"wall": time.perf_counter() - started, "cpu": time.process_time() - used, "parts": parts,
                  "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                  "classes": len(release.classes), "parameters": sum(len(c.parameters) for c in release.classes)}))
"""

BAR = 1.8
"""Largest ratio to the floor, architectures left out, that leaves room for them and for the store."""

MEMORY_BAR = 600
"""Largest peak memory, in MiB."""


def main() -> int:
    """Measure and print.

    Returns:
        0 if the bars are met, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5, help="how often each runs (default 5)")
    rounds = parser.parse_args().rounds
    floors, readings = [], []
    for _ in range(rounds):
        floors.append(_run(FLOOR))
        readings.append(_run(READING))
    return _print(floors, readings)


def _run(code: str) -> dict[str, object]:
    output = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True)
    document: dict[str, object] = json.loads(output.stdout)
    return document


def _print(floors: Sequence[dict], readings: Sequence[dict]) -> int:
    floor, reading = _median(floors, "cpu"), _median(readings, "cpu")
    parts = {name: statistics.median(item["parts"][name] for item in readings) for name in readings[0]["parts"]}
    without = reading - sum(parts.get(name, 0) for name in ("architectures, from source", "traits"))
    memory = max(item["memory"] for item in readings)
    print(
        f"{readings[0]['classes']} classes, {readings[0]['parameters']} parameters; medians of {len(floors)} rounds\n"
    )
    print(f"{'':32}{'processor':>10}{'wall':>8}{'memory':>10}")
    for label, items in (("floor: bare imports", floors), ("read_installed()", readings)):
        print(
            f"{label:32}{_median(items, 'cpu'):9.2f}s{_median(items, 'wall'):7.2f}s{_median(items, 'memory'):7.0f} MiB"
        )
    for name, seconds in parts.items():
        print(f"  {name:30}{seconds:9.2f}s")
    ratio = without / floor
    print(f"\nratio to the floor: {reading / floor:.2f}, without architectures {ratio:.2f} (bar {BAR})")
    print(f"peak memory: {memory:.0f} MiB (bar {MEMORY_BAR})")
    return 0 if ratio <= BAR and memory <= MEMORY_BAR else 1


def _median(items: Sequence[dict], name: str) -> float:
    return statistics.median(item[name] for item in items)


if __name__ == "__main__":
    sys.exit(main())
