"""How many models run a forward pass: on fake tensors at their default size, and on real ones at a small size.

Models run in a process of their own, which is started anew when one of them hangs or takes it down. Prints the coverage
by modality and every failure with its reason.

    python benchmarks/forward_coverage.py [--mode fake|real|either] [--architectures] [--json FILE]
                                          [--database URL] [--every N] [--only NAME ...] [--seconds N]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import pickle
import queue
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from catalog.builder.plan import BuildPlan
from catalog.specs.knowledge import Knowledge

BAR = 0.97


@dataclasses.dataclass(frozen=True)
class Job:
    """One model to run."""

    plan: BuildPlan
    tiny: BuildPlan | None
    modality: str


def main() -> None:
    """Run all models and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mode", choices=["fake", "real", "either"], default="either")
    parser.add_argument("--architectures", action="store_true", help="every architecture, not base models only")
    parser.add_argument("--json", type=Path, help="also write every result to this file")
    parser.add_argument("--database", help="a catalog of the installed transformers; the default one if left out")
    parser.add_argument("--every", type=int, default=1, help="take each N-th model only")
    parser.add_argument("--only", nargs="+", help="configuration classes, model types or architectures")
    parser.add_argument("--seconds", type=float, default=60, help="wall time for one pass")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        run_all(sys.stdin.buffer, arguments.mode, arguments.seconds)
        return
    jobs = jobs_of(arguments.database, architectures=arguments.architectures)[:: arguments.every]
    if arguments.only:
        wanted = set(arguments.only)
        jobs = [job for job in jobs if {job.plan.config_class, job.plan.model_type, job.plan.architecture} & wanted]
    results = []
    for done, result in enumerate(swept(jobs, arguments.mode, arguments.seconds), 1):
        results.append(result)
        if sys.stderr.isatty():
            print(f"\r{done}/{len(jobs)} {result['architecture']:<60}", end="", file=sys.stderr)
        if arguments.json and done % 50 == 0:
            arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    sys.exit(0 if report(results) >= BAR else 1)


def jobs_of(database: str | None, *, architectures: bool) -> list[Job]:
    """The models of the installed release, each with its small configuration."""
    from catalog.builder.planning import base_plans, installed_release
    from catalog.query import Catalog

    with Catalog.open(database) as catalog:
        release = installed_release()
        knowledge = catalog.knowledge(release)
        modalities = {model.config_class: model.modality or "unknown" for model in catalog.find(release=release)}
        plans = list(base_plans(knowledge))
        if architectures:
            by_class = {plan.config_class: plan for plan in plans}
            owners = {name: knowledge.architecture_class(name) for name in knowledge.architectures()}
            plans = [
                dataclasses.replace(by_class[owner], architecture=name)
                for name, owner in sorted(owners.items())
                if owner in by_class
            ]
        return [Job(plan, small(plan, knowledge), modalities.get(plan.config_class, "unknown")) for plan in plans]


def small(plan: BuildPlan, knowledge: Knowledge) -> BuildPlan | None:
    """The same model at a small size."""
    from catalog.builder.forward_overrides import runnable
    from catalog.builder.overrides import with_override
    from catalog.builder.shrink import shrink

    whole, _ = runnable(with_override(plan)[0])
    try:
        return dataclasses.replace(plan, params=shrink(knowledge, plan.config_class, whole.params))
    except (ValueError, TypeError, KeyError) as error:
        print(f"{plan.config_class} cannot be shrunk: {error}", file=sys.stderr)
        return None


def swept(jobs: list[Job], mode: str, seconds: float) -> Iterator[dict[str, Any]]:
    """The result of each job, in order; a process that hangs or dies costs the job that it was at."""
    left = jobs
    while left:
        answered = 0
        for result in answers(left, mode, seconds):
            answered += 1
            yield result
        left = left[answered:]
        if left:
            yield told(left[0], mode, "It took the process down, or hung.", kind="out-of-memory", seconds=0.0)
            left = left[1:]


