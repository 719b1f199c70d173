"""Checks the parameters of the rotary position embedding: ``rope_parameters``, and ``rope_scaling`` of older files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Entry, Mapping, Node, Scalar, Sequence
from catalog.specs.rules import (
    c304_unknown_rope_type,
    c305_missing_rope_parameter,
    c312_wrong_rope_value,
    c313_unknown_rope_parameter,
)
from catalog.specs.suggestions import clear_winner, nearest

KEYS: Final = frozenset({"rope_parameters", "rope_scaling"})

LEGACY_TYPES: Final = frozenset({"mrope", "su", "xdrope", "deepseek_yarn", "ntk", "dynamic_ntk", "interleaved"})
"""Types of original implementations, which some classes convert."""

_COMPLETED: Final = frozenset({"rope_type", "rope_theta", "original_max_position_embeddings"})
"""Required keys that transformers itself fills in where they are missing."""

_NUMBERS: Final = frozenset({
    "rope_theta", "partial_rotary_factor", "factor", "original_max_position_embeddings", "attention_factor",
    "beta_fast", "beta_slow", "low_freq_factor", "high_freq_factor", "mscale", "mscale_all_dim", "short_mscale",
    "long_mscale", "alpha", "llama_4_scaling_beta",
})  # fmt: skip
_LISTS: Final = frozenset({"short_factor", "long_factor", "mrope_section", "xdrope_section"})
_OTHERS: Final = frozenset({
    "truncate", "mrope_interleaved", "interleaved", "finetuned", "max_position_embeddings",
    "scaling_factor", "apply_yarn_scaling", "mup_factor", "extrapolation_factor", "attn_factor", "beta", "dim",
})  # fmt: skip
_ABOVE_ZERO: Final = frozenset({"rope_theta", "partial_rotary_factor", "original_max_position_embeddings"})


def check(entry: Entry, block: Block) -> Iterator[Finding]:
    """Check one entry, whose value is flat or has one block for each kind of layer.

    Args:
        entry: The entry ``rope_parameters`` or ``rope_scaling``.
        block: The block it stands in.

    Yields:
        The findings.
    """
    if not isinstance(entry.value, Mapping):
        return
    nested = [inner for inner in entry.value if isinstance(inner.value, Mapping)]
    if not nested:
        yield from _check_flat(entry.value, entry, entry.key, block)
    for inner in nested:
        if isinstance(inner.value, Mapping):
            yield from _check_flat(inner.value, inner, f"{entry.key}.{inner.key}", block)


def _check_flat(mapping: Mapping, entry: Entry, path: str, block: Block) -> Iterator[Finding]:
    knowledge = block.view.knowledge
    known = knowledge.vocabulary("rope_types")
    kind = _type_of(mapping)
    if kind is not None and known:
        text = str(kind.value.value) if isinstance(kind.value, Scalar) else ""
        if text not in known and text not in LEGACY_TYPES:
            yield c304_unknown_rope_type.report(kind, f"{path}.{kind.key}", sorted(known), block)
        else:
            yield from _check_required(text, mapping, entry, path, block)
    for item in mapping:
        yield from _check_item(item, f"{path}.{item.key}", block, knowledge)


def _type_of(mapping: Mapping) -> Entry | None:
    """The entry that names the type, if it holds a string."""
    for key in ("rope_type", "type"):
        entry = mapping.get(key)
        if entry is not None and isinstance(entry.value, Scalar) and isinstance(entry.value.value, str):
            return entry
    return None


def _check_required(kind: str, mapping: Mapping, entry: Entry, path: str, block: Block) -> Iterator[Finding]:
    required = block.view.knowledge.vocabulary(f"rope_keys:{kind}:required") - _COMPLETED
    missing = sorted(key for key in required if key not in mapping)
    if missing:
        yield c305_missing_rope_parameter.report(entry, path, kind, missing, block)


def _check_item(item: Entry, path: str, block: Block, knowledge: Knowledge) -> Iterator[Finding]:
    key, node = item.key, item.value
    if isinstance(node, Scalar) and node.value is None:
        return
    if key in _NUMBERS:
        yield from _check_number(item, path, block)
    elif key in _LISTS:
        if not isinstance(node, Sequence) or not all(map(_is_number, node.items)):
            yield c312_wrong_rope_value.report(item, path, "a list of numbers", block)
    elif key in ("rope_type", "type"):
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            yield c312_wrong_rope_value.report(item, path, "a string", block)
    elif key not in _OTHERS:
        yield from _check_unknown(item, path, block, knowledge)


def _check_number(item: Entry, path: str, block: Block) -> Iterator[Finding]:
    node = item.value
    if not isinstance(node, Scalar) or not isinstance(node.value, int | float) or isinstance(node.value, bool):
        yield c312_wrong_rope_value.report(item, path, "a number", block)
    elif item.key in _ABOVE_ZERO and node.value <= 0:
        yield c312_wrong_rope_value.report(item, path, "above 0", block)
    elif item.key == "factor" and node.value < 1:
        yield c312_wrong_rope_value.report(item, path, "at least 1", block, certain=False)


def _check_unknown(item: Entry, path: str, block: Block, knowledge: Knowledge) -> Iterator[Finding]:
    known = _NUMBERS | _LISTS | _OTHERS | {"rope_type", "type"}
    for kind in knowledge.vocabulary("rope_types"):
        known |= knowledge.vocabulary(f"rope_keys:{kind}:optional")
    if item.key in known:
        return
    winner = clear_winner(nearest(item.key, sorted(known)))
    if winner is not None or not block.published:
        yield c313_unknown_rope_parameter.report(item, path, winner, block)


def _is_number(node: Node) -> bool:
    return isinstance(node, Scalar) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
