"""A checkpoint's ``config.json``: the parameters stand at the root."""

from __future__ import annotations

from typing import Final

from catalog.specs.diagnostics import Fix
from catalog.specs.dialects.keys import is_empty, text_entry
from catalog.specs.edits import rename_key
from catalog.specs.faults import NO_MODEL, UNKNOWN_KEY, Log
from catalog.specs.nodes import Entry, Mapping, Scalar, Sequence, Spec
from catalog.specs.suggestions import clear_winner, nearest

SIGNATURE_KEYS: Final = frozenset(
    {"architectures", "auto_map", "dtype", "torch_dtype", "transformers_version", "_name_or_path"}
)
"""Keys that transformers itself writes into a ``config.json``."""

TYPICAL_KEYS: Final = frozenset(
    {
        "hidden_act",
        "hidden_size",
        "initializer_range",
        "intermediate_size",
        "max_position_embeddings",
        "num_attention_heads",
        "num_hidden_layers",
        "vocab_size",
    }
)
"""Parameters that most models share; two of them make a configuration, even without a model type."""


_OTHER_WORDS: Final = frozenset({"model", "model_name"})


def meant_model_type(root: Mapping) -> Entry | None:
    """The entry whose key is a misspelt ``model_type``, where the spec has none."""
    if "model_type" in root:
        return None
    for entry in root.entries:
        holds_text = isinstance(entry.value, Scalar) and isinstance(entry.value.value, str)
        if holds_text and _is_misspelt(entry):
            return entry
    return None


def _is_misspelt(entry: Entry) -> bool:
    return clear_winner(nearest(entry.key, ("model_type",))) is not None


def read(root: Mapping, path: str, log: Log, *, is_json: bool) -> Spec:
    """Take a ``config.json`` apart.

    Args:
        root: The whole configuration.
        path: File, as the user named it.
        log: Takes what is wrong with the keys that name the model.
        is_json: True for JSON. Old files there name no model, and load all the same where the class is known.

    Returns:
        The spec, whose parameters are the root itself.
    """
    model_type = text_entry(root.get("model_type"), log)
    misspelt = meant_model_type(root)
    if misspelt is None and model_type is None and not _names_model_otherwise(root):
        misspelt = next((entry for entry in root.entries if entry.key in _OTHER_WORDS), None)
    if misspelt is not None:
        log.add(
            UNKNOWN_KEY,
            misspelt.key_span,
            f"A configuration has no key {misspelt.key!r}.",
            suggestion="Did you mean model_type?",
            fix=Fix("Rename to model_type", (rename_key(misspelt, "model_type"),), safe=_is_misspelt(misspelt)),
        )
        model_type = text_entry(Entry("model_type", misspelt.key_span, misspelt.value), log)
    elif model_type is None and not _names_model_otherwise(root):
        entry = root.get("model_type")
        if entry is None or is_empty(entry.value):
            log.add(
                NO_MODEL,
                entry.key_span if entry else root.entries[0].key_span if root.entries else root.span,
                "The configuration names no model: it has neither a model_type nor architectures.",
                suggestion="Add model_type; without it AutoConfig cannot load the file.",
                severity="warning" if is_json else None,
            )
    params = root if misspelt is None else Mapping(tuple(e for e in root.entries if e is not misspelt), root.span)
    return Spec(path=path, dialect="huggingface", root=root, model_type=model_type, params=params)


def _names_model_otherwise(root: Mapping) -> bool:
    if "auto_map" in root:
        return True
    entry = root.get("architectures")
    return entry is not None and isinstance(entry.value, Sequence) and bool(entry.value.items)
