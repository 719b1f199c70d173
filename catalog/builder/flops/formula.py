"""The closed formula for the operations of a dense decoder, against which counts are checked."""

from __future__ import annotations

import re
from typing import Any, Final

from catalog.builder.counting import Counts

_HEAD: Final = re.compile(r"(^|[._])(lm_head|lm_loss|decoder|embed_out|proj_out|output_projection|proj)\.weight$")
"""Names of the output head's weights, where they may be those of the token embeddings."""


def dense_decoder_flops(
    *,
    weights: int,
    num_hidden_layers: int,
    attention_width: int,
    sequence_length: int,
    batch_size: int = 1,
) -> int:
    """Operations of one forward pass of a dense decoder.

    Each token meets each weight of the matrices once, a multiplication and an addition: ``2 N`` a token (Kaplan et
    al., 2020, "Scaling Laws for Neural Language Models", section 2.1). Scores and their products with the values add
    ``4 s² a`` a layer and sequence for length ``s`` and attention width ``a`` (Narayanan et al., 2021, "Efficient
    Large-Scale Language Model Training on GPU Clusters Using Megatron-LM", appendix: the term ``4 B s² h``). Kaplan
    et al. give half of that, ``2 n_layer n_ctx d_attn`` a token, as a causal mask hides half of the pairs; kernels
    that compute all of them, and this formula, do not halve it.

    Args:
        weights: Weights of all matrix products, the output head included; no lookup tables.
        num_hidden_layers: Number of layers.
        attention_width: Heads times the width of one, of the queries.
        sequence_length: Tokens of a sequence.
        batch_size: Number of sequences.

    Returns:
        The operations, two for each multiply-accumulate.
    """
    products = 2 * weights * sequence_length
    attention = 4 * num_hidden_layers * sequence_length**2 * attention_width
    return batch_size * (products + attention)


def expected_flops(counts: Counts, config: Any, *, sequence_length: int, batch_size: int = 1) -> int:
    """Operations of one forward pass of a decoder, from its counts and its configuration.

    Norms are no matrix products and are left out; biases are less than a thousandth and are not. In a mixture of
    experts the chosen ones count. An output head that shares the weights of the token embeddings multiplies by them,
    so that they count once more.

    Args:
        counts: Counts of the model, for a decoder with or without its head.
        config: Its configuration.
        sequence_length: Tokens of a sequence.
        batch_size: Number of sequences.

    Returns:
        The operations.

    Raises:
        ValueError: If the counts do not say how many experts a token takes.
    """
    if counts.active_parameters is None:
        raise ValueError("the configuration does not say how many experts a token takes")
    tied_head = any(_HEAD.search(name) for names in counts.tied for name in names)
    head = config.vocab_size * config.hidden_size if tied_head else 0
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    return dense_decoder_flops(
        weights=counts.active_parameters - counts.embedding_parameters - counts.components.get("norm", 0) + head,
        num_hidden_layers=config.num_hidden_layers,
        attention_width=config.num_attention_heads * width,
        sequence_length=sequence_length,
        batch_size=batch_size,
    )
