"""How long a command takes to start, next to importing one configuration class from transformers.

Run with: python benchmarks/cold_start.py [--rounds 7]

The commands run in turn, round after round, so that whatever else the machine does hits all of them alike; the
figures are medians of wall and processor time. A ratio is to ``python -c "from transformers import LlamaConfig"``.
The catalog is made once, before anything is timed, in a folder of its own.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

SPEC = "model_type: llama\nparams:\n  num_hidden_layers: 2\n  hidden_size: 64\n  num_attention_heads: 4\n"
CATALOG = (sys.executable, "-c", "import sys; from catalog.cli import main; sys.exit(main())")


@dataclass(frozen=True)
class Command:
    """A command to time.

    Attributes:
        name: How it is called in the table.
        arguments: The command itself.
        bar: Largest ratio to the first command that is good enough; ``None`` where none is set.
        of: Name of the command that the ratio is to.
    """

    name: str
    arguments: tuple[str, ...]
    bar: float | None = None
    of: str = "import LlamaConfig"


def main() -> int:
    """Time the commands and print the table.

    Returns:
        0 if every bar is met, else 1.
    """
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7, help="how often each command runs (default 7)")
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "CATALOG_DATABASE_URL": f"sqlite:///{folder}/catalog.db"}
        spec = Path(folder, "spec.yaml")
        spec.write_text(SPEC, encoding="utf-8")
        subprocess.run([*CATALOG, "sync"], env=environment, check=True, capture_output=True)
        commands = [command for command in _commands(spec) if _works(command, environment)]
        times = _measure(commands, rounds, environment)
    return _print(commands, times)


def _commands(spec: Path) -> tuple[Command, ...]:
    return (
        Command("import LlamaConfig", (sys.executable, "-c", "from transformers import LlamaConfig")),
        Command("make LlamaConfig", (sys.executable, "-c", "from transformers import LlamaConfig; LlamaConfig()")),
        Command("python", (sys.executable, "-c", "pass")),
        Command("catalog --version", (*CATALOG, "--version")),
        Command("catalog show llama", (*CATALOG, "show", "llama"), bar=1 / 5),
        Command("catalog show llama --json", (*CATALOG, "show", "llama", "--json"), bar=1 / 5),
        Command("catalog list --has", (*CATALOG, "list", "--has", "sliding_window")),
        Command("catalog search", (*CATALOG, "search", "rope theta")),
        Command("catalog validate", (*CATALOG, "validate", str(spec)), bar=1 / 10, of="make LlamaConfig"),
    )


def _works(command: Command, environment: dict[str, str]) -> bool:
    """Run it once, which also fills the file system's cache; a command that is not there yet is left out."""
    done = subprocess.run(command.arguments, env=environment, capture_output=True, check=False)
    if done.returncode != 0:
        print(f"left out: {command.name}: exit status {done.returncode}", file=sys.stderr)
    return done.returncode == 0


def _measure(
    commands: list[Command], rounds: int, environment: dict[str, str]
) -> dict[str, tuple[list[float], list[float], list[int]]]:
    """Wall seconds, processor seconds and peak memory in KiB of each run, by command."""
    times: dict[str, tuple[list[float], list[float], list[int]]] = {c.name: ([], [], []) for c in commands}
    for _ in range(rounds):
        for command in commands:
            started = time.perf_counter()
            process = subprocess.Popen(
                command.arguments, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode = 0
            wall, processor, memory = times[command.name]
            wall.append(time.perf_counter() - started)
            processor.append(usage.ru_utime + usage.ru_stime)
            memory.append(usage.ru_maxrss)
    return times


def _print(commands: list[Command], times: dict[str, tuple[list[float], list[float], list[int]]]) -> int:
    wall = {name: statistics.median(values[0]) for name, values in times.items()}
    missed = 0
    print(f"{'command':28}{'wall s':>9}{'cpu s':>9}{'MiB':>7}{'ratio':>9}  bar")
    for command in commands:
        ratio = wall[command.name] / wall[command.of]
        processor = statistics.median(times[command.name][1])
        memory = statistics.median(times[command.name][2]) / 1024
        verdict = ""
        if command.bar is not None:
            met = ratio <= command.bar
            missed += not met
            verdict = f"<= {command.bar:.3f} of {command.of}: {'met' if met else 'MISSED'}"
        print(
            f"{command.name:28}{wall[command.name]:9.3f}{processor:9.3f}{memory:7.0f}{ratio:9.3f}  {verdict}".rstrip()
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
