"""The key-value cache of a model that generates, by closed formula."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from catalog.builder.estimate.cache_layers import CacheLayer, cache_layers
from catalog.builder.estimate.reading import decoder_config

_FLOAT32_BYTES = 4
_GENERATING = (
    "MODEL_FOR_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_SEQ_TO_SEQ_CAUSAL_LM_MAPPING_NAMES",
    "MODEL_FOR_SPEECH_SEQ_2_SEQ_MAPPING_NAMES",
    "MODEL_FOR_IMAGE_TEXT_TO_TEXT_MAPPING_NAMES",
    "MODEL_FOR_MULTIMODAL_LM_MAPPING_NAMES",
)
_KEEPING_NOTHING = frozenset({"openai-gpt", "xlm", "xlnet", "recurrent_gemma"})
"""Model types that generate without a cache that they return: from all tokens anew, from memories of their own, or with
state in their modules."""


@dataclass(frozen=True, slots=True)
class KVCache:
    """What a model keeps between two tokens.

    Attributes:
        layers: What each layer keeps.
    """

    layers: tuple[CacheLayer, ...]

    @property
    def values_per_token(self) -> int:
        """Values that one more token adds for one sequence, once every window is full."""
        return sum(layer.values_per_token for layer in self.layers if layer.window is None)

    def values(self, *, sequence_length: int, batch_size: int = 1, encoder_length: int = 0) -> int:
        """Values kept after some tokens, those kept in float32 included."""
        return batch_size * sum(
            layer.values(sequence_length, encoder_length) + layer.state.float32_values for layer in self.layers
        )

    def bytes(self, *, sequence_length: int, dtype_bytes: int, batch_size: int = 1, encoder_length: int = 0) -> int:
        """Bytes of the cache.

        Args:
            sequence_length: Tokens that were processed.
            dtype_bytes: Bytes of one value in the model's dtype.
            batch_size: Sequences.
            encoder_length: Tokens of the encoder's output that cross-attention looks at.
        """
        return batch_size * sum(
            layer.values(sequence_length, encoder_length) * dtype_bytes + layer.state.float32_values * _FLOAT32_BYTES
            for layer in self.layers
        )


def kv_cache(config: Any) -> KVCache | None:
    """Describe the cache of a model.

    Args:
        config: A configuration, composite ones included.

    Returns:
        The cache; ``None`` for models that keep none.
    """
    if not generates(config):
        return None
    layers = cache_layers(decoder_config(config), crosses=bool(getattr(config, "is_encoder_decoder", False)))
    return KVCache(layers) if layers else None


def kv_cache_values_per_token(config: Any) -> int | None:
    """Values that one more token adds to the cache of one sequence, once every window is full.

    Args:
        config: A configuration.

    Returns:
        The number, 0 where every layer has a window or a constant state; ``None`` for models that keep no cache.
    """
    found = kv_cache(config)
    return None if found is None else found.values_per_token


def generates(config: Any) -> bool:
    """True for models that produce text token by token, and so keep a cache where they are asked to.

    Families that serve as encoder or as decoder, as BERT does, are decoders where ``is_decoder`` says so.
    """
    from transformers.models.auto import modeling_auto  # noqa: PLC0415  # imports torch

    if getattr(config, "is_encoder_decoder", False):
        return True
    decoder = decoder_config(config)
    types = {getattr(config, "model_type", None), getattr(decoder, "model_type", None)}
    flag = getattr(decoder, "is_decoder", None)
    if types & _KEEPING_NOTHING:
        return False
    if flag is False and types & ({"bert-generation"} | set(modeling_auto.MODEL_FOR_MASKED_LM_MAPPING_NAMES)):
        return False
    if flag or any(types & set(getattr(modeling_auto, name, {})) for name in _GENERATING):
        return True
    # What is left are the decoders within models of several parts.
    named = any(str(name).endswith("_decoder") for name in types)
    return hasattr(decoder, "use_cache") and (named or hasattr(decoder, "num_key_value_heads"))
