"""What the weights of a model take in each dtype, as ``from_pretrained`` loads them.

Compared byte by byte with what transformers 5.23 and bitsandbytes 0.50 load, for 30 small models of different families;
the layers that are replaced, with what transformers names for all 588 model types that build.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from torch import nn
from transformers.pytorch_utils import Conv1D

from catalog.builder.counting_walk import Tree, output_layer

BLOCK: Final = 64
"""Weights that share one scale in NF4 and FP4, the default of ``bitsandbytes.functional.quantize_4bit``."""
CODEBOOK_BYTES: Final = 16 * 4
"""The float32 values that the sixteen codes of a 4-bit tensor stand for; each tensor keeps them."""
_KEPT_IN_BFLOAT16: Final = ("_keep_in_fp32_modules_strict",)
_KEPT_IN_FLOAT16: Final = ("_keep_in_fp32_modules", "_keep_in_fp32_modules_strict")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinearLayer:
    """A linear layer that quantisation replaces.

    Attributes:
        name: Name of its weight.
        rows: Output features.
        columns: Input features.
    """

    name: str
    rows: int
    columns: int

    @property
    def size(self) -> int:
        """Number of weights, without the bias."""
        return self.rows * self.columns


def weights_bytes(tree: Tree, model: Any, linear: Sequence[LinearLayer] | None = None) -> dict[str, int]:
    """Bytes of the weights by dtype, without buffers, as ``from_pretrained`` loads them.

    In 16 bits some models keep single modules in float32, for they would overflow: ``wo`` of T5 in float16, the gates
    of Ernie's mixture in both.

    8 and 4 bits are what bitsandbytes makes of linear layers (:func:`quantised_layers`); everything else is in
    bfloat16.

    * ``"int8"``: LLM.int8() (Dettmers et al., 2022): a byte a weight, and a float32 scale an output row.
    * ``"int4"``: NF4 or FP4 (Dettmers et al., 2023) as ``BitsAndBytesConfig(load_in_4bit=True)`` has it: half a byte a
      weight, a float32 scale for 64 of them, and 16 float32 code values a tensor: 4.5 bits a weight. Double
      quantisation, which is off by default, would bring that to 4.127 bits.

    Args:
        tree: The model's modules.
        model: The model.
        linear: What :func:`quantised_layers` gave, where that is known already.
    """
    sizes = dict(tree.found.values())
    total = sum(sizes.values())
    linear = quantised_layers(tree, model) if linear is None else linear
    replaced = {layer.name for layer in linear}
    others = {name: size for name, size in sizes.items() if name not in replaced}
    rest = 2 * (total - sum(layer.size for layer in linear)) + 2 * _kept(others, model, *_KEPT_IN_BFLOAT16)
    return {
        "float32": 4 * total,
        "bfloat16": 2 * total + 2 * _kept(sizes, model, *_KEPT_IN_BFLOAT16),
        "float16": 2 * total + 2 * _kept(sizes, model, *_KEPT_IN_FLOAT16),
        "int8": rest + sum(layer.size + 4 * layer.rows for layer in linear),
        "int4": rest + sum(four_bit_bytes(layer.size) for layer in linear),
    }


def quantised_layers(tree: Tree, model: Any) -> list[LinearLayer]:
    """The linear layers that bitsandbytes replaces: ``nn.Linear`` and GPT-2's ``Conv1D``.

    Left alone are tied weights, the output head, the last module of the model and what the model keeps in float32, by
    the names that ``get_keys_to_not_convert`` of ``transformers.quantizers.base`` finds, and as
    ``should_convert_module`` of ``transformers.quantizers.quantizers_utils`` compares them. Experts that are fused into
    one tensor are no linear layers.

    Args:
        tree: The model's modules.
        model: The model.
    """
    left = _names_left(tree, model)
    patterns = re.compile("|".join(rf"(?:{name})(?:(?<=\.)|(?=\.|$))" for name in left)) if left else None
    seen: set[int] = set()
    found = []
    for node in tree.root.walk():
        module = node.module
        if type(module) is not nn.Linear and not isinstance(module, Conv1D):
            continue
        if id(module.weight) in seen or (patterns and (patterns.match(node.path) or node.path.endswith(left))):
            continue
        seen.add(id(module.weight))
        rows, columns = module.weight.shape if isinstance(module, nn.Linear) else reversed(module.weight.shape)
        found.append(LinearLayer(name=tree.found[id(module.weight)][0], rows=rows, columns=columns))
    return found


def four_bit_bytes(weights: int) -> int:
    """Bytes of one tensor of 4-bit weights, scales and code values included."""
    return math.ceil(weights / 2) + 4 * math.ceil(weights / BLOCK) + CODEBOOK_BYTES


def _kept(sizes: Mapping[str, int], model: Any, *attributes: str) -> int:
    """Number of parameters that stay in float32; transformers searches their names for the patterns it states."""
    patterns = _stated(model, *attributes)
    if not patterns:
        return 0
    search = re.compile("|".join(sorted(pattern.replace("*", ".*") for pattern in patterns))).search
    return sum(size for name, size in sizes.items() if search(name))


def _stated(model: Any, *attributes: str) -> set[str]:
    return {pattern for attribute in attributes for pattern in getattr(model, attribute, None) or ()}


def _names_left(tree: Tree, model: Any) -> tuple[str, ...]:
    tied = getattr(model, "all_tied_weights_keys", None)
    names = {*tied, *tied.values()} if tied is not None else {name for same in tree.shared.values() for name in same}
    if tree.found:
        names.add(next(reversed(tree.found.values()))[0])
    output = output_layer(model)
    names.update(node.path for node in tree.root.walk() if output is not None and node.module is output)
    names = {name.removesuffix(".weight") for name in names} | _stated(model, "_keep_in_fp32_modules")
    return tuple(sorted(names))
