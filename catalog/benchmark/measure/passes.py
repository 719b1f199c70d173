"""What is timed: a forward pass, or a step of training, with everything prepared that does not belong to it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import torch

from catalog.benchmark.measure.refusals import UnsupportedError
from catalog.builder.estimate.cache_tensors import tensors_in

_NO_LOSS: Final = "The loss is the mean of the first output, since the model computes none itself."


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """Something to run over and over.

    Attributes:
        call: Runs it once.
        context: What it runs within, made anew for every use.
        notes: What its figures rest on, once it has run.
        kept_bytes: Bytes that it keeps between two runs besides the model and its inputs.
    """

    call: Callable[[], Any]
    context: Callable[[], AbstractContextManager[Any]] = nullcontext
    notes: Callable[[], tuple[str, ...]] = tuple
    kept_bytes: Callable[[], int] = lambda: 0


def forward_pass(model: Any, inputs: Mapping[str, Any]) -> Pass:
    """A forward pass without gradients and without a cache, as :func:`catalog.builder.forward.run_forward` does it."""
    model.eval()
    return Pass(call=partial(model, **_arguments(model, inputs)), context=torch.no_grad)


def training_step(model: Any, inputs: Mapping[str, Any]) -> Pass:
    """A forward pass, the backward pass of its loss, and a step of AdamW.

    Args:
        model: The model.
        inputs: Arguments of its forward pass, labels included where its head has a loss.

    Raises:
        UnsupportedError: If it has no parameters to train, or no output depends on them.
    """
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    if not trained:
        raise UnsupportedError("It has no parameters to train.")
    # The step is small: thousands of them on the same inputs must not drive the weights to infinity.
    optimizer = torch.optim.AdamW(trained, lr=1e-6)
    model.train()
    run = partial(model, **_arguments(model, inputs))
    notes: list[str] = []

    def step() -> None:
        outputs = run()
        loss = getattr(outputs, "loss", None)
        if loss is None:
            loss = _mean_of_first(outputs)
            if not notes:
                notes.append(_NO_LOSS)
        del outputs
        (loss if loss.dim() == 0 else loss.sum()).backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)

    return Pass(
        call=step,
        context=torch.enable_grad,
        notes=lambda: tuple(notes),
        kept_bytes=partial(_state_bytes, optimizer),
    )


def _arguments(model: Any, inputs: Mapping[str, Any]) -> dict[str, Any]:
    options = {"use_cache": False} if "use_cache" in inspect.signature(model.forward).parameters else {}
    return {**options, **inputs}


def _mean_of_first(outputs: Any) -> torch.Tensor:
    for tensor in tensors_in(outputs):
        if tensor.is_floating_point() and tensor.requires_grad:
            return tensor.float().mean()
    raise UnsupportedError("It cannot be trained: no output depends on its parameters.")


def _state_bytes(optimizer: torch.optim.Optimizer) -> int:
    values = [value for state in optimizer.state.values() for value in state.values()]
    return sum(value.numel() * value.element_size() for value in values if isinstance(value, torch.Tensor))
