"""Follows every tensor from its making to its end, and tells when most memory was held and by what.

The same bookkeeping as ``torch.distributed._tools.mem_tracker``, without its demands on the model: a dispatch mode sees
each storage that an operator returns, a weak reference tells when it is gone. On fake tensors nothing is allocated, so
that a model of any size is followed in the time of its Python code. What kernels allocate and free within one operator
is not seen; where that is much, it is known and added.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import torch
from torch._subclasses.fake_tensor import FakeTensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from catalog.builder.estimate.convolutions import within_convolution, within_convolution_backward

_SOFTMAX = frozenset({"_softmax", "_safe_softmax", "softmax"})
_INDEXED = frozenset({"gather", "scatter", "scatter_add"})
_LARGEST_KNOWN = 1 << 20
"""Elements up to which values are computed."""

_SMALLEST_SCORES = 3
"""Dimensions from which the result of a softmax is taken for attention scores: sequences, queries, keys."""


@dataclass(slots=True)
class Block:
    """One storage.

    Attributes:
        size: Bytes.
        born: Number of the operator that made it.
        died: Number of the operator after which it was gone; ``None`` while it is held.
        is_score: True for scores and probabilities of attention.
        copied: The storage that this one is a copy of in another dtype, where it is.
    """

    size: int
    born: int
    died: int | None = None
    is_score: bool = False
    copied: Block | None = None


class LiveMemory(TorchDispatchMode):  # type: ignore[misc]  # torch is untyped here
    """Counts the bytes that are held while it is active.

    Args:
        given: Tensors that exist before, such as weights; they count as nothing here.
    """

    def __init__(self, given: Iterable[torch.Tensor] = ()) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self.held = 0
        self.peak = 0
        self.peak_at = -1
        self.now = 0
        self._places: dict[int, int] = {}
        self._given = {storage_key(tensor): tensor for tensor in given}

    def __torch_dispatch__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Run an operator, and take note of what it made."""
        keyword = kwargs or {}
        _forget_values(args)
        name = getattr(function, "_schema").name.rpartition("::")[2]  # noqa: B009  # mypy knows no schema
        unknown = name == "_grouped_mm" and isinstance(args[0], FakeTensor)
        result = _grouped_product(*args, **keyword) if unknown else function(*args, **keyword)
        self.now += 1
        for leaf in tree_leaves(result):
            if isinstance(leaf, torch.Tensor):
                self._see(leaf)
        self._follow_scores(name, args[0] if args else None, result)
        within = self.held + _within_kernel(name, args, result)
        if within > self.peak:
            self.peak, self.peak_at = within, self.now
        return result

    def at_peak(self) -> Iterator[Block]:
        """What was held when most was held."""
        for block in self.blocks:
            if block.born <= self.peak_at and (block.died is None or block.died > self.peak_at):
                yield block

    def scores_at_peak(self) -> int:
        """Bytes of what was held then in the shape of attention scores."""
        return sum(block.size for block in self.at_peak() if block.is_score)

    def _see(self, tensor: torch.Tensor) -> None:
        key = storage_key(tensor)
        if key in self._places or key in self._given:
            return
        storage = tensor.untyped_storage()
        place = len(self.blocks)
        self.blocks.append(Block(storage.nbytes(), self.now))
        self._places[key] = place
        weakref.finalize(storage, self._lose, key, place).atexit = False
        self.held += self.blocks[place].size
        if self.held > self.peak:
            self.peak, self.peak_at = self.held, self.now

    def _follow_scores(self, name: str, source: Any, result: Any) -> None:
        """Mark what goes into a softmax over keys, what comes out, and what is made of that in the same shape."""
        if not isinstance(source, torch.Tensor) or not isinstance(result, torch.Tensor):
            return
        origin, made = self._block(source), self._block(result)
        if name in _SOFTMAX and result.dim() >= _SMALLEST_SCORES:
            for block in (origin, made, origin.copied if origin is not None else None):
                if block is not None:
                    block.is_score = True
        elif name == "_to_copy" and made is not None and origin is not made:
            made.copied = origin
            made.is_score = origin is not None and origin.is_score
        elif origin is not None and origin.is_score and made is not None and source.shape == result.shape:
            made.is_score = True

    def _block(self, tensor: torch.Tensor) -> Block | None:
        place = self._places.get(storage_key(tensor))
        return None if place is None else self.blocks[place]

    def _lose(self, key: int, place: int) -> None:
        block = self.blocks[place]
        block.died = self.now + 1
        self.held -= block.size
        if self._places.get(key) == place:
            del self._places[key]


def storage_key(tensor: torch.Tensor) -> int:
    """A number that all views of one storage share while it exists."""
    return int(tensor.untyped_storage()._cdata)


def _forget_values(args: Any) -> None:
    """Let fake tensors that remember their values forget them before an operator makes something large of them.

    Their operators are computed for real beside the fake ones: two ranges of 65,536 places make a table of 32 GiB.
    """
    known = [item for item in args if isinstance(item, torch.Tensor) and getattr(item, "constant", None) is not None]
    if not known:
        return
    sizes: list[int] = []
    for tensor in known:
        for place, size in enumerate(reversed(tensor.shape)):
            if place == len(sizes):
                sizes.append(size)
            sizes[place] = max(sizes[place], size)
    repeated = [item for item in args[1:2] if isinstance(item, (list, tuple))]
    counts = [count for item in repeated for count in item if isinstance(count, int) and count > 1]
    if math.prod(sizes) * math.prod(counts) > _LARGEST_KNOWN:
        for tensor in known:
            tensor.constant = None


def _within_kernel(name: str, args: Any, result: Any) -> int:
    """Bytes that a kernel takes besides its result, for the kernels where that is much.

    Those of convolutions are told by :mod:`catalog.builder.estimate.convolutions`. A softmax that is safe for rows
    without any key first marks, in a byte each, the places that are masked. Places to gather from or scatter to are
    copied into int64 where they are of another dtype.
    """
    if name in _INDEXED and args[2].dtype is not torch.int64:
        return int(args[2].numel()) * 8
    if name == "convolution":
        return within_convolution(args, result)
    if name == "convolution_backward":
        return within_convolution_backward(args)
    return args[0].numel() if name == "_safe_softmax" else 0


def _grouped_product(left: Any, right: Any, offsets: Any = None, _bias: Any = None, dtype: Any = None) -> Any:
    """What a product of groups of rows returns, which fake tensors know for bfloat16 only."""
    shape: tuple[int, ...]
    if left.dim() == right.dim() == 2:
        shape = (offsets.shape[0], left.shape[0], right.shape[1])
    elif left.dim() == right.dim():
        shape = (left.shape[0], left.shape[1], right.shape[2])
    else:
        shape = (left.shape[-2], right.shape[-1])
    return left.new_empty(shape, dtype=dtype or left.dtype)
