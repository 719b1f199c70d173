"""A checkpoint whose configuration cannot be read.

## What it does

Reads the `config.json` of the folder that a spec names as its checkpoint, or of the model in the local cache of the
hub. Nothing is downloaded: a name on the hub that is not in the cache is only noted.

## Why it matters

Without its configuration, the class is not known and no parameter of the spec is checked.

## Example

```yaml
checkpoint: ./no/such/folder
```

## Remedy

Correct the path, download the checkpoint, or name its `model_type` beside it.
"""

from __future__ import annotations

from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Spec
from catalog.specs.rules import Rule

RULE = Rule("C108", "unreadable-checkpoint", "error")


def report(spec: Spec, entry: Entry, name: str, reason: str) -> Finding:
    """Say why a checkpoint cannot be read."""
    remote = reason == "remote"
    return RULE.found(
        spec.path,
        entry.value.span,
        f"The checkpoint '{name}' is not on this machine; its parameters were not checked."
        if remote
        else f"The checkpoint cannot be read: {reason}.",
        parameter=entry.key,
        suggestion="Name its model_type as well, and they are." if remote else None,
        severity="info" if remote else None,
    )
