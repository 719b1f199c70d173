"""Holds measured latencies against those of a script that anybody would write with ``torch.utils.benchmark``.

Run it as ``python benchmarks/bench_overhead.py [--pairs N] [--seconds S] [--threads N]``; it ends with status 1 where
the ratio of a model is further from 1 than the bar.

The script knows nothing of this package: it makes the model with transformers, makes inputs of the same shapes, and
takes the median of ``Timer.blocked_autorange``. Both run in one process, one after the other and in turns, since clocks
and neighbours change with time; the ratio of a model is the median over the turns. How long a worker takes to start is
printed apart: it is outside of every latency.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")

from catalog.benchmark.job import Care, Job
from catalog.builder.plan import BuildPlan
from catalog.measurements import Workload

BAR = 0.03
MIDDLE = {"hidden_size": 256, "num_hidden_layers": 4, "num_attention_heads": 4, "intermediate_size": 1024}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One model and the inputs that the script makes for it."""

    config_class: str
    architecture: str
    inputs: Callable[[], dict[str, Any]]
    batch_size: int = 1
    sequence_length: int | None = None


def _text(**more: Any) -> dict[str, Any]:
    import torch

    tokens = torch.randint(1000, (1, 128))
    return {"input_ids": tokens, "attention_mask": torch.ones_like(tokens), **more}


def _image() -> dict[str, Any]:
    import torch

    return {"pixel_values": torch.randn(1, 3, 224, 224)}


CASES = (
    Case(config_class="BertConfig", architecture="BertModel", inputs=_text, sequence_length=128),
    Case(config_class="ViTConfig", architecture="ViTModel", inputs=_image),
    Case(
        config_class="LlamaConfig",
        architecture="LlamaForCausalLM",
        inputs=lambda: _text(use_cache=False),
        sequence_length=128,
    ),
)


def by_hand(case: Case, *, seconds: float, threads: int) -> float:
    """The median latency of a script written for this one model."""
    import torch
    import transformers
    from torch.utils.benchmark import Timer

    torch.manual_seed(0)
    config = getattr(transformers, case.config_class)(**MIDDLE)
    model = getattr(transformers, case.architecture)(config).eval()
    inputs = case.inputs()
    with torch.no_grad():
        timer = Timer("model(**inputs)", globals={"model": model, "inputs": inputs}, num_threads=threads)
        timer.blocked_autorange(min_run_time=seconds / 4)
        return float(timer.blocked_autorange(min_run_time=seconds).median)


def job_of(case: Case, *, seconds: float) -> Job:
    """The same as a job."""
    import transformers

    module = getattr(transformers, case.config_class).__module__
    return Job(
        plan=BuildPlan(
            config_class=case.config_class, module=module, architecture=case.architecture, params=dict(MIDDLE)
        ),
        workload=Workload(batch_size=case.batch_size, sequence_length=case.sequence_length),
        care=Care(seconds=seconds, rounds=5, flops=False, memory=False, estimate=False),
    )


def measured(case: Case, *, seconds: float, threads: int) -> float:
    """The median latency that this package measures."""
    from catalog.benchmark.measure import measure
    from catalog.benchmark.measure.environment import environment

    found = measure(job_of(case, seconds=seconds), environment=environment(threads=threads))
    if found.latency is None:
        raise SystemExit(f"{case.architecture} is not measured: {found.reason}")
    return found.latency.p50


def start_seconds(threads: int) -> list[float]:
    """How long the workers of a small sweep take to be ready."""
    from catalog.benchmark.options import SweepOptions
    from catalog.benchmark.rows import read_rows
    from catalog.benchmark.sweep import sweep

    with tempfile.TemporaryDirectory() as folder:
        rows = Path(folder) / "rows.ndjson"
        sweep([job_of(case, seconds=0.1) for case in CASES], rows, SweepOptions(run="overhead", threads=threads))
        return [row.start_seconds for row in read_rows(rows) if row.start_seconds is not None]


def main() -> int:
    """Compare three models; status 1 if one is beyond the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=15, help="how often each model is timed in either way")
    parser.add_argument("--seconds", type=float, default=0.7, help="how long, each time")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    options = {"seconds": arguments.seconds, "threads": arguments.threads}
    beyond = 0
    print(f"{'model':20} {'by hand':>10} {'measured':>10} {'ratio':>7}  ratios of the turns")
    for case in CASES:
        pairs = []
        for turn in range(arguments.pairs):
            # Whoever is second finds other caches and clocks, so both take turns at that, too.
            if turn % 2:
                ours = measured(case, **options)
                pairs.append((by_hand(case, **options), ours))
            else:
                script = by_hand(case, **options)
                pairs.append((script, measured(case, **options)))
        ratios = [ours / script for script, ours in pairs]
        ratio = median(ratios)
        beyond += abs(ratio - 1) > BAR
        script, ours = (1000 * median(times) for times in zip(*pairs, strict=True))
        turns = " ".join(f"{item:.3f}" for item in ratios)
        print(f"{case.architecture:20} {script:7.2f} ms {ours:7.2f} ms {ratio:7.3f}  {turns}", flush=True)
    starts = start_seconds(arguments.threads)
    print(f"Workers were ready after {', '.join(f'{item:.2f} s' for item in starts)}, outside of every latency.")
    print(f"{len(CASES) - beyond} of {len(CASES)} within {BAR:.0%}.")
    return 1 if beyond else 0


if __name__ == "__main__":
    sys.exit(main())
