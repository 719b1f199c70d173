"""Tells the kinds of attention of a configuration's default values, where they tell.

The number of key and value heads against the number of heads decides between multi-head, grouped-query (Ainslie et al.,
2023) and multi-query attention (Shazeer, 2019); a rank of the compressed keys and values means multi-head latent
attention (DeepSeek-V2, 2024). Windows and the types of the layers tell the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.introspect.traits.signs import signs
from catalog.records import ConfigClass, Json, Parameter

KINDS = (
    "multi-head",
    "grouped-query",
    "multi-query",
    "multi-head-latent",
    "sliding-window",
    "window",
    "chunked",
    "sparse",
    "linear",
    "state-space",
    "convolution",
    "hybrid",
    "none",
)
"""All kinds, in the order in which they are listed. *Window* is attention within fixed windows of an image;
*convolution* and *state-space* are layers that stand in for attention; *hybrid* mixes such layers with attention."""

_HEADS = (
    "num_attention_heads",
    "num_heads",
    "n_head",
    "n_heads",
    "attention_heads",
    "encoder_attention_heads",
    "decoder_attention_heads",
    "encoder_num_attention_heads",
    "decoder_num_attention_heads",
)
_KEY_VALUE_HEADS = ("num_key_value_heads", "num_kv_heads", "n_head_kv", "kv_n_heads")
_WINDOWS = (
    "sliding_window",
    "sliding_window_size",
    "sliding_windows",
    "local_attention",
    "local_radius",
    "local_attention_window_len",
    "attention_window",
    "attention_window_size",
)
_LAYER_LISTS = ("layer_types", "block_types", "layers_block_type", "attention_types")
_STATE_SPACE = ("mamba_d_state", "mamba_d_conv", "mamba_expand", "ssm_state_size", "time_step_rank", "time_step_floor")
_INDEXERS = ("index_topk", "index_topk_blocks")
_NO_ATTENTION = frozenset({"linear", "state-space", "convolution"})


def attention_kinds(
    item: ConfigClass, effective: Mapping[str, Json], classes: Mapping[str, ConfigClass], *, modality: str | None = None
) -> tuple[str, ...]:
    """Tell the kinds of attention of a class's defaults.

    Args:
        item: The class.
        effective: Values after construction, for the parameters where they differ from the declared default.
        classes: All classes by name, to look into sub-configurations of the attention.
        modality: The class's modality: a window means one thing in an image and another in a text.

    Returns:
        Kinds, in the order of :data:`KINDS`; none where the class does not tell, as one that only holds
        sub-configurations does not.
    """
    if (known := signs().attention.get(item.name)) is not None:
        return (known,)
    values = _values(item, effective, classes)
    layers = set(_layer_kinds(values))
    kinds = layers | set(_head_kinds(item, values)) | set(_window_kinds(values, layers, modality))
    if any(values.get(name) for name in _INDEXERS) or values.get("attention_type") == "block_sparse":
        kinds.add("sparse")
    if any(name in values for name in _STATE_SPACE):
        kinds.add("state-space")
        kinds.discard("linear")  # layer_types call Mamba layers linear attention
    if kinds & _NO_ATTENTION and kinds - _NO_ATTENTION - {"hybrid"}:
        kinds.add("hybrid")
    return tuple(kind for kind in KINDS if kind in kinds)


def _values(item: ConfigClass, effective: Mapping[str, Json], classes: Mapping[str, ConfigClass]) -> dict[str, Any]:
    """Default values by name, also under the names of the attribute map."""
    values: dict[str, Any] = {}
    for part in item.sub_configs:
        if part.name == "attn_config" and (child := classes.get(part.config_class or "")) is not None:
            values |= _values(child, {}, {})
    for parameter in item.parameters:
        if parameter.name in effective or (parameter.default_known and not parameter.required):
            values[parameter.name] = effective.get(parameter.name, parameter.default)
    values |= {alias: values[name] for alias, name in item.attribute_map.items() if name in values}
    return values


def _head_kinds(item: ConfigClass, values: Mapping[str, Any]) -> Iterator[str]:
    if _positive(values.get("kv_lora_rank")):
        yield "multi-head-latent"
        return
    heads = _heads(values)
    if heads is None or ("state_size" in values and "num_key_value_heads" not in values):
        return
    if values.get("multi_query") is True and not values.get("new_decoder_architecture"):
        yield "multi-query"
        return
    name = next((name for name in _KEY_VALUE_HEADS if name in values), None)
    if name is None:
        yield "multi-head"
        return
    groups = values[name]
    if groups is None and _defaults_to_heads(item, name):
        yield "multi-head"
    elif isinstance(heads, int) and isinstance(groups, int) and groups > 0:
        yield "multi-head" if groups >= heads else "multi-query" if groups == 1 else "grouped-query"


def _heads(values: Mapping[str, Any]) -> Any:
    """Number of heads, or a list of numbers; ``None`` where there are none."""
    return next((values[name] for name in _HEADS if _positive(values.get(name))), None)


def _defaults_to_heads(item: ConfigClass, name: str) -> bool:
    """True where the documentation says that this number, left out, is the number of heads."""
    found: Parameter | None = next((parameter for parameter in item.parameters if parameter.name == name), None)
    text = (found.description or "") if found else ""
    return "default" in text and ("num_attention_heads" in text or "n_head" in text)


def _layer_kinds(values: Mapping[str, Any]) -> Iterator[str]:
    for name in _LAYER_LISTS:
        for entry in set(_strings(values.get(name))):
            kind = next((kind for word, kind in signs().layers if word in entry), None)
            if kind is not None:
                yield kind


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for entry in value:
            yield from _strings(entry)


def _window_kinds(values: Mapping[str, Any], layers: set[str], modality: str | None) -> Iterator[str]:
    """Kinds of a window that is set, and that the layers, where they are listed, use."""
    heads = _heads(values)
    if isinstance(heads, list) or (heads and modality == "vision"):
        if _positive(values.get("window_size")) and values.get("window_block_indices") != []:
            yield "window"
        return
    unused = any(_strings(values.get("layer_types"))) and "sliding-window" not in layers
    if unused or values.get("use_sliding_window") is False:
        return
    if any(_positive(values.get(name)) for name in _WINDOWS):
        yield "sliding-window"


def _positive(value: Any) -> bool:
    """True for a positive number, and for a list that holds one."""
    if isinstance(value, list):
        return any(_positive(entry) for entry in value)
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
