"""Fake tensors, which have shapes and no values, set up so that models run on them.

A model may read values of its inputs on the way: the grid of patches of an image, the places of image tokens, the
length of a text. Fake tensors remember the values of single numbers only. Here they remember those of small tensors
too, as long as nothing computed from weights gets in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

REMEMBERED_ELEMENTS = 1 << 22
"""Elements up to which a fake tensor that was made from values keeps them."""


@contextmanager
def fake_tensors() -> Iterator[Any]:
    """Make every tensor within the block a fake one that remembers small given values.

    Yields:
        The ``FakeTensorMode``.
    """
    from torch._subclasses import fake_tensor  # noqa: PLC0415 (the mode has no public home; torch is heavy)

    from catalog.builder.fake_values import NumbersInLists, RememberMade  # noqa: PLC0415

    before = getattr(fake_tensor, "CONSTANT_NUMEL_LIMIT", None)
    try:
        if before is not None:
            fake_tensor.CONSTANT_NUMEL_LIMIT = REMEMBERED_ELEMENTS
        with fake_tensor.FakeTensorMode(allow_non_fake_inputs=True) as mode, RememberMade(), NumbersInLists():
            yield mode
    finally:
        if before is not None:
            fake_tensor.CONSTANT_NUMEL_LIMIT = before


def as_fake(model: Any) -> Any:
    """Turn what a model holds on the meta device into fake tensors on the processor, in place.

    To be called within :func:`fake_tensors`. Parameters that share one tensor still do so afterwards. Models are built
    on the meta device first because some read numbers from tensors while they are built.

    Args:
        model: A model on the meta device.

    Returns:
        The same model.
    """
    import torch  # noqa: PLC0415
    from torch import nn  # noqa: PLC0415

    done: dict[int, Any] = {}

    def converted(tensor: Any) -> Any:
        if not isinstance(tensor, torch.Tensor) or tensor.device.type != "meta":
            return tensor
        if id(tensor) not in done:
            new: Any = torch.empty_like(tensor, device="cpu")
            if isinstance(tensor, nn.Parameter):
                new = nn.Parameter(new, requires_grad=tensor.requires_grad)
            done[id(tensor)] = new
        return done[id(tensor)]

    for module in model.modules():
        for holder in (module._parameters, module._buffers, module.__dict__):
            for name, value in list(holder.items()):
                if isinstance(value, torch.Tensor):
                    holder[name] = converted(value)
                elif isinstance(value, (list, tuple)) and any(isinstance(item, torch.Tensor) for item in value):
                    holder[name] = type(value)(map(converted, value))
    return model
