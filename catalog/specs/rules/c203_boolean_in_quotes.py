"""A truth value written as a string.

## What it does

Reports a string such as `"true"`, `"False"` or `yes` where the parameter is a flag. In YAML 1.2, which specs are read
as, `yes`, `no`, `on` and `off` are strings.

## Why it matters

Every non-empty string is true in Python, `"false"` included: the flag is on, whatever the text says.

## Example

```yaml
model_type: bert
params:
  use_cache: "false"
```

## Remedy

Write `true` or `false` without quotes; `catalog validate --fix` does it.
"""

from __future__ import annotations

from catalog.specs import fixes, wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Scalar
from catalog.specs.rules import Rule

RULE = Rule("C203", "boolean-in-quotes", "error")


def report(entry: Entry, node: Scalar, *, truth: bool, block: Block) -> Finding:
    """Say that a string is no truth value, and which one it reads as."""
    plain = "true" if truth else "false"
    return block.finding(
        RULE,
        node,
        entry.key,
        f"{wording.subject(entry, node)} must be true or false, not a string.",
        suggestion=f"Write {plain} without quotes.",
        fix=fixes.rewrite(node, truth, safe=True),
    )
