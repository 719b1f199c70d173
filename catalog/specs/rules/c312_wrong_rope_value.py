"""A wrong value in a rotary position embedding.

## What it does

Checks the values within `rope_parameters`: numbers where numbers are needed, lists of numbers where each frequency
has its own, bases above 0, and scaling factors of at least 1.

## Why it matters

transformers only writes to its log. The frequencies come out wrong, or the model fails when it is built.

## Example

```yaml
model_type: llama
params:
  rope_parameters: {rope_type: linear, factor: "2"}
```

## Remedy

Write a value of the kind that the finding names.
"""

from __future__ import annotations

from catalog.specs import wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry
from catalog.specs.rules import Rule

RULE = Rule("C312", "wrong-rope-value", "error")


def report(entry: Entry, path: str, wanted: str, block: Block, *, certain: bool = True) -> Finding:
    """Say what the value must be; where transformers can do with it, only a warning."""
    return block.finding(
        RULE,
        entry.value,
        path,
        f"'{entry.key}' must be {wanted}, not {wording.shown(entry.value)}.",
        severity=None if certain else "warning",
    )
