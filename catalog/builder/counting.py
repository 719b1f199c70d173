"""How many parameters a model has, in which of its parts, and what they weigh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from torch import nn

from catalog.builder.components import COMPONENTS
from catalog.builder.counting_walk import buffers_of, walk


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What counting a model tells. Each field means what it does in :class:`catalog.model_facts.ModelFacts`."""

    parameters: int
    trainable_parameters: int
    embedding_parameters: int
    active_parameters: int
    buffers: int
    buffer_bytes: int
    tied: tuple[tuple[str, ...], ...]
    components: Mapping[str, int]
    branches: Mapping[str, int]
    weights_bytes: Mapping[str, int]
    layers: int | None


def count(model: nn.Module, config: Any) -> Counts:
    """Count a model.

    Args:
        model: The model, on any device.
        config: Its configuration.

    Returns:
        The counts. Tied weights are counted once throughout.
    """
    root = walk(model)
    components = dict.fromkeys(COMPONENTS, 0)
    names: dict[int, list[str]] = {}
    total = trainable = embedding = 0
    for node in root.walk():
        for name, parameter, component in node.parameters:
            found = names.setdefault(id(parameter), [])
            found.append(f"{node.path}.{name}" if node.path else name)
            if len(found) > 1:
                continue
            size = parameter.numel()
            total += size
            components[component] += size
            if parameter.requires_grad:
                trainable += size
            if component == "embeddings":
                embedding += size
    buffers, buffer_bytes = buffers_of(root)
    return Counts(
        parameters=total,
        trainable_parameters=trainable,
        embedding_parameters=embedding,
        active_parameters=total,
        buffers=buffers,
        buffer_bytes=buffer_bytes,
        tied=tuple(tuple(found) for found in names.values() if len(found) > 1),
        components={name: size for name, size in components.items() if size},
        branches={},
        weights_bytes={"float32": 4 * total, "bfloat16": 2 * total, "float16": 2 * total},
        layers=None,
    )
