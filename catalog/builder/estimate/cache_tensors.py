"""Finds the tensors of a cache, whatever class keeps them."""

from __future__ import annotations

from typing import Any

import torch

_NAMES = ("past_key_values", "cache_params", "past_buckets_states", "state", "mems")
"""Fields under which models return what they keep."""

_BOOKKEEPING = frozenset({"_sliding_window_tensor", "cumulative_length", "config"})


def cache_tensors(outputs: Any) -> list[torch.Tensor]:
    """Tensors of real numbers that a forward pass keeps for the next token.

    Args:
        outputs: What the forward pass returned.

    Returns:
        Each tensor once; none where the model keeps nothing.
    """
    for name in _NAMES:
        kept = getattr(outputs, name, None)
        if kept is not None:
            return [tensor for tensor in tensors_in(kept) if tensor.is_floating_point()]
    return []


def tensors_in(value: Any) -> list[torch.Tensor]:
    """All tensors in nested containers and in objects of transformers, each once."""
    found: dict[int, torch.Tensor] = {}
    seen: set[int] = set()
    _collect(value, found, seen)
    return list(found.values())


def _collect(value: Any, found: dict[int, torch.Tensor], seen: set[int]) -> None:
    if isinstance(value, torch.Tensor):
        found.setdefault(id(value), value)
        return
    if id(value) in seen:
        return
    seen.add(id(value))
    if isinstance(value, dict):
        parts = list(value.values())
    elif isinstance(value, (list, tuple)):
        parts = list(value)
    elif type(value).__module__.startswith("transformers") and hasattr(value, "__dict__"):
        parts = [part for name, part in vars(value).items() if name not in _BOOKKEEPING]
    else:
        return
    for part in parts:
        _collect(part, found, seen)
