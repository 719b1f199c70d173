"""Checks that the keys of a spec itself (not the model's parameters) hold what they should."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.specs.diagnostics import Edit, Fix
from catalog.specs.edits import rename_key
from catalog.specs.faults import BLOCK_NOT_A_MAPPING, UNKNOWN_KEY, WRONG_KEY_TYPE, Log
from catalog.specs.nodes import Entry, Mapping, Node, Scalar, Sequence
from catalog.specs.suggestions import clear_winner, nearest
from catalog.specs.yaml_scalars import boolean_word


def text_entry(entry: Entry | None, log: Log) -> Entry | None:
    """An entry whose value must be a string.

    Args:
        entry: The entry, if there is one.
        log: Takes what is wrong.

    Returns:
        The entry; ``None`` where it is absent, empty or wrong.
    """
    if entry is None or is_empty(entry.value):
        return None
    value = entry.value
    if isinstance(value, Scalar) and isinstance(value.value, str):
        return entry
    if not isinstance(value, Scalar):
        log.add(WRONG_KEY_TYPE, value.span, f"{entry.key} takes a name, not {describe(value)}.")
        return None
    quoted = f'"{value.text}"'
    log.add(
        WRONG_KEY_TYPE,
        value.span,
        f"{entry.key} takes a name, and {value.text} is {describe(value)}.",
        suggestion=f"Write {quoted}.",
        fix=Fix(f"Quote {value.text}", (Edit(value.span, quoted),)),
    )
    return Entry(entry.key, entry.key_span, Scalar(value.text, value.text, value.quoted, value.span))


def check_boolean(entry: Entry | None, log: Log) -> None:
    """Report an entry whose value must be true or false and is not."""
    if entry is None or is_empty(entry.value):
        return
    value = entry.value
    if isinstance(value, Scalar) and isinstance(value.value, bool):
        return
    meant = None
    if isinstance(value, Scalar) and isinstance(value.value, str):
        word = value.value.strip().lower()
        meant = boolean_word(word) if word not in ("true", "false") else word == "true"
    right = None if meant is None else str(meant).lower()
    log.add(
        WRONG_KEY_TYPE,
        value.span,
        f"{entry.key} takes true or false, not {describe(value)}.",
        suggestion="Write true or false." if right is None else f"Write {right}.",
        fix=None if right is None else Fix(f"Write {right}", (Edit(value.span, right),)),
    )


def block_entry(entry: Entry | None, log: Log) -> Mapping | None:
    """The block under a key.

    Args:
        entry: The entry, if there is one.
        log: Takes what is wrong.

    Returns:
        The block; ``None`` where the entry is absent or empty, or is no block.
    """
    if entry is None or is_empty(entry.value):
        return None
    value = entry.value
    if isinstance(value, Mapping):
        return value
    dashes = isinstance(value, Sequence) and value.items and all(isinstance(item, Mapping) for item in value.items)
    log.add(
        BLOCK_NOT_A_MAPPING,
        value.span if isinstance(value, Scalar) else entry.key_span,
        f"{entry.key} takes a block of 'key: value' lines, not {describe(value)}.",
        suggestion="Remove the dashes before the keys." if dashes else "Write one 'key: value' a line.",
    )
    return None


def is_empty(node: Node) -> bool:
    """True for null and for an empty string: the key is there and says nothing."""
    return isinstance(node, Scalar) and (node.value is None or node.value == "")


def describe(node: Node) -> str:
    """The kind of a value, with an article."""
    if isinstance(node, Mapping):
        return "a block"
    if isinstance(node, Sequence):
        return "a list"
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    return "a number" if isinstance(value, int | float) else f"the string {value!r}"


def report_unknown(entry: Entry, known: Iterable[str], taken: Iterable[str], log: Log, otherwise: str) -> str | None:
    """Report a key that a spec does not have.

    Args:
        entry: The entry.
        known: The keys it could be.
        taken: Keys that the spec has already, and that are therefore not meant.
        log: Takes the finding.
        otherwise: What to suggest where no known key resembles it.

    Returns:
        The key that was meant, where it is clear; ``None`` otherwise.
    """
    present = set(taken)
    found = nearest(entry.key, (key for key in known if key not in present))
    winner = clear_winner(found)
    suggestion = f"Did you mean {found[0].name}?" if found else otherwise
    fix = Fix(f"Rename to {winner}", (rename_key(entry, winner),)) if winner else None
    log.add(UNKNOWN_KEY, entry.key_span, f"A spec has no key {entry.key!r}.", suggestion=suggestion, fix=fix)
    return winner
