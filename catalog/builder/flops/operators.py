"""Formulas for operators that torch's counter has none for; one for each overload packet.

Like torch's own, each formula takes the arguments of the operator and its result, and tells its operations.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final, TypeAlias

import torch
from torch.utils.flop_counter import flop_registry, sdpa_backward_flop_count, sdpa_flop_count

Formula: TypeAlias = Callable[..., int]

aten = torch.ops.aten


def attention(query: Any, key: Any, value: Any, *_: Any, **__: Any) -> int:
    """Fused attention: the scores and the weighted sum of the values, over all pairs of query and key.

    ``query`` has the shape (batch, heads, queries, width), ``key`` and ``value`` with as many or fewer heads.
    """
    return int(sdpa_flop_count(query.shape, key.shape, value.shape))


def attention_backward(grad: Any, query: Any, key: Any, value: Any, *_: Any, **__: Any) -> int:
    """Backward pass of fused attention: the scores once more, and four products of their size."""
    return int(sdpa_backward_flop_count(grad.shape, query.shape, key.shape, value.shape))


def grouped_product(left: Any, right: Any, *_: Any, **__: Any) -> int:
    """Matrix products of which each takes a slice of the rows, or of the inner dimension, as experts do.

    Every row meets one matrix: rows (tokens x experts a token) x inner x outer, whatever the number of matrices.
    """
    if left.dim() == 2 and right.dim() == 2:  # the inner dimension is sliced: gradients of the matrices
        return int(2 * left.shape[0] * left.shape[1] * right.shape[1])
    if left.dim() == 2:
        return int(2 * left.shape[0] * left.shape[1] * right.shape[2])
    return int(2 * left.shape[1] * left.shape[2] * right.shape[-1] * (left.shape[0] if right.dim() == 3 else 1))


def grouped_product_backward(left: Any, right: Any, *_: Any, **__: Any) -> int:
    """Gradients of both factors of a grouped product."""
    return 2 * grouped_product(left, right)


def matrix_vector(matrix: Any, *_: Any, **__: Any) -> int:
    """A matrix of shape (rows, columns) times a vector."""
    return int(2 * matrix.shape[0] * matrix.shape[1])


def added_matrix_vector(_bias: Any, matrix: Any, *_: Any, **__: Any) -> int:
    """The same, added to a vector."""
    return matrix_vector(matrix)


def dot(left: Any, *_: Any, **__: Any) -> int:
    """Inner product of two vectors."""
    return int(2 * left.numel())


def recurrent_layer(inputs: Any, from_input: Any, from_state: Any, *_: Any, **__: Any) -> int:
    """One direction of one LSTM or GRU layer over (steps, batch, width): both weight matrices at every step."""
    steps, batch = inputs.shape[0], inputs.shape[1]
    return int(2 * steps * batch * (from_input.numel() + from_state.numel()))


def cudnn_recurrent(inputs: Any, weights: Any, *_: Any, **__: Any) -> int:
    """All layers and directions of a recurrent network on CUDA; its matrices meet every step of every sequence."""
    steps_and_batch = math.prod(inputs.shape[:-1])
    return int(2 * steps_and_batch * sum(weight.numel() for weight in weights if weight.dim() == 2))


def fourier(values: Any, dim: Any, *_: Any, out_val: Any = None, **__: Any) -> int:
    """Fourier transform: 5 N log2 N for complex values, half of it where input or output is real.

    The customary count of the radix-2 algorithm, see the documentation of benchFFT, https://www.fftw.org/speed/.
    """
    real = not (values.is_complex() and out_val.is_complex())
    whole = max((values, out_val), key=lambda tensor: tensor.numel())  # the complex side of a real one has half
    length = math.prod(whole.shape[axis] for axis in dim)
    return int((2.5 if real else 5) * whole.numel() * math.log2(max(length, 2)))


def distances(left: Any, right: Any, *_: Any, **__: Any) -> int:
    """Distances between all rows of two matrices, as vector quantisation takes: a difference, a square and a sum."""
    return int(3 * math.prod(left.shape) * right.shape[-2])


def bilinear(left: Any, matrix: Any, right: Any, *_: Any, **__: Any) -> int:
    """``nn.Bilinear``: each output is one quadratic form."""
    outputs = left.shape[0] * matrix.shape[0]
    return int(2 * outputs * (matrix.shape[1] * matrix.shape[2] + right.shape[-1]))


def triangular_solve(matrix: Any, right: Any, *_: Any, **__: Any) -> int:
    """Substitution in a triangular system, as gated delta networks solve in each chunk: half of a full product."""
    return int(right.numel() * matrix.shape[-1])


_OWN: Final[Mapping[str, Formula]] = {
    "aten::_scaled_dot_product_flash_attention_for_cpu": attention,
    "aten::_scaled_dot_product_flash_attention_for_cpu_backward": attention_backward,
    "aten::_scaled_dot_product_fused_attention_overrideable": attention,
    "aten::_scaled_dot_product_fused_attention_overrideable_backward": attention_backward,
    "aten::_grouped_mm": grouped_product,
    "transformers::grouped_mm_fallback": grouped_product,
    "transformers::grouped_mm_fallback_backward": grouped_product_backward,
    "aten::mv": matrix_vector,
    "aten::addmv": added_matrix_vector,
    "aten::dot": dot,
    "aten::vdot": dot,
    "aten::mkldnn_rnn_layer": recurrent_layer,
    "aten::_cudnn_rnn": cudnn_recurrent,
    "aten::_fft_r2c": fourier,
    "aten::_fft_c2r": fourier,
    "aten::_fft_c2c": fourier,
    "aten::_cdist_forward": distances,
    "aten::_euclidean_dist": distances,
    "aten::_trilinear": bilinear,
    "aten::linalg_solve_triangular": triangular_solve,
}


@cache
def formulas() -> Mapping[Any, Formula]:
    """All formulas by operator: torch's, and ours for what it has none for.

    Where torch has a formula, it counts; a test tells when torch learns one of ours.
    """
    return {**_own_formulas(), **flop_registry}


def _own_formulas() -> dict[Any, Formula]:
    found = {}
    for name, formula in _OWN.items():
        namespace, operator = name.split("::")
        packet = getattr(getattr(torch.ops, namespace), operator, None)
        if packet is not None:  # an older torch, or transformers without its fallback
            found[packet] = formula
    return found
