"""What the weights of a model take, and what computing with quantised ones takes beside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

DTYPE_BYTES: Final[Mapping[str, int]] = {"float32": 4, "bfloat16": 2, "float16": 2}
QUANTISED: Final = ("int8", "int4")
DTYPES: Final = (*DTYPE_BYTES, *QUANTISED)
COMPUTE_DTYPE: Final = "bfloat16"
"""Dtype of what quantisation leaves alone, and of the activations of a quantised model."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Sizes of a model's weights.

    Attributes:
        parameters: Number of parameters, shared ones once.
        bytes_by_dtype: Bytes of all weights in each dtype of :data:`DTYPES`.
        largest_layer: Weights of the largest layer that 8-bit and 4-bit quantisation replaces.
        buffer_bytes: Bytes of the buffers.
    """

    parameters: int
    bytes_by_dtype: Mapping[str, int]
    largest_layer: int
    buffer_bytes: int

    def kept_in_float32(self, dtype: str) -> int:
        """Parameters that stay in float32 when the others are loaded in 16 bits; 0 for other dtypes."""
        if DTYPE_BYTES.get(dtype) != 2:
            return 0
        return (self.bytes_by_dtype[dtype] - 2 * self.parameters) // 2

    def working_bytes(self, dtype: str) -> int:
        """Bytes into which one quantised layer at a time is written out to be computed with; 0 for plain dtypes.

        4-bit weights are dequantised before each product (Dettmers et al., 2023, equation 5). 8-bit ones are multiplied
        as they are (Dettmers et al., 2022).
        """
        return self.largest_layer * DTYPE_BYTES[COMPUTE_DTYPE] if dtype == "int4" else 0


def weigh(model: Any) -> Weights:
    """Size a model's weights.

    Args:
        model: The model, on any device.
    """
    from catalog.builder.counting_walk import buffers_of, walk  # noqa: PLC0415  # imports torch
    from catalog.builder.counting_weights import quantised_layers, weights_bytes  # noqa: PLC0415

    tree = walk(model)
    linear = quantised_layers(tree, model)
    return Weights(
        parameters=sum(size for _, size in tree.found.values()),
        bytes_by_dtype=weights_bytes(tree, model, linear),
        largest_layer=max((layer.size for layer in linear), default=0),
        buffer_bytes=buffers_of(tree.root)[1],
    )


def embeddings_of(model: Any, method: str) -> Any:
    """Embeddings of a model; ``None`` where it has none, which some models say by raising."""
    try:
        return getattr(model, method)()
    except (NotImplementedError, AttributeError):  # how transformers says that a model has none
        return None
