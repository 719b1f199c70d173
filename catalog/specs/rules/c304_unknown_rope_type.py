"""A type of rotary position embedding that transformers does not know.

## What it does

Compares `rope_type` (in older files `type`) with the types that transformers computes. Names of original
implementations that some classes convert (`su`, `mrope`) are fine.

## Why it matters

transformers takes any name and fails when the model is built.

## Example

```yaml
model_type: llama
params:
  rope_parameters: {rope_type: liner, factor: 2.0}    # linear
```

## Remedy

Write one of the types that the finding names.
"""

from __future__ import annotations

from catalog.specs import fixes, wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Scalar
from catalog.specs.rules import Rule
from catalog.specs.suggestions import clear_winner, either, nearest

RULE = Rule("C304", "unknown-rope-type", "error")


def report(entry: Entry, path: str, known: list[str], block: Block) -> Finding:
    """Report the type and the one that was probably meant."""
    node = entry.value
    winner = clear_winner(nearest(str(node.value), known)) if isinstance(node, Scalar) else None
    return block.finding(
        RULE,
        node,
        path,
        f"transformers has no rotary position embedding of the type {wording.shown(node)}.",
        suggestion=f"Did you mean {winner}?" if winner else f"It has {either(known)}.",
        fix=fixes.rewrite(node, winner, safe=True) if winner and isinstance(node, Scalar) else None,
        severity="warning" if block.published and winner is None else None,
    )
