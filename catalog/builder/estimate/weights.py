"""What the weights of a model take: exactly for each dtype, and with their real overhead when they are quantised."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

DTYPE_BYTES: Final[Mapping[str, int]] = {"float32": 4, "bfloat16": 2, "float16": 2}
QUANTISED: Final = ("int8", "int4")
DTYPES: Final = (*DTYPE_BYTES, *QUANTISED)
COMPUTE_DTYPE: Final = "bfloat16"
"""Dtype of what quantisation leaves alone, and of the activations of a quantised model."""

_BLOCK = 64
"""Weights that share one scale in bitsandbytes' 4-bit formats."""
_SCALE_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """Sizes of a model's weights.

    Attributes:
        parameters: Number of parameters, shared ones once.
        bytes_by_dtype: Bytes of all weights in each dtype of :data:`DTYPES`.
        quantised_parameters: Parameters that 8-bit and 4-bit quantisation reaches.
        largest_layer: Parameters of the largest layer among those.
        buffer_bytes: Bytes of the buffers.
    """

    parameters: int
    bytes_by_dtype: Mapping[str, int]
    quantised_parameters: int
    largest_layer: int
    buffer_bytes: int

    def working_bytes(self, dtype: str) -> int:
        """Bytes into which one quantised layer at a time is written out to be computed with; 0 for plain dtypes.

        4-bit weights are dequantised before each product (Dettmers et al., 2023, equation 5). 8-bit ones are multiplied
        as they are (Dettmers et al., 2022).
        """
        return self.largest_layer * DTYPE_BYTES[COMPUTE_DTYPE] if dtype == "int4" else 0


def weigh(model: Any) -> Weights:
    """Size a model's weights.

    8 bits are LLM.int8() (Dettmers et al., 2022): a byte a weight and a float32 scale an output row. 4 bits are the
    NF4 and FP4 formats of QLoRA (Dettmers et al., 2023) without double quantisation: half a byte a weight and a
    float32 scale for 64 of them, 4.5 bits together. Both reach linear layers alone, and leave the output head and tied
    weights as they are, as ``transformers.quantizers.base.get_keys_to_not_convert`` has it.

    Args:
        model: The model, on any device.
    """
    parameters = list({id(parameter): parameter for parameter in model.parameters()}.values())
    total = sum(parameter.numel() for parameter in parameters)
    linear = list(_linear_weights(model))
    quantised = sum(rows * columns for rows, columns in linear)
    rest = (total - quantised) * DTYPE_BYTES[COMPUTE_DTYPE]
    scales_8 = sum(rows for rows, _ in linear) * _SCALE_BYTES
    packed_4 = sum(math.ceil(rows * columns / 2) for rows, columns in linear)
    scales_4 = sum(math.ceil(rows * columns / _BLOCK) for rows, columns in linear) * _SCALE_BYTES
    return Weights(
        parameters=total,
        bytes_by_dtype={
            **{dtype: total * size for dtype, size in DTYPE_BYTES.items()},
            "int8": quantised + scales_8 + rest,
            "int4": packed_4 + scales_4 + rest,
        },
        quantised_parameters=quantised,
        largest_layer=max((rows * columns for rows, columns in linear), default=0),
        buffer_bytes=sum(buffer.numel() * buffer.element_size() for buffer in model.buffers()),
    )


def _linear_weights(model: Any) -> Iterator[tuple[int, int]]:
    """Output rows and input columns of the layers that quantisation replaces."""
    from torch import nn  # noqa: PLC0415  # seconds to import
    from transformers.pytorch_utils import Conv1D  # noqa: PLC0415

    embeddings, head = embeddings_of(model, "get_input_embeddings"), embeddings_of(model, "get_output_embeddings")
    kept = {id(module) for module in (embeddings, head) if module is not None}
    kept_weights = {id(getattr(embeddings, "weight", None))} - {id(None)}
    for module in model.modules():
        if id(module) in kept or id(getattr(module, "weight", None)) in kept_weights:
            continue
        if isinstance(module, Conv1D):
            columns, rows = module.weight.shape
            yield int(rows), int(columns)
        elif type(module) is nn.Linear:
            yield module.out_features, module.in_features


def embeddings_of(model: Any, method: str) -> Any:
    """Embeddings of a model; ``None`` where it has none, which some models say by raising."""
    try:
        return getattr(model, method)()
    except (NotImplementedError, AttributeError):  # how transformers says that a model has none
        return None
