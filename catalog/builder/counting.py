"""How many parameters a model has, in which of its parts, and what they weigh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn

from catalog.builder.components import COMPONENTS
from catalog.builder.counting_shape import branches_of, inactive_experts, layers_of
from catalog.builder.counting_walk import Tree, buffers_of, walk
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


def count(model: nn.Module, config: Any, *, tree: Tree | None = None) -> Counts:
    """Count a model.

    Two names share a tensor where they hold the same parameter object, which is how transformers ties weights; it
    holds on the meta device too, whose tensors have no storage that could be compared.

    Args:
        model: The model, on any device.
        config: Its configuration.
        tree: What :func:`catalog.builder.counting_walk.walk` gave for the model, where that is known already.

    Returns:
        The counts.
    """
    tree = walk(model) if tree is None else tree
    components = dict.fromkeys(COMPONENTS, 0)
    trainable = tables = 0
    seen: set[int] = set()
    looked_up = _shared_tables(tree)
    for node in tree.root.walk():
        computing = isinstance(node.module, _COMPUTING)
        for _, parameter, component in node.parameters:
            key = id(parameter)
            if key in seen:
                continue
            seen.add(key)
            size = parameter.numel()
            table = key in looked_up
            components["embeddings" if table else component] += size
            if parameter.requires_grad:
                trainable += size
            if table or (component == "embeddings" and not computing):
                tables += size
    total = sum(components.values())
    inactive = inactive_experts(tree.root, config) if components["experts"] else 0
    buffers, buffer_bytes = buffers_of(tree.root)
    return Counts(
        parameters=total,
        trainable_parameters=trainable,
        embedding_parameters=tables,
        active_parameters=None if inactive is None else total - inactive,
        buffers=buffers,
        buffer_bytes=buffer_bytes,
        tied=tuple(map(tuple, tree.shared.values())),
        components={name: size for name, size in components.items() if size},
        branches=branches_of(tree),
        weights_bytes=weights_bytes(tree, model),
        layers=layers_of(tree.root, config),
    )


def _shared_tables(tree: Tree) -> set[int]:
    """Identities of the lookup tables that other modules use too, be it before them, as some output heads do."""
    if not tree.shared:
        return set()
    return {
        id(parameter)
        for node in tree.root.walk()
        if isinstance(node.module, nn.Embedding)
        for _, parameter, _ in node.parameters
        if id(parameter) in tree.shared
    }


_COMPUTING = (nn.Linear, nn.modules.conv._ConvNd)
"""Layers that compute an embedding instead of looking it up."""
