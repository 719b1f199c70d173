"""What building a model tells: its size, its parts, its cache, and, where asked for, a forward pass."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

from catalog.builder.construct import make_config, make_model
from catalog.builder.counting import count
from catalog.builder.counting_walk import walk
from catalog.builder.errors import need_torch
from catalog.builder.estimate.kv_cache import kv_cache_values_per_token
from catalog.builder.failures import Stage, explain
from catalog.builder.overrides import Override, with_override
from catalog.builder.plan import BuildPlan
from catalog.builder.summary import summarise
from catalog.model_facts import BuildFailure, ForwardFacts, ModelFacts
from catalog.values import to_json


def facts_of(plan: BuildPlan, *, base: bool = False, forward: bool = False) -> ModelFacts:
    """Build a plan on the meta device and tell its facts; what goes wrong is told among them.

    Args:
        plan: What to build; its device, seed and weights are not looked at.
        base: Whether the architecture stands for the size of its configuration.
        forward: Try a forward pass on fake tensors and count its floating-point operations, too.

    Returns:
        The facts, or why it does not build.

    Raises:
        MissingDependencyError: If torch or transformers is not installed.
        LookupError: If the plan names no architecture, and transformers has no model of that configuration.
    """
    need_torch()
    plan, override = with_override(dataclasses.replace(plan, device="meta", pretrained=False, seed=None))
    config: Any = None
    stage: Stage = "config"
    started = time.perf_counter()
    try:
        config = make_config(plan)
        stage = "model"
        model = make_model(plan, config)
    except Exception as error:  # any model may fail in any way; that is what is told
        if plan.architecture is None and type(error) is LookupError:
            raise
        return failed_facts(plan, explain(error, stage=stage, plan=plan, config=config), override=override, base=base)
    seconds = time.perf_counter() - started
    found = dataclasses.replace(facts_of_model(model, plan, override=override, base=base), seconds=seconds)
    del model
    return dataclasses.replace(found, forward=forward_facts(plan)) if forward else found


def facts_of_model(model: Any, plan: BuildPlan, *, override: Override | None = None, base: bool = False) -> ModelFacts:
    """The facts of a model that is built already, on any device.

    Args:
        model: The model.
        plan: What it was built from.
        override: What was given besides the defaults.
        base: Whether it stands for the size of its configuration.
    """
    tree = walk(model)
    counts = count(model, model.config, tree=tree)
    return ModelFacts(
        **_identity(plan, override, base=base) | {"architecture": type(model).__name__},
        **{field.name: getattr(counts, field.name) for field in dataclasses.fields(counts)},
        kv_cache_values_per_token=kv_cache_values_per_token(model.config),
        summary=summarise(model, tree=tree),
    )


def forward_facts(plan: BuildPlan, *, tiny: BuildPlan | None = None, seconds: float | None = None) -> ForwardFacts:
    """Run the plan's model on fake tensors, and count the floating-point operations of that.

    Args:
        plan: What to build; what its model needs besides its defaults is added.
        tiny: The same model at a small size, which runs on real tensors where the other does not on fake ones.
        seconds: How long each try may take; in the main thread only.
    """
    from catalog.builder.forward import forward_either_way  # noqa: PLC0415  # counting parameters needs no inputs

    plan = dataclasses.replace(plan, device="meta", pretrained=False, seed=None)
    return forward_either_way(plan, tiny, flops=True, seconds=seconds)


def failed_facts(
    plan: BuildPlan, failure: BuildFailure, *, override: Override | None = None, base: bool = False
) -> ModelFacts:
    """The facts of a model that does not build.

    Args:
        plan: What was to be built.
        failure: Why it was not.
        override: What was given besides the defaults.
        base: Whether it stands for the size of its configuration.
    """
    return ModelFacts(**_identity(plan, override, base=base), failure=failure)


def _identity(plan: BuildPlan, override: Override | None, *, base: bool) -> dict[str, Any]:
    """What the facts are of."""
    import torch  # noqa: PLC0415  # it takes seconds, and failing may come before
    import transformers  # noqa: PLC0415

    given = () if override is None else (*override.params, *override.per_layer)
    return {
        "release": transformers.__version__,
        "config_class": plan.config_class,
        "model_type": plan.model_type,
        "architecture": plan.architecture or "",
        "base": base,
        "override": None if override is None else override.reason,
        "override_params": {} if override is None else {name: to_json(_at(plan, name)) for name in given},
        "torch": torch.__version__,
    }


def _at(plan: BuildPlan, dotted: str) -> Any:
    """The value of a plan's nested parameters by its dotted name."""
    value: Any = plan.params
    for key in dotted.split("."):
        value = value[key]
    return value
