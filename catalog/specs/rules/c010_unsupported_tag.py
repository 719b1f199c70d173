"""A YAML tag that a spec cannot have.

## What it does

Reports tags other than those of strings, numbers, booleans, null, lists and blocks, and a value that contradicts its
tag. The value is read as if the tag were not there; nothing is ever constructed from it.

## Why it matters

A tag such as `!!python/object` makes some readers run code. No parameter needs one.

## Example

```yaml
model_type: bert
params:
  torch_dtype: !!python/name:torch.float16    # runs an import in an unsafe reader
```

## Remedy

Remove the tag and write the plain value (`float16`). A string that begins with `!` goes in quotes.
"""

from __future__ import annotations

from catalog.specs.faults import UNSUPPORTED_TAG

RULE = UNSUPPORTED_TAG
