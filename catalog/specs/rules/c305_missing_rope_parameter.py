"""A rotary position embedding that lacks a parameter.

## What it does

Checks that `rope_parameters` has the keys that its type needs: `factor` for scaled types, the list of factors for
`longrope`, the two frequency factors for `llama3`. Keys that transformers fills in itself (`rope_theta`,
`original_max_position_embeddings`) may be left out.

## Why it matters

transformers refuses the configuration, or fails when the model is built.

## Example

```yaml
model_type: llama
params:
  rope_parameters: {rope_type: yarn}    # factor
```

## Remedy

Add the keys that the finding names.
"""

from __future__ import annotations

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry
from catalog.specs.rules import Rule
from catalog.specs.suggestions import both

RULE = Rule("C305", "missing-rope-parameter", "error")


def report(entry: Entry, path: str, kind: str, missing: list[str], block: Block) -> Finding:
    """Say which keys a type needs."""
    return block.finding(
        RULE,
        entry.key_span,
        path,
        f"A rotary position embedding of the type {kind} needs {both(missing)}.",
        severity="warning" if block.published else None,
    )
