"""Notes keys that stand twice in one block."""

from __future__ import annotations

from catalog.specs.faults import DUPLICATE_KEY, Log
from catalog.specs.nodes import Entry, to_value


def report_duplicate(log: Log, earlier: Entry, later: Entry) -> None:
    """Note a repeated key. Where both entries say the same, nothing is lost, and it is only a warning."""
    same = repr(to_value(earlier.value)) == repr(to_value(later.value))
    log.add(
        DUPLICATE_KEY,
        later.key_span,
        f"The key {later.key!r} already stands on line {earlier.key_span.line}"
        + (", with the same value." if same else "; only the last one counts."),
        suggestion="Remove one of the two.",
        severity="warning" if same else None,
    )
