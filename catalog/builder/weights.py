"""Random weights: repeatable from a seed, and none of them left as whatever lay in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from torch import nn

_STANDARD_DEVIATION = 0.02
"""That of weights which a model class forgets, where its configuration states none."""


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


def every_weight_set(make: Callable[[], nn.Module]) -> nn.Module:
    """Make a model, and draw the weights that its class leaves as they lie in memory.

    Memory is filled with NaN while the model is made, which is how such weights are found: matrices become normally
    distributed with the ``initializer_range`` of the configuration, vectors zero.

    Args:
        make: Makes the model.

    Returns:
        The model.
    """
    import torch  # noqa: PLC0415

    deterministic = torch.are_deterministic_algorithms_enabled()
    warns_only = torch.is_deterministic_algorithms_warn_only_enabled()
    fills = torch.utils.deterministic.fill_uninitialized_memory
    try:
        torch.use_deterministic_algorithms(mode=True, warn_only=True)
        torch.utils.deterministic.fill_uninitialized_memory = True
        model = make()
    finally:
        torch.use_deterministic_algorithms(mode=deterministic, warn_only=warns_only)
        torch.utils.deterministic.fill_uninitialized_memory = fills
    _set_forgotten(model)
    return model


def _set_forgotten(model: nn.Module) -> None:
    import torch  # noqa: PLC0415
    from torch._subclasses import FakeTensor  # noqa: PLC0415  # it has no public name

    deviation = getattr(getattr(model, "config", None), "initializer_range", None) or _STANDARD_DEVIATION
    with torch.no_grad():
        for parameter in model.parameters():
            if (
                isinstance(parameter, FakeTensor)
                or not parameter.is_floating_point()
                or parameter.device.type == "meta"
            ):
                continue
            unset = torch.isnan(parameter)
            if not unset.any():
                continue
            values = torch.zeros_like(parameter)
            if parameter.dim() > 1:
                values.normal_(0.0, deviation)
            parameter.copy_(torch.where(unset, values, parameter))


def moved(model: nn.Module, device: str) -> nn.Module:
    """A model with all its tensors on a device, those included that its class made elsewhere; tied ones stay tied.

    Args:
        model: The model, which is changed.
        device: ``"meta"``, ``"cpu"``, ``"cuda"`` or ``"cuda:1"``.
    """
    import torch  # noqa: PLC0415

    wanted = torch.device(device)
    if wanted.type != "meta":
        return model.to(wanted)
    from torch import nn  # noqa: PLC0415

    # ``Module.to("meta")`` makes a tensor for each name, and so unties what is tied.
    made: dict[int, torch.Tensor] = {}
    for module in model.modules():
        for name, parameter in module._parameters.items():
            if parameter is not None and parameter.device.type != "meta":
                new = nn.Parameter(parameter.to("meta"), requires_grad=parameter.requires_grad)
                module._parameters[name] = made.setdefault(id(parameter), new)
        for name, buffer in module._buffers.items():
            if buffer is not None and buffer.device.type != "meta":
                module._buffers[name] = made.setdefault(id(buffer), buffer.to("meta"))
    return model
