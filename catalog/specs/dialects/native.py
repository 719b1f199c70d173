"""The catalog's own dialect: a model, and the parameters that differ from its defaults."""

from __future__ import annotations

from typing import Final

from catalog.specs.diagnostics import Fix
from catalog.specs.dialects.keys import block_entry, check_boolean, is_empty, report_unknown, text_entry
from catalog.specs.edits import rename_key
from catalog.specs.faults import NO_MODEL, UNKNOWN_KEY, Log
from catalog.specs.nodes import Entry, Mapping, Scalar, Spec
from catalog.specs.suggestions import clear_winner, nearest

KEYS: Final = ("model_type", "config_class", "checkpoint", "task", "architecture", "release", "pretrained", "params")
"""The keys of a native spec, in the order in which they are written."""

STRONG_KEYS: Final = frozenset({"config_class", "checkpoint", "params"})
"""Keys that no ``config.json`` has."""

_OTHER_WORDS: Final[dict[str, str]] = {
    **dict.fromkeys(("model", "model_name", "type", "name", "arch"), "model_type"),
    **dict.fromkeys(("class", "class_name", "config_name"), "config_class"),
    **dict.fromkeys(
        (
            "base_model",
            "model_id",
            "model_name_or_path",
            "pretrained_model_name_or_path",
            "model_path",
            "_name_or_path",
        ),
        "checkpoint",
    ),
    **dict.fromkeys(
        (
            "arguments",
            "args",
            "config",
            "hyperparameters",
            "init",
            "kwargs",
            "model_config",
            "model_init_config",
            "model_kwargs",
            "model_params",
            "overrides",
            "parameters",
            "settings",
        ),
        "params",
    ),
    **dict.fromkeys(("architectures", "model_class", "model_architecture"), "architecture"),
    **dict.fromkeys(("task_name", "head", "pipeline"), "task"),
    **dict.fromkeys(("transformers", "transformers_version"), "release"),
}
"""What other tools call the same key."""


MODEL_KEYS: Final = frozenset({"model_type", "config_class", "checkpoint", "architecture"})
"""Keys that name the model; one is enough."""


def meant_key(entry: Entry, present: set[str]) -> str | None:
    """The native key that an unknown one stands for.

    Args:
        entry: An entry whose key is no native one.
        present: The keys that the spec has already.

    Returns:
        The key, where its value has the right form; ``None`` where none is meant.
    """
    word = clear_winner(nearest(entry.key, KEYS))
    if word is None:
        word = _OTHER_WORDS.get(entry.key)
        if word in MODEL_KEYS and present & MODEL_KEYS:
            return None
    if word is None or word in present:
        return None
    return word if isinstance(entry.value, Mapping if word == "params" else Scalar) else None


def misspells_params(entry: Entry) -> bool:
    """True for a block whose key is nearly ``params``."""
    return isinstance(entry.value, Mapping) and clear_winner(nearest(entry.key, ("params",))) is not None


def read(root: Mapping, path: str, log: Log) -> Spec:
    """Take a native spec apart.

    Args:
        root: The whole spec.
        path: File, as the user named it.
        log: Takes what is wrong with the spec's own keys.

    Returns:
        The spec. A misspelt key counts as what it stands for, so that the rest is checked all the same.
    """
    entries = {entry.key: entry for entry in root.entries if entry.key in KEYS}
    present = set(entries)
    for entry in root.entries:
        if entry.key in KEYS:
            continue
        meant = meant_key(entry, present)
        if meant is None:
            report_unknown(entry, KEYS, present, log, _otherwise(entry, present))
            continue
        log.add(
            UNKNOWN_KEY,
            entry.key_span,
            f"A spec has no key {entry.key!r}.",
            suggestion=f"Did you mean {meant}?",
            fix=Fix(f"Rename to {meant}", (rename_key(entry, meant),), safe=_is_plain_slip(entry, meant)),
        )
        present.add(meant)
        entries[meant] = Entry(meant, entry.key_span, entry.value)
    check_boolean(entries.get("pretrained"), log)
    texts = {key: text_entry(entries.get(key), log) for key in KEYS[:6]}
    spec = Spec(
        path=path,
        dialect="native",
        root=root,
        model_type=texts["model_type"],
        config_class=texts["config_class"],
        checkpoint=texts["checkpoint"],
        architecture=texts["architecture"],
        task=texts["task"],
        release=texts["release"],
        params=block_entry(entries.get("params"), log),
    )
    if not present & MODEL_KEYS or not any(_says_something(entries.get(key)) for key in MODEL_KEYS):
        _report_no_model(root, entries, log)
    return spec


def _is_plain_slip(entry: Entry, meant: str) -> bool:
    """True where the key is only misspelt, or its value can be nothing else; `model: x` may be a type or a name."""
    return meant == "params" or clear_winner(nearest(entry.key, KEYS)) == meant


def _says_something(entry: Entry | None) -> bool:
    return entry is not None and not is_empty(entry.value)


def _otherwise(entry: Entry, present: set[str]) -> str:
    if "params" in present:
        return "If it is a parameter of the model, indent it below params."
    if isinstance(entry.value, Scalar):
        return "If it is a parameter of the model, write it below params:."
    return f"A spec has the keys {', '.join(KEYS)}."


def _report_no_model(root: Mapping, entries: dict[str, Entry], log: Log) -> None:
    empty = next((key for key in KEYS if key in MODEL_KEYS and key in entries), None)
    first = root.entries[0].key_span if root.entries else root.span
    log.add(
        NO_MODEL,
        entries[empty].key_span if empty else first,
        f"{empty} is empty, so the spec names no model." if empty else "The spec names no model.",
        suggestion="Write model_type: with a model type such as bert, or config_class: or checkpoint:.",
    )
