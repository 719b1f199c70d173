"""A key that is no string.

## What it does

Reports keys that are null, booleans, decimal numbers, lists or blocks. Whole numbers are accepted, since `id2label`
has them.

## Why it matters

JSON has string keys only, and so has a `config.json`: Python writes the key `true` as `"true"`, and a label of that
name is then another one than was meant.

## Example

```yaml
model_type: bert
params:
  label2id: {true: 1, false: 0}    # the labels are booleans, not words
```

## Remedy

Put the key in quotes; `--fix` does it where it is plain.
"""

from __future__ import annotations

from catalog.specs.faults import NON_STRING_KEY

RULE = NON_STRING_KEY
