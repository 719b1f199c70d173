"""Pages and tables: where on the page each word stands, in which row and column of the table."""

from __future__ import annotations

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request


@provides("bbox")
def bbox(request: Request) -> torch.Tensor:
    """A box a word, left, top, right and bottom in thousandths of the page, or as far as positions are learned."""
    tokens = request.get("input_ids")
    limit = min(1000, request.value("max_2d_position_embeddings", default=1001) - 1)
    start = request.integers(0, limit // 2, *tokens.shape, 2)
    return torch.cat([start, start + request.integers(1, limit - limit // 2, *tokens.shape, 2)], dim=-1)


@provides("bbox", models=("udop", "bros"))
def bbox_in_parts(request: Request) -> torch.Tensor:
    """A box a word, left, top, right and bottom in parts of the page."""
    tokens = request.get("input_ids")
    start = request.uniform(*tokens.shape, 2, high=0.5)
    return torch.cat([start, start + request.uniform(*tokens.shape, 2, low=0.01, high=0.49)], dim=-1)


@provides("token_type_ids", models=("tapas",))
def cells(request: Request) -> torch.Tensor:
    """Segment, column, row, previous label, two ranks, and numeric relation of each token of a table."""
    tokens = request.get("input_ids")
    sizes = request.config.type_vocab_sizes
    return torch.stack([request.integers(0, min(size, 8), *tokens.shape) for size in sizes], dim=-1)


@provides("image", models=("layoutlmv2", "layoutxlm"))
def image(request: Request) -> torch.Tensor:
    """The page, with colours from 0 to 255."""
    return request.uniform(request.batch_size, 3, 224, 224, high=255.0)
