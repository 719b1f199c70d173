"""Check what counting says against what can be known otherwise, over all model types that build here.

Run ``python benchmarks/flops_check.py sizes`` for the cost of counting beside constructing, and for parts that are not
told; ``python benchmarks/flops_check.py decoders`` to compare the counted operations of every decoder of two layers
with the closed formula.
"""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Iterator
from typing import Any

import torch
import transformers
from transformers import AutoModel, AutoModelForCausalLM
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from catalog.builder.construct import make_config, make_model
from catalog.builder.counting import count
from catalog.builder.counting_walk import walk
from catalog.builder.fake import as_fake, fake_tensors
from catalog.builder.flops import count_flops
from catalog.builder.flops.formula import expected_flops
from catalog.builder.overrides import with_override
from catalog.builder.plan import BuildPlan
from catalog.builder.summary import summarise

TOKENS = 128


def plans(auto_class: Any, **params: Any) -> Iterator[tuple[str, BuildPlan]]:
    """A plan for each model type of an auto class."""
    for model_type in sorted(CONFIG_MAPPING.keys()):
        config_class = CONFIG_MAPPING[model_type]
        try:
            architecture = auto_class._model_mapping[config_class]
        except (KeyError, ValueError):  # it has none, or names one that does not exist
            continue
        if isinstance(architecture, tuple):
            architecture = architecture[0]
        yield (
            model_type,
            BuildPlan(
                config_class=config_class.__name__,
                module=config_class.__module__,
                model_type=model_type,
                architecture=architecture.__name__,
                params=params,
            ),
        )


def sizes() -> None:
    """Cost of counting beside constructing, the longest summaries, and the models with most that is unclassified."""
    seconds = {"construct": 0.0, "count": 0.0}
    lines, others, built = [], [], 0
    for model_type, plan in plans(AutoModel):
        try:
            start = time.process_time()
            model = make_model(with_override(plan)[0])
        except Exception:  # noqa: BLE001  # what does not build is not measured
            continue
        made = time.process_time()
        tree = walk(model)
        counts, nodes = count(model, model.config, tree=tree), summarise(model, tree=tree)
        done = time.process_time()
        seconds["construct"] += made - start
        seconds["count"] += done - made
        built += 1
        lines.append((len(nodes), model_type))
        others.append((counts.components.get("other", 0) / counts.parameters, model_type))
    print(f"{built} models: constructed in {seconds['construct']:.1f} s of CPU, counted in {seconds['count']:.1f} s")
    print("longest summaries:", ", ".join(f"{name} {size}" for size, name in sorted(lines)[-5:]))
    print("most unclassified:", ", ".join(f"{name} {share:.2%}" for share, name in sorted(others)[-8:]))


def decoders() -> None:
    """Counted operations of every decoder against the closed formula, by their ratio."""
    ratios = []
    for model_type, plan in plans(AutoModelForCausalLM, num_hidden_layers=2):
        try:
            plan = with_override(plan)[0]  # noqa: PLW2901
            config = make_config(plan)
            config._experts_implementation = "batched_mm"
            model = make_model(plan, config)
            counts = count(model, config)
            expected = expected_flops(counts, config, sequence_length=TOKENS)
            with fake_tensors():
                found = count_flops(as_fake(model), {"input_ids": torch.ones((1, TOKENS), dtype=torch.int64)})
        except Exception as error:  # noqa: BLE001  # listed with its reason
            print(f"{model_type:28} {type(error).__name__}: {' '.join(str(error).split())[:90]}")
            continue
        ratios.append((found.total / expected, model_type))
        print(f"{model_type:28} {found.total / expected:.4f} {' '.join(found.assumptions)[:90]}", flush=True)
    close = sum(0.99 <= ratio <= 1.01 for ratio, _ in ratios)
    print(f"{len(ratios)} decoders counted, {close} within 1 % of the formula")


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    {"sizes": sizes, "decoders": decoders}[sys.argv[1]]()
