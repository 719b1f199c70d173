"""Memory that a convolution takes within its kernel on processors, besides what it is given and returns.

torch chooses among kernels by shapes (``aten/src/ATen/native/Convolution.cpp``), and is asked which. Its own ones lay
the patches under the kernel out as columns and multiply. oneDNN computes in a layout of its own, blocks of channels:
input and weight are copied into it, and the result out of it. cuDNN's workspaces are of that order.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import torch
from torch._prims_common import suggest_memory_format
from torch.utils._python_dispatch import _disable_current_modes

_IMAGES = 4
"""Dimensions of samples of images, which have places in two directions."""
_BLOCK = 16
"""Channels of a block, to which oneDNN fills up: float32 values in a register of AVX-512."""
_FEW = 3
"""Channels of an input, such as an image's, up to which oneDNN reads it as it is."""
_WIDEST = 14
"""Width of a kernel up to which oneDNN has code of its own for gradients of weights; columns serve beyond it."""
_WIDEST_DEPTHWISE = 3
"""The same for depthwise convolutions."""
_SUMS = 4
"""Copies of the weight's gradient among which those columns are summed up."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """Sizes of one convolution; `columns` are the bytes of the patches of all samples, `sample` those of one."""

    source: Any
    weight: Any
    result: Any
    transposed: bool
    groups: int

    @property
    def samples(self) -> int:
        return int(self.source.shape[0]) if self.source.dim() == self.weight.dim() else 1

    @property
    def columns(self) -> int:
        """Bytes of the patches of one sample: a value for each weight of a channel, at each place."""
        wide, narrow = (self.result, self.source) if self.transposed else (self.source, self.result)
        spatial = self.weight.dim() - 2
        channels = int(wide.shape[-spatial - 1])
        places = math.prod(narrow.shape[-spatial:]) * math.prod(self.weight.shape[2:])
        return int(channels * places * self.source.element_size())

    @property
    def is_depthwise(self) -> bool:
        return self.groups > 1 and self.weight.shape[1] == 1 and self.groups == self.weight.shape[0]

    def blocked(self, tensor: Any) -> int:
        """Bytes of an input or a result in oneDNN's layout."""
        spatial = self.weight.dim() - 2
        channels = int(tensor.shape[-spatial - 1])
        if channels <= _FEW and not self.is_depthwise:
            return 0
        return bytes_of(tensor) // channels * self._filled(channels)

    def blocked_weight(self, *, few: bool) -> int:
        """Bytes of the weight in oneDNN's layout; `few` where few channels stay as they are."""
        outer, inner = self.weight.shape[:2]
        inner = inner if self.is_depthwise or (few and inner <= _FEW) else self._filled(inner)
        return int(bytes_of(self.weight) // math.prod(self.weight.shape[:2]) * self._filled(outer) * inner)

    def _filled(self, channels: int) -> int:
        if self.groups > 1 and not self.is_depthwise:
            return channels
        return -(-channels // _BLOCK) * _BLOCK

    @property
    def multiplies_columns(self) -> bool:
        """Whether oneDNN has no code of its own for the weight's gradient."""
        widest = max(self.weight.shape[2:])
        if self.is_depthwise:
            return bool(widest > _WIDEST_DEPTHWISE)
        return bool(widest > _WIDEST) or (self.groups > 1 and self.weight.shape[1] % _BLOCK > 0)


def bytes_of(tensor: Any) -> int:
    """Bytes of a tensor's values."""
    return int(tensor.numel() * tensor.element_size())


def within_convolution(args: Any, result: Any) -> int:
    """Bytes beside the result of ``aten::convolution``.

    Args:
        args: Its arguments: input, weight, bias, stride, padding, dilation, transposed, output padding, groups.
        result: What it returned.
    """
    source, weight = args[:2]
    return _copied(source, weight) + _within(args, result)


def _within(args: Any, result: Any) -> int:
    source, weight, *_, transposed, _, groups = args
    shape = _Shape(source, weight, result, transposed, groups)
    kernel = _kernel(source, weight, args[2], *args[3:])
    if kernel != "Mkldnn":
        return _columns(kernel, shape, stride=args[3], padding=args[4])
    made = max(shape.blocked(result), bytes_of(result))
    computing = shape.blocked(source) + shape.blocked_weight(few=True) + made - bytes_of(result)
    return max(computing, made)  # copied out of the layout, the result is there twice


def within_convolution_backward(args: Any) -> int:
    """Bytes beside the gradients that ``aten::convolution_backward`` returns.

    Args:
        args: Its arguments: gradient of the result, input, weight, sizes of the bias, then as for the convolution, and
            which gradients are wanted.
    """
    gradient, source, weight, bias, *numbers, wanted = args
    stride, padding, _, transposed, _, groups = numbers
    shape = _Shape(source, weight, gradient, transposed, groups)
    kernel = _kernel(source, weight, bias, *numbers)
    if kernel != "Mkldnn":
        return _columns(kernel, shape, stride=stride, padding=padding)
    copied = _copied(source, weight) + _copied(gradient, weight)
    if shape.is_depthwise and shape.multiplies_columns and _comes_last(source):
        return (_BLOCK * _BLOCK + 1) * bytes_of(weight)  # each group's one by one channels fill a block both ways
    given = max(shape.blocked(gradient), bytes_of(gradient))
    first = second = 0
    if wanted[0]:  # before there is any gradient of the weight
        own = max(shape.blocked(source), bytes_of(source))
        first = given + shape.blocked_weight(few=False) + own - bytes_of(source)
        first -= bytes_of(weight) if wanted[1] else 0
    if wanted[1] and shape.multiplies_columns:
        second = shape.columns // groups + _SUMS * bytes_of(weight)
    elif wanted[1]:
        second = given + shape.blocked(source) + shape.blocked_weight(few=True) - bytes_of(weight)
    return max(first, second, 0) + copied


def _copied(source: Any, weight: Any) -> int:
    """Bytes of the copy that is made of an input whose values do not lie in a row, such as a permuted one.

    One whose channels come last is taken as it is; the weight is brought into the same order.
    """
    if source.dim() < _IMAGES or source.is_contiguous():
        return 0
    return bytes_of(weight) if _comes_last(source) else bytes_of(source)


def _comes_last(source: Any) -> bool:
    """True where the channels of each place lie in a row."""
    if source.dim() < _IMAGES or source.is_contiguous():
        return False
    return bool(source.is_contiguous(memory_format=suggest_memory_format(source)))


def _columns(kernel: str, shape: _Shape, *, stride: Any, padding: Any) -> int:
    """Bytes of columns of torch's own kernels: of all samples at once in the plain ones, of one at a time in others."""
    if kernel.startswith(("Slow2d", "Slow3d")):
        is_product = max(shape.weight.shape[2:]) == 1 and max(stride) == 1 and max(padding) == 0
        return 0 if is_product else shape.samples * shape.columns // shape.groups
    return shape.columns // shape.groups if kernel.startswith("Slow") else 0


def _kernel(source: Any, weight: Any, bias: Any, *numbers: Any) -> str:
    """Name of the kernel that torch chooses for tensors of these shapes on the processor."""
    with _disable_current_modes():
        like = [torch.empty((), dtype=item.dtype).expand(item.shape) for item in (source, weight)]
        added = (
            torch.empty((), dtype=weight.dtype).expand(weight.shape[0]) if bias is not None and not numbers[3] else None
        )
        return str(torch._C._select_conv_backend(*like, added, *numbers, None)).rpartition(".")[2]
