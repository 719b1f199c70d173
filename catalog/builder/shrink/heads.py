"""Attention: heads that divide widths, key-value heads of the same kind, rotary sections that add up."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.builder.shrink.roles import role_of
from catalog.builder.shrink.scale import Scale, main_widths
from catalog.builder.shrink.tree import Node
from catalog.records import Json

_FEED_FORWARD = frozenset({
    "intermediate_size", "ffn_dim", "encoder_ffn_dim", "decoder_ffn_dim", "d_ff", "n_inner", "mlp_dim",
    "dim_feedforward",
})  # fmt: skip
_SUFFIXES = ("num_attention_heads", "attention_heads", "num_heads", "n_heads", "n_head", "heads")


def reduce_heads(node: Node, scale: Scale) -> None:
    """Restore what holds between the heads of one configuration."""
    _keep_grouping(node)
    _keep_products(node, scale)
    _keep_feed_forward(node, scale)
    for name in ("rope_parameters", "rope_scaling"):
        value = node.before.get(name)
        if isinstance(value, Mapping):
            reduced = _rope(node, dict(value))
            if reduced != value:
                node.after[name] = reduced


def _keep_grouping(node: Node) -> None:
    """Multi-query stays multi-query, grouped stays grouped, multi-head stays multi-head."""
    for name in [name for name in node.before if role_of(name) == "key-value-heads"]:
        few = node.before[name]
        heads = _heads_of(node, name)
        if heads is None:
            continue
        many, new = node.known(heads), node.after.get(heads)
        if isinstance(few, int) and isinstance(many, int) and isinstance(new, int):
            node.after[name] = _grouped(few, many, new)
        elif isinstance(few, list) and isinstance(many, int) and isinstance(new, int):
            node.after[name] = [_grouped(item, many, new) for item in few]


def _grouped(few: int, many: int, new: int) -> int:
    if few >= many:
        return new if few == many else max(few * new // many, new)
    return 1 if few <= 1 else max(1, min(new // 2, few))


def _heads_of(node: Node, name: str) -> str | None:
    """The attention heads that share key-value heads."""
    prefix = name.split("num_key", maxsplit=1)[0].removesuffix("kv_n_heads")
    if name == "linear_num_key_heads":
        return "linear_num_value_heads"
    for suffix in _SUFFIXES:
        if prefix + suffix in node.before and prefix + suffix != name:
            return prefix + suffix
    return None


def _keep_products(node: Node, scale: Scale) -> None:
    """Where the heads together are as wide as the model, or twice as wide, they are so afterwards."""
    mains = main_widths(node)
    for name in [name for name in node.before if role_of(name) == "head-width"]:
        each = node.integer(name, old=True)
        heads = _counted_by(node, name)
        many = node.known(heads) if heads else None
        if each is None or heads is None or not isinstance(many, int) or not mains:
            continue
        ratio = each * many / mains[0]
        new_heads, width = node.after.get(heads), scale.width(mains[0])
        if ratio in (0.5, 1, 2, 4) and isinstance(new_heads, int):
            node.after[name] = max(2, int(ratio * width) // new_heads)


def _keep_feed_forward(node: Node, scale: Scale) -> None:
    """A feed-forward layer that is a whole number of times as wide as the model stays so."""
    mains = main_widths(node)
    for name in _FEED_FORWARD & node.before.keys():
        inner = node.integer(name, old=True)
        if inner and mains and inner % mains[0] == 0:
            node.after[name] = inner // mains[0] * scale.width(mains[0])


def _counted_by(node: Node, name: str) -> str | None:
    """The number of heads of a width."""
    prefix = name.removesuffix("head_dim").removesuffix("d_head").removesuffix("d_kv")
    for suffix in _SUFFIXES:
        if prefix + suffix in node.before:
            return prefix + suffix
    return next((suffix for suffix in _SUFFIXES if suffix in node.before), None) if not prefix else None


def head_width(node: Node, *, old: bool) -> int | None:
    """The width of a head, before or after."""
    values = node.before if old else node.after
    for name in ("qk_rope_head_dim", "head_dim", "kv_channels"):
        value = values.get(name)
        if isinstance(value, int) and value > 0:
            return value
    for heads in _SUFFIXES:
        many = values.get(heads)
        for width in ("hidden_size", "d_model", "n_embd", "embed_dim", "dim"):
            total = values.get(width)
            if isinstance(many, int) and isinstance(total, int) and many > 0:
                return total // many
    return None


def _rope(node: Node, rope: dict[str, Json]) -> dict[str, Json]:
    """Rotary parameters for narrower heads and fewer positions."""
    if any(isinstance(value, Mapping) for value in rope.values()):
        return {key: _rope(node, dict(value)) if isinstance(value, Mapping) else value for key, value in rope.items()}
    found = dict(rope)
    before, after = head_width(node, old=True), head_width(node, old=False)
    for key in ("mrope_section", "xdrope_section"):
        section = rope.get(key)
        if isinstance(section, list) and before and after and sum(section):
            partial = rope.get("partial_rotary_factor")
            rotated = after * partial if isinstance(partial, int | float) else after
            found[key] = shares(section, max(1, int(rotated) // 2))
    for key in ("short_factor", "long_factor"):
        factors = rope.get(key)
        if isinstance(factors, list) and before and after:
            found[key] = factors[: max(1, len(factors) * after // before)]
    original = rope.get("original_max_position_embeddings")
    positions, fewer = node.before.get("max_position_embeddings"), node.after.get("max_position_embeddings")
    if isinstance(original, int) and isinstance(positions, int) and isinstance(fewer, int) and fewer < original:
        found["original_max_position_embeddings"] = max(1, original * fewer // positions)
    return found


def shares(parts: list[int], total: int) -> list[int]:
    """Split a total in the proportions of some parts, by the largest remainder; each keeps at least one if it can."""
    whole = sum(parts)
    exact = [part * total / whole for part in parts]
    found = [
        max(int(share), 1 if part and total >= len(parts) else 0) for part, share in zip(parts, exact, strict=True)
    ]
    while sum(found) < total:
        index = max(range(len(found)), key=lambda item: exact[item] - found[item])
        found[index] += 1
    while sum(found) > total:
        index = max(range(len(found)), key=lambda item: (found[item] > 1, found[item] - exact[item]))
        found[index] -= 1
    return found
