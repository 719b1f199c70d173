"""Makes the configuration and the model of a plan. Nothing here asks the catalog or checks the parameters first."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
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
    model_class = find_architecture(plan, type(config))
    config = fitting(config, model_class)
    options: dict[str, Any] = {}
    if plan.dtype is not None:
        options["dtype"] = getattr(torch, plan.dtype)
    if plan.attention is not None:
        options["attn_implementation"] = plan.attention
    with ExitStack() as stack:
        stack.enter_context(repeatable(plan.seed))
        stack.enter_context(torch.device(plan.device))
        return model_class._from_config(config, **options).eval()


def find_architecture(plan: BuildPlan, config_class: type[PreTrainedConfig]) -> Any:
    """The model class of a plan: the one it names, else the plain one.

    Args:
        plan: What to build.
        config_class: Its configuration class.

    Returns:
        The class; where the plan names none, the one that transformers takes for the plain model, else the one of the
        configuration's own package that takes it.

    Raises:
        LookupError: If there is no such class.
    """
    import transformers  # noqa: PLC0415  # it takes seconds, and plans are made without it

    if plan.architecture is not None:
        if (found := getattr(transformers, plan.architecture, None)) is not None:
            return found
        for module in _modeling_modules(plan.module):
            if hasattr(module, plan.architecture):
                return getattr(module, plan.architecture)
        raise LookupError(f"transformers {transformers.__version__} has no model class {plan.architecture}")
    try:
        return transformers.AutoModel._model_mapping[config_class]  # it has no public name
    except KeyError:
        own = [found for module in _modeling_modules(plan.module) for found in _models_of(module, config_class)]
    if not own:
        raise LookupError(f"transformers {transformers.__version__} has no model class for {plan.config_class}")
    return min(own, key=lambda found: (not found.__name__.endswith("Model"), len(found.__name__), found.__name__))


def fitting(config: PreTrainedConfig, model_class: Any) -> PreTrainedConfig:
    """The part of a configuration that a model class takes, as the auto classes choose it.

    A text model of a multimodal configuration takes its ``text_config``; most models take the whole.
    """
    wanted = getattr(model_class, "config_class", None)
    if wanted is None or isinstance(config, wanted):
        return config
    subs = [getattr(config, name, None) for name in type(config).sub_configs]
    found = [sub for sub in subs if isinstance(sub, wanted)]
    return found[0] if len(found) == 1 else config


def _modeling_modules(configuration_module: str) -> Iterator[ModuleType]:
    """The modules with models beside a module with configurations."""
    package = configuration_module.rpartition(".")[0]
    for folder in importlib.import_module(package).__path__:
        for path in sorted(Path(folder).glob("modeling_*.py")):
            yield importlib.import_module(f"{package}.{path.stem}")


def _models_of(module: ModuleType, config_class: type[PreTrainedConfig]) -> Iterator[Any]:
    """Model classes of a module that take exactly that configuration and can be made."""
    from transformers import PreTrainedModel  # noqa: PLC0415  # it takes seconds

    for value in vars(module).values():
        if isinstance(value, type) and issubclass(value, PreTrainedModel) and value.__module__ == module.__name__:
            if value.config_class is config_class and not value.__name__.endswith("PreTrainedModel"):
                yield value


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
