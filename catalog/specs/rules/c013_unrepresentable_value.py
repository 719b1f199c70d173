"""A value that Python cannot hold.

## What it does

Reports numbers beyond the largest float (`1e999`) and integers of more than 4,300 digits, strings with half a
surrogate pair, and, for specs given as Python data, objects that a file cannot hold.

## Why it matters

Python reads `1e999` as infinity and refuses the longest integers; half a surrogate pair cannot be written to a file
again.

## Example

```yaml
model_type: bert
params:
  layer_norm_eps: 1.0e+999    # infinity
```

## Remedy

Write the value that was meant; infinity itself is written `.inf`.
"""

from __future__ import annotations

from catalog.specs.faults import UNREPRESENTABLE_VALUE

RULE = UNREPRESENTABLE_VALUE
