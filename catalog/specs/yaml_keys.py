"""Keys of YAML mappings: what may be one, and what ``<<`` brings in."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as PythonMapping
from collections.abc import Sequence as PythonSequence

from catalog.specs.diagnostics import Edit, Fix
from catalog.specs.faults import INVALID_MERGE, NON_STRING_KEY, Log
from catalog.specs.nodes import Entry, Mapping, Node, Scalar, Sequence


def entry_of(node: Node, value: Node, log: Log) -> Entry | None:
    """Make an entry of a key and its value.

    Args:
        node: The key.
        value: The value.
        log: Takes what is wrong with the key.

    Returns:
        The entry; ``None`` where the key is a list or a block.
    """
    if not isinstance(node, Scalar):
        log.add(
            NON_STRING_KEY,
            node.span,
            f"A {'list' if isinstance(node, Sequence) else 'block'} cannot be a key.",
            suggestion="Use a word as the key.",
            severity="error",
        )
        return None
    if isinstance(node.value, str):
        return Entry(node.value, node.span, value)
    if type(node.value) is int:
        # Whole numbers are the usual keys of id2label; JSON writes them as strings too.
        return Entry(str(node.value), node.span, value)
    kind = "null" if node.value is None else "a boolean" if isinstance(node.value, bool) else "a number"
    quoted = f'"{node.text}"'
    log.add(
        NON_STRING_KEY,
        node.span,
        f"The key {node.text} is {kind}, not a string." if node.text else "A key is missing before the ':'.",
        suggestion=f"Write {quoted}." if node.text else "Write a key.",
        fix=Fix(f"Quote {node.text}", (Edit(node.span, quoted),)) if node.text else None,
    )
    return Entry(node.text, node.span, value)


def merged_entries(
    merges: PythonSequence[Entry], own: PythonMapping[str, Entry], log: Log, *, spend: Callable[[int], None]
) -> list[Entry]:
    """The entries that merge keys bring in.

    Args:
        merges: The entries with the key ``<<``.
        own: The mapping's own entries by key, which win over merged ones; of those the first mapping named wins.
        log: Takes values that are no mappings.
        spend: Counts the entries that are copied.
    """
    found: dict[str, Entry] = {}
    for merge in merges:
        sources = merge.value.items if isinstance(merge.value, Sequence) else (merge.value,)
        for source in sources:
            if not isinstance(source, Mapping):
                log.add(
                    INVALID_MERGE,
                    merge.key_span,
                    "'<<' merges a block into this one, and its value is not a block.",
                    suggestion="Give it an alias of a mapping (<<: *name), or a list of such aliases.",
                )
                continue
            spend(len(source.entries))
            for key, entry in {entry.key: entry for entry in source.entries}.items():
                if key not in own:
                    found.setdefault(key, entry)
    return list(found.values())
