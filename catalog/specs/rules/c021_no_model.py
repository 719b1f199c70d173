"""A spec that names no model.

## What it does

Reports a spec with none of `model_type`, `config_class`, `checkpoint` and `architecture`, or where the one it has is
empty. A `config.json` with neither `model_type` nor `architectures` gets a warning, since a known class still reads
it.

## Why it matters

Without a model nothing tells which parameters exist. `AutoConfig` refuses such a `config.json`.

## Example

```yaml
params:
  hidden_size: 256
  num_attention_heads: 4
```

## Remedy

Add `model_type:` with a name that `catalog list` knows.
"""

from __future__ import annotations

from catalog.specs.faults import NO_MODEL

RULE = NO_MODEL
