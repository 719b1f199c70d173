"""A key that no spec has.

## What it does

Reports keys of a spec itself, beside its parameters, that do not exist, and a misspelt `model_type` in a
`config.json`. The key counts as the one that was plainly meant, so that the rest is checked in the same run.

## Why it matters

With `parms:` the whole block of parameters is not read: the model is built with its defaults, and nothing is said.

## Example

```yaml
model_type: bert
parms:    # params
  hidden_size: 256
```

## Remedy

Rename the key; `--fix` does it where one name is plainly meant. A parameter of the model belongs below `params:`.
"""

from __future__ import annotations

from catalog.specs.faults import UNKNOWN_KEY

RULE = UNKNOWN_KEY
