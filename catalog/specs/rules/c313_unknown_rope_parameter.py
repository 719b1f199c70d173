"""A parameter that no rotary position embedding has.

## What it does

Compares the keys of `rope_parameters` with those that transformers and its models read.

## Why it matters

The key is ignored, and the one that was meant keeps its default.

## Example

```yaml
model_type: llama
params:
  rope_parameters: {rope_type: linear, facter: 2.0}    # factor
```

## Remedy

Write the suggested key, or remove it. In a published `config.json` only a key that resembles a known one is reported.
"""

from __future__ import annotations

from catalog.specs import fixes
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry
from catalog.specs.rules import Rule

RULE = Rule("C313", "unknown-rope-parameter", "error")


def report(entry: Entry, path: str, winner: str | None, block: Block) -> Finding:
    """Report the key and the one that was probably meant."""
    return block.finding(
        RULE,
        entry.key_span,
        path,
        f"A rotary position embedding has no parameter '{entry.key}'.",
        suggestion=f"Did you mean '{winner}'?" if winner else None,
        fix=fixes.rename(entry, winner, safe=True) if winner else None,
        severity="warning" if block.published or winner is None else None,
    )
