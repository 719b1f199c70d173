"""A merge key with something other than a block.

## What it does

Reports `<<` with a value that is no block of keys and no list of such blocks.

## Why it matters

`<<: *name` copies the keys of the block that `&name` marks. A number or a word has none to copy.

## Example

```yaml
model_type: bert
params:
  <<: small    # a word, not the alias *small
  hidden_size: 256
```

## Remedy

Write an alias of a block: `<<: *small`, with `&small` before the block it names.
"""

from __future__ import annotations

from catalog.specs.faults import INVALID_MERGE

RULE = INVALID_MERGE
