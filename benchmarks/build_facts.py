"""Building all base models' facts, against a bare loop that only constructs the same models on the meta device.

Each side runs in a process of its own, the slower-to-start one not favoured by the other's imports. Processor time is
compared, since it does not depend on what else the machine does; the bar is 1.3 times, with a peak memory below 2 GB.

    python benchmarks/build_facts.py [--database URL] [--every N]
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import resource
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from catalog.builder.overrides import with_override
from catalog.builder.plan import BuildPlan

BAR = 1.3
MEMORY = 2 * 10**9


def main() -> None:
    """Measure both sides and print the ratio."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", help="a catalog of the installed transformers; the default one if left out")
    parser.add_argument("--every", type=int, default=1, help="take each N-th model only")
    parser.add_argument("--side", choices=["bare", "facts"], help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side is not None:
        run(arguments.side, pickle.loads(sys.stdin.buffer.read()))
        return
    plans = plans_of(arguments.database)[:: arguments.every]
    results = {side: measured(side, plans) for side in ("bare", "facts")}
    for side, result in results.items():
        print(
            f"{side:<6} {result['built']} of {len(plans)} built, {result['cpu']:.1f} s processor time "
            f"({result['wall']:.1f} s wall), peak memory {result['peak'] / 10**6:,.0f} MB"
        )
    ratio, peak = results["facts"]["cpu"] / results["bare"]["cpu"], results["facts"]["peak"]
    print(f"ratio  {ratio:.2f} (bar {BAR}), peak memory {peak / 10**9:.2f} GB (bar {MEMORY / 10**9:.0f})")
    sys.exit(0 if ratio <= BAR and peak <= MEMORY else 1)


def plans_of(database: str | None) -> tuple[BuildPlan, ...]:
    """The plans of all base models that are cataloged."""
    from catalog.builder.planning import base_plans, installed_release
    from catalog.store.light import open_knowledge

    with open_knowledge(database, installed_release()) as knowledge:
        return tuple(plan for plan in base_plans(knowledge) if plan.architecture is not None)


def measured(side: str, plans: tuple[BuildPlan, ...]) -> dict[str, Any]:
    """What one side takes in a process of its own."""
    program = [sys.executable, str(Path(__file__).resolve()), "--side", side]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "critical", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(program, input=pickle.dumps(plans), stdout=subprocess.PIPE, env=environment, check=True)
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def run(side: str, plans: tuple[BuildPlan, ...]) -> None:
    """One side: construct the models, and tell their facts where that is asked for."""
    warnings.simplefilter("ignore")
    started = time.process_time(), time.perf_counter()
    built = construct(plans) if side == "bare" else tell(plans)
    cpu, wall = time.process_time() - started[0], time.perf_counter() - started[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"built": built, "cpu": cpu, "wall": wall, "peak": peak}))


def construct(plans: tuple[BuildPlan, ...]) -> int:
    """The bare loop: what anyone would write by hand."""
    import importlib

    import torch
    import transformers

    built = 0
    for plan in plans:
        plan, _ = with_override(plan)  # noqa: PLW2901  # so that both sides build the same
        try:
            config = getattr(importlib.import_module(plan.module), plan.config_class)(**plan.params)
            with torch.device("meta"):
                getattr(transformers, str(plan.architecture))(config)
            built += 1
        except Exception:  # noqa: BLE001  # what does not build is no matter here
            continue
    return built


def tell(plans: tuple[BuildPlan, ...]) -> int:
    """The facts of the same models."""
    from catalog.builder.facts import facts_of

    return sum(facts_of(plan, base=True).failure is None for plan in plans)


if __name__ == "__main__":
    main()
