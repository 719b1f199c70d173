"""A truth value where a number is needed.

## What it does

Reports `true` or `false` for a parameter that is a number.

## Why it matters

Python counts `true` as 1 and `false` as 0. Where transformers does not refuse the value, the model is built with one
layer, one head or no dropout.

## Example

```yaml
model_type: bert
params:
  num_attention_heads: true
```

## Remedy

Write the number that is meant.
"""

from __future__ import annotations

from catalog.records import Json
from catalog.specs import wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Node
from catalog.specs.rules import Rule

RULE = Rule("C205", "boolean-for-number", "error")


def report(entry: Entry, node: Node, kind: Json, block: Block) -> Finding:
    """Say that a number was expected."""
    return block.finding(
        RULE,
        node,
        entry.key,
        f"{wording.subject(entry, node)} must be {wording.type_text(kind)}, not {wording.shown(node)}.",
    )
