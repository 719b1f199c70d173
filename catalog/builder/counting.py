"""How many parameters a model has, in which of its parts, and what they weigh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn

from catalog.builder.components import COMPONENTS
from catalog.builder.counting_shape import branches_of, inactive_experts, layers_of
from catalog.builder.counting_walk import buffers_of, walk
from catalog.builder.counting_weights import weights_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What counting a model tells; tied weights are counted once throughout.

    Attributes:
        parameters: Number of parameters.
        trainable_parameters: Those that require a gradient.
        embedding_parameters: Those of lookup tables: of tokens, positions, segments, special tokens. The convolution
            that turns an image into patches is among the embeddings of `components`, but not one of these.
        active_parameters: Those that take part in computing one token, embeddings included as in the figures that
            Mixtral and DeepSeek publish. ``None`` where a mixture of experts does not say how many it takes.
        buffers: Number of elements of the buffers, those that are not saved included.
        buffer_bytes: Size of the buffers.
        tied: Groups of names that share one tensor, each in the model's order.
        components: Parameters by part, see :mod:`catalog.builder.components`. They add up to `parameters`.
        branches: Parameters by branch of models that have several, see
            :func:`catalog.builder.counting_shape.branches_of`.
        weights_bytes: Bytes of the weights by dtype, see :func:`catalog.builder.counting_weights.weights_bytes`.
        layers: Number of repeated blocks of the largest stack of blocks; ``None`` where there is none.
    """

    parameters: int
    trainable_parameters: int
    embedding_parameters: int
    active_parameters: int | None
    buffers: int
    buffer_bytes: int
    tied: tuple[tuple[str, ...], ...]
    components: Mapping[str, int]
    branches: Mapping[str, int]
    weights_bytes: Mapping[str, int]
    layers: int | None


def count(model: nn.Module, config: Any) -> Counts:
    """Count a model.

    Two names share a tensor where they hold the same parameter object, which is how transformers ties weights; it
    holds on the meta device too, whose tensors have no storage that could be compared.

    Args:
        model: The model, on any device.
        config: Its configuration.

    Returns:
        The counts.
    """
    root = walk(model)
    components = dict.fromkeys(COMPONENTS, 0)
    found: dict[int, tuple[str, int]] = {}
    shared: dict[int, list[str]] = {}
    total = trainable = tables = 0
    for node in root.walk():
        prefix = f"{node.path}." if node.path else ""
        for name, parameter, component in node.parameters:
            key = id(parameter)
            if key in found:
                shared.setdefault(key, [found[key][0]]).append(prefix + name)
                continue
            size = parameter.numel()
            found[key] = (prefix + name, size)
            total += size
            components[component] += size
            if parameter.requires_grad:
                trainable += size
            if component == "embeddings" and not isinstance(node.module, _COMPUTING):
                tables += size
    inactive = inactive_experts(root, config) if components["experts"] else 0
    buffers, buffer_bytes = buffers_of(root)
    return Counts(
        parameters=total,
        trainable_parameters=trainable,
        embedding_parameters=tables,
        active_parameters=None if inactive is None else total - inactive,
        buffers=buffers,
        buffer_bytes=buffer_bytes,
        tied=tuple(map(tuple, shared.values())),
        components={name: size for name, size in components.items() if size},
        branches=branches_of(root),
        weights_bytes=weights_bytes(root, found, model),
        layers=layers_of(root, config),
    )


_COMPUTING = (nn.Linear, nn.modules.conv._ConvNd)
"""Layers that compute an embedding instead of looking it up."""
