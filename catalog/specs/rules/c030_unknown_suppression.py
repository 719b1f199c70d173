"""A comment that would silence a rule that does not exist.

## What it does

Reports `# catalog: ignore[...]` comments that name no rule, or one that does not exist.

## Why it matters

Such a comment silences nothing, and hides that a name was misspelt.

## Example

```yaml
model_type: bert
params:
  rotary_base: 10000    # catalog: ignore[C1100]
```

## Remedy

Name a rule by its code or its name; `catalog rules` lists them.
"""

from __future__ import annotations

from catalog.specs.faults import UNKNOWN_SUPPRESSION

RULE = UNKNOWN_SUPPRESSION
