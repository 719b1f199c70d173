"""Activations of a forward pass by closed formula, for transformers whose graph cannot be run."""

from __future__ import annotations

from typing import Any

from catalog.builder.estimate.reading import (
    HEADS,
    WIDTH,
    decoder_config,
    head_dim_of,
    heads_of,
    key_value_heads_of,
    number,
)
from catalog.builder.estimate.scores import attention_bytes

_INNER = ("intermediate_size", "ffn_dim", "decoder_ffn_dim", "encoder_ffn_dim", "d_ff", "n_inner", "ffn_hidden_size")


def inference_activations(
    config: Any, *, batch_size: int, sequence_length: int, dtype_bytes: int, implementation: str, logits: bool
) -> int | None:
    """Bytes of activations when most is held in a forward pass without gradients.

    One layer at a time holds memory (Korthikanti et al., 2022, section 4, without what is kept for the backward pass).
    In attention there are the residual stream and its normalised copy, queries, keys and values, and the scores of
    :func:`~catalog.builder.estimate.scores.attention_bytes`; in the feed-forward block the two streams, and gate,
    activation and product. The logits of all tokens, ``batch * length * vocabulary``, come when both are gone.

    Args:
        config: The configuration, composite ones included.
        batch_size: Sequences.
        sequence_length: Tokens of each.
        dtype_bytes: Bytes of a value.
        implementation: One of ``"eager"``, ``"sdpa"``, ``"flash"``.
        logits: Whether the model has a head over its vocabulary.

    Returns:
        Bytes, without the key-value cache; ``None`` where the configuration does not tell heads and width.
    """
    own = decoder_config(config)
    width, heads = number(own, WIDTH), number(own, HEADS)
    head_dim = head_dim_of(own)
    if width is None or heads is None or head_dim is None:
        return None
    tokens = batch_size * sequence_length
    streams = 2 * tokens * width * dtype_bytes
    key_heads = key_value_heads_of(own) or heads
    projections = tokens * (2 * (heads_of(own) or heads) + 2 * key_heads) * head_dim * dtype_bytes
    scores = attention_bytes(
        heads=heads,
        queries=sequence_length,
        keys=sequence_length,
        dtype_bytes=dtype_bytes,
        implementation=implementation,
        batch_size=batch_size,
    )
    inner = number(own, _INNER, 4 * width) or 4 * width
    feed_forward = 3 * tokens * inner * dtype_bytes
    head = tokens * (number(own, ("vocab_size",), 0) or 0) * dtype_bytes if logits else 0
    return max(streams + projections + scores, streams + feed_forward, streams + head)
