"""A block that is no block.

## What it does

Reports `params`, and EIR's `model_config`, `model_init_config` and other blocks, where they hold a list, a word or a
number.

## Why it matters

A list of one-key blocks looks much like a block, and holds no parameter at all.

## Example

```yaml
model_type: bert
params:
  - hidden_size: 256    # a list of two blocks
  - num_attention_heads: 4
```

## Remedy

Write one `key: value` a line, without dashes.
"""

from __future__ import annotations

from catalog.specs.faults import BLOCK_NOT_A_MAPPING

RULE = BLOCK_NOT_A_MAPPING