def answers(jobs: list[Job], mode: str, seconds: float) -> Iterator[dict[str, Any]]:
    """What one process answers, until it ends or is silent for too long."""
    program = [sys.executable, str(Path(__file__).resolve()), "--child", "--mode", mode, "--seconds", str(seconds)]
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "critical", "OMP_NUM_THREADS": "1"}
    child = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    assert child.stdin is not None
    assert child.stdout is not None
    lines: queue.Queue[bytes] = queue.Queue()
    threading.Thread(target=_read, args=(child.stdout, lines), daemon=True).start()
    child.stdin.write(pickle.dumps(jobs))
    child.stdin.close()
    try:
        while line := lines.get(timeout=2 * seconds + 60):
            if line.startswith(b"{"):
                yield json.loads(line)
    except queue.Empty:
        pass
    finally:
        child.kill()
        child.wait()


def _read(stream: IO[bytes], lines: queue.Queue[bytes]) -> None:
    for line in stream:
        lines.put(line)
    lines.put(b"")


def run_all(stream: IO[bytes], mode: str, seconds: float) -> None:
    """The child: runs the jobs and writes a line for each."""
    import torch

    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    for job in pickle.loads(stream.read()):
        print(json.dumps(run(job, mode, seconds)), flush=True)


def run(job: Job, mode: str, seconds: float) -> dict[str, Any]:
    """One job."""
    from catalog.builder.forward import forward_either_way, try_forward

    started = time.process_time()
    if mode == "either":
        facts = forward_either_way(job.plan, job.tiny, seconds=seconds)
    elif mode == "fake":
        facts = try_forward(job.plan, mode="fake", seconds=seconds)
    elif job.tiny is None:
        return told(job, "real", "It cannot be shrunk.", kind="unsupported", seconds=0.0)
    else:
        facts = try_forward(job.tiny, mode="real", size="tiny", seconds=seconds)
    taken = time.process_time() - started
    if facts.failure is None:
        return told(job, facts.mode, None, kind=None, seconds=taken)
    return told(job, facts.mode, facts.failure.reason, kind=facts.failure.kind, seconds=taken)


def told(job: Job, mode: str | None, reason: str | None, *, kind: str | None, seconds: float) -> dict[str, Any]:
    """One result as it goes over the line and into the file."""
    return {
        "config_class": job.plan.config_class,
        "model_type": job.plan.model_type,
        "architecture": job.plan.architecture or "",
        "modality": job.modality,
        "mode": mode,
        "kind": kind,
        "reason": reason,
        "seconds": round(seconds, 2),
    }


def report(results: list[dict[str, Any]]) -> float:
    """Print the table and the failures; returns the part of the models that build which also run."""
    counts: dict[str, Counter[str]] = {}
    for result in results:
        count = counts.setdefault(result["modality"], Counter())
        count["all"] += 1
        if result["mode"] is not None:
            count["built"] += 1
        if result["reason"] is None:
            count[result["mode"]] += 1
    counts["all"] = sum(counts.values(), Counter())
    print(f"{'modality':<16}{'models':>8}{'build':>8}{'fake':>8}{'real':>8}{'run':>9}")
    for name, count in sorted(counts.items(), key=lambda item: (item[0] == "all", item[0])):
        ran = count["fake"] + count["real"]
        part = ran / count["built"] if count["built"] else 0.0
        print(f"{name:<16}{count['all']:>8}{count['built']:>8}{count['fake']:>8}{count['real']:>8}{part:>9.1%}")
    for result in sorted(results, key=lambda item: (item["kind"] or "", item["config_class"])):
        if result["reason"] is not None:
            name = result["architecture"] or result["config_class"]
            kind = result["kind"] if result["mode"] is not None else "does not build"
            print(f"{kind:<16} {name:<44} {result['reason']}")
    print(f"{sum(result['seconds'] for result in results):,.0f} s of processor time")
    whole = counts["all"]
    return (whole["fake"] + whole["real"]) / whole["built"] if whole["built"] else 0.0


if __name__ == "__main__":
    main()
