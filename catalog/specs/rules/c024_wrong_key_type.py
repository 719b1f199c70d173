"""A key of the spec with a value of the wrong kind.

## What it does

Reports a model type, class, checkpoint, task, architecture or release that is no string, and a `pretrained` that is
neither true nor false.

## Why it matters

An unquoted release is a number: `4.40` is 4.4, another release.

## Example

```yaml
model_type: bert
release: 4.40    # the number 4.4
```

## Remedy

Put names and releases in quotes; `--fix` does it.
"""

from __future__ import annotations

from catalog.specs.faults import WRONG_KEY_TYPE

RULE = WRONG_KEY_TYPE
