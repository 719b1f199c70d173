"""Inputs of a workload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from catalog.builder.inputs import make_inputs
from catalog.measurements import Workload


def inputs_for(model: Any, workload: Workload, *, labels: bool = False) -> dict[str, Any]:
    """Arguments of a forward pass, real numbers in the element type of the workload.

    Args:
        model: The model.
        workload: What it is asked to do.
        labels: Add what a loss is computed from, where the model's head has one.
    """
    made = make_inputs(
        model,
        model.config,
        batch_size=workload.batch_size,
        sequence_length=workload.sequence_length,
        image_size=workload.image_size,
        device=workload.device,
        seed=workload.seed,
        labels=labels,
    )
    wanted = getattr(torch, workload.dtype)
    return {name: _cast(value, wanted) for name, value in made.items()}


def tokens_read(inputs: Mapping[str, Any]) -> int | None:
    """Tokens that a pass reads, those that a decoder is given included; ``None`` for a model that reads no text."""
    found = [inputs[name] for name in ("input_ids", "decoder_input_ids") if name in inputs]
    counts = [item.numel() for item in found if isinstance(item, torch.Tensor) and not item.is_floating_point()]
    return sum(counts) or None


def state_notes(inputs: Mapping[str, Any]) -> tuple[str, ...]:
    """What is to be said where a model writes into its inputs, as those do that follow objects through a video."""
    kept = [name for name, value in inputs.items() if type(value).__name__.endswith("Session")]
    return tuple(
        f"{name} keeps what was computed from one run to the next, so that later runs compute less than the first one."
        for name in kept
    )


def _cast(value: Any, dtype: torch.dtype) -> Any:
    if isinstance(value, torch.Tensor):
        return value.to(dtype) if value.is_floating_point() else value
    if isinstance(value, Mapping):
        return {name: _cast(item, dtype) for name, item in value.items()}
    return type(value)(_cast(item, dtype) for item in value) if type(value) in (list, tuple) else value
