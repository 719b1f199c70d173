"""Measuring needs torch and transformers, and nothing that the catalog brings besides.

Rich and typer are left alone here: transformers itself looks for the one, and its own dependencies bring the other.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytest.importorskip("torch")

PROGRAM = """
import sys

BLOCKED = {"sqlalchemy", "alembic", "ruamel", "griffe", "docutils", "rapidfuzz", "platformdirs"}


class Blocker:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in BLOCKED:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


sys.meta_path.insert(0, Blocker())

from catalog.benchmark.job import Care, Job
from catalog.benchmark.measure import measure
from catalog.benchmark.measure.environment import environment
from catalog.builder.plan import BuildPlan
from catalog.measurements import Workload

sizes = dict(hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, vocab_size=99)
plan = BuildPlan(
    config_class="LlamaConfig", module="transformers.models.llama.configuration_llama",
    architecture="LlamaForCausalLM", params=sizes,
)
for mode in ("forward", "train", "generate"):
    care = Care(seconds=0.01, rounds=1, least_runs=1, warmup_seconds=0)
    found = measure(
        Job(plan=plan, workload=Workload(mode=mode, sequence_length=8), care=care), environment=environment(threads=1)
    )
    assert found.status == "measured", found.reason
    assert mode == "generate" or (found.flops and found.memory.estimated), found
"""


def test_all_modes_are_measured_without_what_a_database_or_a_terminal_needs() -> None:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
