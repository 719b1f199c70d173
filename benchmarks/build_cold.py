"""How long ``catalog build llama`` takes cold, next to a script that constructs the same model by hand.

Run with: python benchmarks/build_cold.py [--rounds 7]

Both run in turn, round after round, so that whatever else the machine does hits both alike; the figures are medians of
processor and wall time, and the ratio is that of processor time. The bar is 1.2 times. The catalog is made once, before
anything is timed, in a folder of its own.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time

BAR = 1.2
BY_HAND = """
import torch
from transformers import LlamaConfig, LlamaModel
with torch.device("meta"):
    model = LlamaModel(LlamaConfig())
print(sum(parameter.numel() for parameter in model.parameters()))
"""
CATALOG = (sys.executable, "-c", "import sys; from catalog.cli import main; sys.exit(main())")
COMMANDS = {"by hand": (sys.executable, "-c", BY_HAND), "catalog build llama": (*CATALOG, "build", "llama")}


def main() -> int:
    """Time both and print the table.

    Returns:
        0 if the bar is met, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="how often each runs (default 7)")
    rounds = parser.parse_args().rounds
    cpu: dict[str, list[float]] = {name: [] for name in COMMANDS}
    wall: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "CATALOG_DATABASE_URL": f"sqlite:///{folder}/catalog.db", "HF_HUB_OFFLINE": "1"}
        subprocess.run([*CATALOG, "sync"], env=environment, check=True, capture_output=True)
        for number in range(rounds + 1):
            for name, command in COMMANDS.items():
                times = _time(command, environment)
                if number:  # the first round fills the caches of the file system
                    cpu[name].append(times[0])
                    wall[name].append(times[1])
    for name in COMMANDS:
        print(
            f"{name:<20} {statistics.median(cpu[name]):6.2f} s processor, {statistics.median(wall[name]):6.2f} s wall"
        )
    names = list(COMMANDS)
    ratio = statistics.median(cpu[names[1]]) / statistics.median(cpu[names[0]])
    print(f"ratio {ratio:.2f} (bar {BAR})")
    return 0 if ratio <= BAR else 1


def _time(command: tuple[str, ...], environment: dict[str, str]) -> tuple[float, float]:
    """Processor and wall time of a command."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, env=environment, check=True, capture_output=True)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


if __name__ == "__main__":
    sys.exit(main())
