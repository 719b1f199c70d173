"""Lets small tensors that are made out of nothing keep their values under fake tensors."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode, _disable_current_modes

from catalog.builder.fake import REMEMBERED_ELEMENTS

_aten = torch.ops.aten
_SIZED = {
    _aten.zeros.default,
    _aten.ones.default,
    _aten.full.default,
    _aten.rand.generator,
    _aten.randn.generator,
}
_RANGES = {_aten.arange.default, _aten.arange.start, _aten.arange.start_step, _aten.linspace.default}


class RememberMade(TorchDispatchMode):  # type: ignore[misc]  # torch is not followed
    """Makes ranges, constants and random numbers of a given generator for real, and hands them to the fake mode below.

    Without it a model that computes places from ``arange`` and then reads one of them could not run.
    """

    def __torch_dispatch__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Called by torch for every operation."""
        options = dict(kwargs or {})
        if _is_small(func, args, options) and str(options.get("device") or "cpu") == "cpu":
            with _disable_current_modes():
                made = func(*args, **options)
            if made.numel() <= REMEMBERED_ELEMENTS:
                return _aten.lift_fresh.default(made)
        if func is _aten.index.Tensor:
            args = (args[0], _places(args[1]))
        return func(*args, **options)


class NumbersInLists(TorchFunctionMode):  # type: ignore[misc]  # torch is not followed
    """Lets ``torch.tensor`` take a list that has fake single numbers in it, as it takes real ones."""

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Any,
        args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None,
    ) -> Any:
        """Called by torch for every function."""
        if func in {torch.tensor, torch.as_tensor} and args and isinstance(args[0], (list, tuple)):
            args = (_numbers(args[0]), *args[1:])
        return func(*args, **(kwargs or {}))


def _places(indices: Any) -> list[Any]:
    """Indices with places instead of masks, where the mask's values are known, so that the shape is known, too."""
    found: list[Any] = []
    for index in indices:
        values = getattr(index, "constant", None)
        if values is None or values.dtype is not torch.bool:
            found.append(index)
            continue
        with _disable_current_modes():
            places = [place.clone() for place in values.nonzero().unbind(1)]
        found.extend(_aten.lift_fresh.default(place) for place in places)
    return found


def _numbers(values: Any) -> Any:
    if isinstance(values, (list, tuple)):
        return [_numbers(value) for value in values]
    return values.item() if isinstance(values, torch.Tensor) and values.dim() == 0 else values


def _is_small(func: Callable[..., Any], args: tuple[Any, ...], options: Mapping[str, Any]) -> bool:
    if func in _RANGES:
        return not any(isinstance(number, (int, float)) and abs(number) > REMEMBERED_ELEMENTS for number in args)
    if func is _aten.scalar_tensor.default:
        return True
    if func is _aten.empty.memory_format:  # sizes and places are often filled in afterwards; weights are real numbers
        return options.get("dtype") is torch.int64 and math.prod(args[0]) <= REMEMBERED_ELEMENTS
    return func in _SIZED and math.prod(args[0]) <= REMEMBERED_ELEMENTS
