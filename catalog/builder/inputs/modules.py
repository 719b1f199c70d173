"""A look into a model's modules: its first layer tells what shape it wants better than any parameter does."""

from __future__ import annotations

from typing import Any

from torch import nn

from catalog.builder.inputs.request import Request


def tower(request: Request, config: Any) -> Any:
    """The outermost module that a sub-configuration describes; the whole model where none is found."""
    if config is request.config:
        return request.model
    for module in request.model.modules():
        if getattr(module, "config", None) is config:
            return module
    return request.model


def first_layer(module: Any, *kinds: type[nn.Module]) -> Any:
    """The first convolution or linear layer of a module, in the order of definition; ``None`` where there is none."""
    wanted = kinds or (nn.Conv1d, nn.Conv2d, nn.Conv3d, nn.Linear)
    return next((inner for inner in module.modules() if isinstance(inner, wanted)), None)
