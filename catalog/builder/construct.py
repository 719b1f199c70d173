"""Makes the configuration and the model of a plan. Nothing here asks the catalog or checks the parameters first."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from catalog.builder.plan import BuildPlan, nested

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedConfig


def make_config(plan: BuildPlan) -> PreTrainedConfig:
    """Make the configuration of a plan.

    Args:
        plan: What to build.

    Returns:
        The configuration, with the plan's parameters.

    Raises:
        Exception: Whatever the configuration class raises; :func:`catalog.builder.failures.explain` tells what of.
    """
    config_class = getattr(importlib.import_module(plan.module), plan.config_class)
    return config_class(**nested(plan.params))


def make_model(plan: BuildPlan, config: PreTrainedConfig | None = None) -> nn.Module:
    """Make the model of a plan, in evaluation mode, as ``from_pretrained`` gives it.

    Args:
        plan: What to build.
        config: Its configuration, where it is made already; the model keeps and may change it.

    Returns:
        The model. On the meta device its tensors have shapes and no values; elsewhere its weights are initialised.

    Raises:
        Exception: Whatever the model class raises; :func:`catalog.builder.failures.explain` tells what of.
    """
    import torch  # noqa: PLC0415  # it takes seconds, and plans are made without it

    config = make_config(plan) if config is None else config
    model_class = find_architecture(plan, config)
    options: dict[str, Any] = {}
    if plan.dtype is not None:
        options["dtype"] = getattr(torch, plan.dtype)
    if plan.attention is not None:
        options["attn_implementation"] = plan.attention
    with ExitStack() as stack:
        stack.enter_context(repeatable(plan.seed))
        stack.enter_context(torch.device(plan.device))
        return model_class._from_config(config, **options).eval()


def find_architecture(plan: BuildPlan, config: PreTrainedConfig) -> Any:
    """The model class of a plan: the one it names, else the one that transformers takes for the plain model.

    Raises:
        LookupError: If there is no such class.
    """
    import transformers  # noqa: PLC0415  # it takes seconds, and plans are made without it

    if plan.architecture is not None:
        return getattr(transformers, plan.architecture)
    return transformers.AutoModel._model_mapping[type(config)]  # the mapping has no public name


@contextmanager
def repeatable(seed: int | None) -> Iterator[None]:
    """Draw random numbers from a seed within the block, and leave the generators as they were.

    Args:
        seed: The seed; ``None`` to do nothing.
    """
    import random  # noqa: PLC0415

    import torch  # noqa: PLC0415

    if seed is None:
        yield
        return
    import numpy as np  # noqa: PLC0415  # transformers brings it

    python_state, numpy_state = random.getstate(), np.random.get_state()
    devices = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(seed)
        random.seed(seed)
        np.random.seed(seed % 2**32)
        try:
            yield
        finally:
            random.setstate(python_state)
            np.random.set_state(numpy_state)
