"""Reads sizes from a configuration under the names that the model families use for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

HEADS = (
    "num_attention_heads",
    "decoder_attention_heads",
    "num_decoder_attention_heads",
    "n_head",
    "num_heads",
    "n_heads",
)
KEY_VALUE_HEADS = ("num_key_value_heads", "decoder_num_key_value_heads", "num_kv_heads", "n_head_kv")
LAYERS = ("num_hidden_layers", "num_decoder_layers", "decoder_layers", "n_layer", "num_layers", "n_layers")
WIDTH = ("hidden_size", "d_model", "n_embd", "dim")


def number(config: Any, names: Iterable[str], default: int | None = None) -> int | None:
    """The first of these attributes that is a positive integer.

    Args:
        config: A configuration.
        names: Attributes to try, in this order.
        default: What to answer where there is none.
    """
    for name in names:
        value = _read(config, name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return default


def decoder_config(config: Any) -> Any:
    """The part of a configuration that describes the text decoder; the configuration itself where it is flat."""
    find = getattr(config, "get_text_config", None)
    if find is None:
        return config
    try:
        return find(decoder=True)
    except ValueError:  # several parts might be it
        return getattr(config, "text_config", None) or getattr(config, "decoder", None) or config


def layer_configs(config: Any, count: int) -> list[Any]:
    """One configuration a layer; models whose layers are alike have the same one in every place."""
    listed = getattr(config, "per_layer_config", None)
    # Models without blocks of their own, such as transducers, list layers that they do not have.
    if listed is None or getattr(config, "num_hidden_layers", None) is None:
        return [config] * count
    items = [listed[index] for index in range(len(listed))] if len(listed) else []
    return items if len(items) == count else [config] * count


def heads_of(config: Any, layer: int = 0) -> int | None:
    """Number of attention heads of a layer."""
    return number(config, HEADS) or _at(_read(config, "num_query_heads"), layer)


def key_value_heads_of(config: Any, layer: int = 0) -> int | None:
    """Number of heads that keys and values have in a layer.

    As many as there are heads in multi-head attention, fewer in grouped-query attention (Ainslie et al., 2023), one in
    multi-query attention (Shazeer, 2019).
    """
    multi_query = getattr(config, "multi_query", None)
    if isinstance(multi_query, bool):
        # Falcon's newer form has few key-value heads, too, but repeats them for each head before it keeps them.
        return 1 if multi_query and not getattr(config, "new_decoder_architecture", False) else heads_of(config)
    inner = getattr(config, "attn_config", None)  # DBRX and MPT keep it in a block of its own
    nested = number(inner, ("kv_n_heads",)) if inner is not None else None
    listed = _at(_read(config, "num_key_value_heads"), layer)
    return nested or listed or number(config, KEY_VALUE_HEADS) or heads_of(config, layer)


def head_dim_of(config: Any) -> int | None:
    """Width of one head."""
    given = number(config, ("head_dim", "attention_head_dim", "kv_channels", "d_kv", "attention_head_size"))
    if given is not None:
        return given
    width, heads = number(config, WIDTH), heads_of(config)
    return None if width is None or heads is None else width // heads


def patches_of(config: Any) -> int:
    """Places of an image that a model sees: its patches and one more; 1 where the configuration does not tell."""
    image, patch = number(config, ("image_size",)), number(config, ("patch_size",))
    return 1 if image is None or patch is None else (image // patch) ** 2 + 1


def _read(config: Any, name: str) -> Any:
    """An attribute; that of the first layer where layers differ, for which the configuration refuses a single value."""
    try:
        return getattr(config, name, None)
    except RuntimeError:
        return getattr(config.per_layer_config[0], name, None)


def _at(value: Any, index: int) -> int | None:
    if not isinstance(value, (list, tuple)) or not value:
        return None
    found = value[index] if index < len(value) else value[-1]
    return found if isinstance(found, int) and found > 0 else None
