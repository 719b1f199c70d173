"""The fixes that rules offer: a key renamed, a value written differently."""

from __future__ import annotations

from catalog.records import Json
from catalog.specs.diagnostics import Fix
from catalog.specs.edits import rename_key, replace_value
from catalog.specs.nodes import Entry, Scalar


def rename(entry: Entry, name: str, *, safe: bool) -> Fix:
    """Give an entry another key."""
    return Fix(f"Rename to {name}", (rename_key(entry, name),), safe)


def rewrite(scalar: Scalar, value: Json, *, safe: bool) -> Fix:
    """Write another value in place of one."""
    edit = replace_value(scalar, value)
    return Fix(f"Write {edit.text}", (edit,), safe)
