"""What each layer of a decoder keeps between two tokens, as transformers keeps it.

Written after ``transformers.cache_utils`` and the attention modules, and compared with the caches that the models
return by ``benchmarks/cache_check.py``. Where a paper promises less than the code keeps, the code counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from catalog.builder.estimate.reading import (
    LAYERS,
    head_dim_of,
    heads_of,
    key_value_heads_of,
    layer_configs,
    number,
)
from catalog.builder.estimate.recurrent import State, state_of

_RECURRENT = frozenset({"linear_attention", "conv", "mamba", "recurrent"})
_HYBRID = frozenset({"hybrid", "hybrid_sliding"})
_SLIDING = frozenset({"sliding_attention", "hybrid_sliding", "reference_sliding_attention", "local_attention"})
_EMPTY = frozenset({"dummy", "moe", "mlp"})
_LEGACY = {"attention": "full_attention", "global_attention": "full_attention", "mamba": "linear_attention"}


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheLayer:
    """What one layer keeps for one sequence.

    Attributes:
        kind: ``"full"``, ``"sliding"``, ``"recurrent"``, ``"hybrid"`` or ``"none"``.
        values_per_token: Values that a token adds, keys and values together.
        window: Tokens kept at most; ``None`` where all are.
        cross_values_per_token: Values that a token of the encoder's output adds.
        state: What is kept however long the sequence is.
    """

    kind: str
    values_per_token: int = 0
    window: int | None = None
    cross_values_per_token: int = 0
    state: State = field(default_factory=State)

    def values(self, length: int, encoder_length: int = 0) -> int:
        """Values kept in the model's dtype after `length` tokens; state in float32 is not in it."""
        kept = length if self.window is None else min(length, self.window)
        return self.values_per_token * kept + self.cross_values_per_token * encoder_length + self.state.values


def cache_layers(config: Any, *, crosses: bool = False) -> tuple[CacheLayer, ...]:
    """Describe the layers of a decoder.

    Args:
        config: The decoder's configuration.
        crosses: Whether it looks at an encoder's output, because a model of several parts says so.

    Returns:
        One entry a layer; none where the configuration does not tell.
    """
    count = number(config, LAYERS)
    if count is None:
        return ()
    return tuple(_layers(config, count, crosses=crosses))


def _layers(config: Any, count: int, *, crosses: bool) -> Iterator[CacheLayer]:
    configs = layer_configs(config, count)
    kinds = _kinds(config, configs)
    sharing = getattr(config, "kv_sharing_modes", None)
    first_shared = count - (number(config, ("num_kv_shared_layers",)) or 0)
    for index, (kind, layer) in enumerate(zip(kinds, configs, strict=False)):
        shared = sharing[index] == "reuse" if sharing is not None else index >= first_shared
        yield CacheLayer(kind="none") if shared or kind in _EMPTY else _layer(kind, layer, index, crosses=crosses)


def _kinds(config: Any, configs: list[Any]) -> list[str]:
    """Kinds of the layers; told by the windows of each where they are not listed."""
    listed = getattr(config, "layer_types", None) or getattr(config, "layers_block_type", None)
    if isinstance(listed, (list, tuple)) and len(listed) == len(configs):
        return [_LEGACY.get(str(kind), str(kind)) for kind in listed]
    if state_of(config).exists and (heads_of(config) is None or getattr(config, "model_type", None) == "xlstm"):
        return ["linear_attention"] * len(configs)
    return [_kind_by_window(layer) for layer in configs]


def _kind_by_window(config: Any) -> str:
    if number(config, ("sliding_window",)) is not None:
        return "sliding_attention"
    return "chunked_attention" if number(config, ("attention_chunk_size",)) is not None else "full_attention"


def _layer(kind: str, config: Any, index: int, *, crosses: bool) -> CacheLayer:
    if kind in _RECURRENT:
        state = state_of(config)
        return CacheLayer(kind="recurrent", state=state if state.exists else _lightning(config))
    window = None
    if kind in _SLIDING:
        window = number(config, ("sliding_window",))
    elif kind == "chunked_attention":
        window = number(config, ("attention_chunk_size",))
    return CacheLayer(
        kind="hybrid" if kind in _HYBRID else "sliding" if window else "full",
        values_per_token=values_per_token(config, index) + _indexer(config, kind),
        # The window counts the token that is being computed, which is not in the cache yet.
        window=window - 1 if window is not None and window > 1 else None,
        cross_values_per_token=values_per_token(config, index) if crosses or _crosses(config) else 0,
        state=state_of(config) if kind in _HYBRID else State(),
    )


def _lightning(config: Any) -> State:
    """State of lightning attention (Qin et al., 2024): a matrix of head width squared for each head."""
    return State((heads_of(config) or 0) * (head_dim_of(config) or 0) ** 2)


def values_per_token(config: Any, index: int = 0) -> int:
    """Values that one token adds to the cache of one attention layer.

    Multi-head, grouped-query and multi-query attention keep keys and values of the key-value heads,
    ``2 * key-value heads * head width``. Multi-head latent attention (DeepSeek-V2, 2024, section 2.1) keeps the
    compressed latent and the shared rotary key, ``kv_lora_rank + qk_rope_head_dim``.
    """
    rank = number(config, ("kv_lora_rank",))
    if rank is not None:
        return rank + (number(config, ("qk_rope_head_dim",)) or 0)
    heads, width = key_value_heads_of(config, index), head_dim_of(config)
    return 0 if heads is None or width is None else heads * (width + (number(config, ("v_head_dim",)) or width))


def _crosses(config: Any) -> bool:
    return bool(getattr(config, "is_encoder_decoder", False) or getattr(config, "add_cross_attention", False))


def _indexer(config: Any, kind: str) -> int:
    """Width of the key that the indexer of sparse attention keeps (DeepSeek-V3.2, 2025), where a layer has one."""
    if kind != "indexed_attention" and getattr(config, "layer_types", None):
        return 0
    return number(config, ("index_head_dim",)) or 0
