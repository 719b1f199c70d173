"""Encoder-decoders: what the decoder has written so far."""

from __future__ import annotations

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request
from catalog.builder.inputs.text import words


@provides("decoder_input_ids")
def decoder_input_ids(request: Request) -> torch.Tensor:
    """One text a sample, as long as the one that is read."""
    return words(request, request.batch_size, request.length(), config=request.decoder)
