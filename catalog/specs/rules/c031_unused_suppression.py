"""A comment that silences nothing.

## What it does

Reports `# catalog: ignore[...]` comments whose rule has nothing to report there, or any more.

## Why it matters

A comment that is left behind silences the next real fault on its line.

## Example

```yaml
model_type: bert
params:
  hidden_size: 768    # catalog: ignore[C110]
```

## Remedy

Remove the comment, or the code from it.
"""

from __future__ import annotations

from catalog.specs.faults import UNUSED_SUPPRESSION

RULE = UNUSED_SUPPRESSION
