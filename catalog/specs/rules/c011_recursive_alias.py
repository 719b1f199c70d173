"""An alias within the block that it names.

## What it does

Reports an alias such as `*block` inside the block that the anchor `&block` marks.

## Why it matters

Its value would contain itself without end. No configuration can be made of that.

## Example

```yaml
model_type: bert
params: &params
  task_specific_params: {summarization: *params}    # contains itself
```

## Remedy

Write the value out, or move the anchor to the part that is to be repeated.
"""

from __future__ import annotations

from catalog.specs.faults import RECURSIVE_ALIAS

RULE = RECURSIVE_ALIAS
