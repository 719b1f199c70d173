"""A number with a fraction where an integer is needed.

## What it does

Reports a float for a parameter that is an integer, `12.0` and `1e3` included.

## Why it matters

Layer counts and widths become arguments of tensor constructors, which take integers only; transformers refuses most
such values.

## Example

```yaml
model_type: bert
params:
  hidden_size: 768.0
```

## Remedy

Write the integer. Where the fraction is zero, `catalog validate --fix` does it.
"""

from __future__ import annotations

from catalog.records import Json
from catalog.specs import fixes, wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding, Severity
from catalog.specs.nodes import Entry, Scalar
from catalog.specs.rules import Rule

RULE = Rule("C206", "float-for-integer", "error")


def report(entry: Entry, node: Scalar, kind: Json, block: Block, *, severity: Severity | None = None) -> Finding:
    """Say that an integer was expected, and which one is meant where that is clear."""
    value = node.value
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    fix = fixes.rewrite(node, int(value), safe=True) if isinstance(value, float) and whole else None
    return block.finding(
        RULE,
        node,
        entry.key,
        f"{wording.subject(entry, node)} must be {wording.type_text(kind)}, not {wording.shown(node)}.",
        suggestion=f"{fix.title}." if fix else None,
        fix=fix,
        severity="warning" if fix and block.published else severity,
    )
