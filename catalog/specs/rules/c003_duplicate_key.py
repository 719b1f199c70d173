"""A key that stands twice in one block.

## What it does

Reports the second of two equal keys, with the line of the first. Where both have the same value it is a warning.

## Why it matters

YAML forbids it, yet PyYAML and Python's `json` take the last one and say nothing: the value that you read first is
not the one that counts.

## Example

```yaml
model_type: bert
params:
  hidden_size: 256
  num_attention_heads: 4
  hidden_size: 512    # this one counts
```

## Remedy

Remove one of the two.
"""

from __future__ import annotations

from catalog.specs.faults import DUPLICATE_KEY

RULE = DUPLICATE_KEY
