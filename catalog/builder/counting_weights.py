"""What the weights of a model take in each dtype, as ``from_pretrained`` loads them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, Final

from torch import nn
from transformers.pytorch_utils import Conv1D

from catalog.builder.counting_walk import Tree, output_layer

BLOCK: Final = 64
"""Weights that share one scale in NF4 and FP4, the default of ``bitsandbytes.functional.quantize_4bit``."""
CODEBOOK_BYTES: Final = 16 * 4
"""The float32 values that the sixteen codes of a 4-bit tensor stand for; each tensor keeps them."""


def weights_bytes(tree: Tree, model: Any) -> dict[str, int]:
    """Bytes of the weights by dtype, without buffers.

    In 16 bits some models keep single modules in float32, for they would overflow: ``wo`` of T5 in float16, the
    correction of DeepSeek's router in both.

    8 and 4 bits are what bitsandbytes makes, and so linear layers alone: ``nn.Linear`` and GPT-2's ``Conv1D`` without
    their biases. Embeddings, norms, convolutions, the output head, tied weights and the last module of the model stay
    in 16 bits, as ``transformers.quantizers.base.get_keys_to_not_convert`` has it, and so do experts that are fused
    into one tensor.

    * ``"int8"``: LLM.int8() (Dettmers et al., 2022): a byte a weight, and a float32 scale an output row.
    * ``"int4"``: NF4 or FP4 (Dettmers et al., 2023) as ``BitsAndBytesConfig(load_in_4bit=True)`` has it: half a byte a
      weight, a float32 scale for 64 of them, and 16 float32 code values a tensor: 4.5 bits a weight. Double
      quantisation, which is off by default, would bring that to 4.127 bits.

    Args:
        tree: The model's modules.
        model: The model.
    """
    parameters = tree.found
    total = sum(size for _, size in parameters.values())
    linear = _linear_layers(tree, model)
    quantised = sum(rows * columns for rows, columns in linear)
    rest = 2 * (total - quantised)
    return {
        "float32": 4 * total,
        "bfloat16": 2 * total + 2 * _kept(parameters, model, "_keep_in_fp32_modules_strict"),
        "float16": 2 * total + 2 * _kept(parameters, model, "_keep_in_fp32_modules", "_keep_in_fp32_modules_strict"),
        "int8": rest + quantised + sum(4 * rows for rows, _ in linear),
        "int4": rest + sum(four_bit_bytes(rows * columns) for rows, columns in linear),
    }


def four_bit_bytes(weights: int) -> int:
    """Bytes of one tensor of 4-bit weights, scales and code values included."""
    return math.ceil(weights / 2) + 4 * math.ceil(weights / BLOCK) + CODEBOOK_BYTES


def _kept(parameters: Mapping[int, tuple[str, int]], model: Any, *attributes: str) -> int:
    """Number of parameters that stay in float32; transformers searches their names for the patterns it states."""
    patterns = {pattern for attribute in attributes for pattern in getattr(model, attribute, None) or ()}
    if not patterns:
        return 0
    search = re.compile("|".join(sorted(pattern.replace("*", ".*") for pattern in patterns))).search
    return sum(size for name, size in parameters.values() if search(name))


def _linear_layers(tree: Tree, model: Any) -> list[tuple[int, int]]:
    """Rows and columns of the linear layers that bitsandbytes replaces; those that share their weights are left."""
    last = next(reversed(tree.found.values()), ("", 0))[0].removesuffix(".weight")
    output = output_layer(model)
    seen = set(tree.shared)
    found = []
    for node in tree.root.walk():
        module = node.module
        if type(module) is not nn.Linear and not isinstance(module, Conv1D):
            continue
        weight = module.weight
        if id(weight) in seen or module is output or node.path.endswith(last):
            continue
        seen.add(id(weight))
        rows, columns = weight.shape if isinstance(module, nn.Linear) else reversed(weight.shape)
        found.append((rows, columns))
    return found
