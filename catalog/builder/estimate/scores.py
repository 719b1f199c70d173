"""Memory of attention scores: quadratic in the length where they are written out, linear where they are not."""

from __future__ import annotations

from typing import Final

ATTENTIONS: Final = ("eager", "sdpa", "flash")
_FLOAT32_BYTES = 4


def attention_scores(*, heads: int, queries: int, keys: int, batch_size: int = 1) -> int:
    """Number of attention scores of one layer.

    ``batch * heads * queries * keys`` (Vaswani et al., 2017, section 3.2.1).
    """
    return batch_size * heads * queries * keys


def attention_bytes(
    *, heads: int, queries: int, keys: int, dtype_bytes: int, implementation: str, batch_size: int = 1
) -> int:
    """Bytes that one layer's scores take at most.

    Eager attention writes the scores out, computes the softmax in float32 and turns that into the model's dtype. When
    most is held there are the scores, their copy in float32 and the softmax of it; a model in float32 needs no copy.
    Flash attention (Dao et al., 2022, section 3.1), which SDPA calls as well, keeps one float32 sum a query and head.

    Args:
        heads: Query heads.
        queries: Tokens that look.
        keys: Tokens that are looked at.
        dtype_bytes: Bytes of a value in the model's dtype.
        implementation: One of :data:`ATTENTIONS`.
        batch_size: Sequences.
    """
    if implementation != "eager":
        return batch_size * heads * queries * _FLOAT32_BYTES
    copies = 2 * _FLOAT32_BYTES + (dtype_bytes if dtype_bytes != _FLOAT32_BYTES else 0)
    return attention_scores(heads=heads, queries=queries, keys=keys, batch_size=batch_size) * copies
