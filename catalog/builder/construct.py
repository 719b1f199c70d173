"""Makes the configuration and the model of a plan. Nothing here asks the catalog or checks the parameters first."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from catalog.builder.plan import BuildPlan, merged, nested
from catalog.builder.weights import every_weight_set, moved, repeatable

if TYPE_CHECKING:
    from torch import nn
    from transformers import PreTrainedConfig


def make_config(plan: BuildPlan) -> PreTrainedConfig:
    """Make the configuration of a plan.

    Args:
        plan: What to build.

    Returns:
        The configuration: the checkpoint's, or the class's defaults, with the plan's parameters.

    Raises:
        CheckpointError: If the checkpoint's configuration cannot be read.
        Exception: Whatever the configuration class raises; :func:`catalog.builder.failures.explain` tells what of.
    """
    config_class = getattr(importlib.import_module(plan.module), plan.config_class)
    params = nested(plan.params)
    if plan.checkpoint is None:
        return config_class(**params)
    from catalog.builder.pretrained import checkpoint_config  # noqa: PLC0415  # few plans have a checkpoint

    config = checkpoint_config(plan.checkpoint)
    for name, value in params.items():
        own_name = config_class.attribute_map.get(name, name)
        key = own_name if own_name in config else name
        # As ``from_pretrained(…, text_config={…})`` does it: parts of a nested configuration, anything else whole.
        config[key] = merged(config.get(key), value) if key in config_class.sub_configs else value
    return config_class.from_dict(config)


def make_model(plan: BuildPlan, config: PreTrainedConfig | None = None) -> nn.Module:
    """Make the model of a plan, in evaluation mode, as ``from_pretrained`` gives it.

    Args:
        plan: What to build.
        config: Its configuration, where it is made already; the model keeps and may change it.

    Returns:
        The model. On the meta device its tensors have shapes and no values; elsewhere every weight is set: loaded,
        or drawn at random as the model class does it.

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
        if plan.pretrained and plan.checkpoint is not None:
            from catalog.builder.pretrained import load_model  # noqa: PLC0415  # few plans load weights

            model, _ = load_model(model_class, config, plan.checkpoint, options)
        elif plan.device == "meta":
            stack.enter_context(torch.device("meta"))
            model = model_class._from_config(config, **options)
        else:
            stack.enter_context(torch.device(plan.device))
            model = every_weight_set(lambda: model_class._from_config(config, **options))
        return moved(model, plan.device).eval()


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
        found = transformers.AutoModel._model_mapping[config_class]  # it has no public name
        return found[0] if isinstance(found, tuple) else found  # of several the auto class takes the first
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

    for name, value in vars(module).items():
        is_model = (
            isinstance(value, type) and issubclass(value, PreTrainedModel) and value.__module__ == module.__name__
        )
        if is_model and not name.endswith("PreTrainedModel") and value.config_class is config_class:
            yield value
