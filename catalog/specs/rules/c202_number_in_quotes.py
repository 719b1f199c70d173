"""A number in quotes.

## What it does

Reports a string that reads as a number where the parameter is a number.

## Why it matters

In quotes, YAML and JSON mean text. Python neither adds nor compares it with numbers: the model fails, or the
configuration is refused.

## Example

```yaml
model_type: bert
params:
  hidden_size: "768"
```

## Remedy

Remove the quotes; `catalog validate --fix` does it.
"""

from __future__ import annotations

from catalog.records import Json
from catalog.specs import fixes, typecheck, wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Scalar
from catalog.specs.rules import Rule

RULE = Rule("C202", "number-in-quotes", "error")


def report(entry: Entry, node: Scalar, kind: Json, block: Block) -> Finding:
    """Say that a string is no number, and which number it reads as."""
    number = float(str(node.value).strip().replace("_", ""))
    whole = number.is_integer() and abs(number) < 1e15
    value = int(number) if whole and (typecheck.number_of(kind) == "int" or "." not in str(node.value)) else number
    fixable = whole or typecheck.number_of(kind) == "float"
    fix = fixes.rewrite(node, value, safe=True) if fixable else None
    return block.finding(
        RULE,
        node,
        entry.key,
        f"{wording.subject(entry, node)} must be {wording.type_text(kind)}, not a string.",
        suggestion=f"{fix.title} without quotes." if fix else None,
        fix=fix,
    )
