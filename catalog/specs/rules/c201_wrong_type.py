"""A value of another type than the parameter has.

## What it does

Compares each value with the type that the configuration class declares. An integer is fine for a float, a list for a
tuple, the name of a dtype for the dtype, and `null` where the class declares it or starts from it itself.

## Why it matters

Some wrong types are refused when the configuration is made, others fail deep in the model, and some (a string for a
flag) are taken for something else: every non-empty string is true.

## Example

```yaml
model_type: bert
params:
  num_hidden_layers: [12]   # an integer
```

## Remedy

Write a value of the type that the finding names.
"""

from __future__ import annotations

from catalog.records import Json
from catalog.specs import wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding, Severity
from catalog.specs.nodes import Entry, Node
from catalog.specs.rules import Rule

RULE = Rule("C201", "wrong-type", "error")


def report(entry: Entry, node: Node, kind: Json, block: Block, *, severity: Severity | None = None) -> Finding:
    """Say which type was expected and which one stands there."""
    return block.finding(
        RULE,
        node,
        entry.key,
        f"{wording.subject(entry, node)} must be {wording.type_text(kind)}, not {wording.kind_of(node)}.",
        severity=severity,
    )
