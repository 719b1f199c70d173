"""A value that YAML 1.1 and YAML 1.2 read differently.

## What it does

Reports plain values to which PyYAML and other readers of YAML 1.1 give another meaning than YAML 1.2 does: `1e-5` is
a string to them, `yes` and `off` are booleans, `012` is 10, `1:30` is 90.

Specs are read by YAML 1.2. EIR reads its files with PyYAML: there the other meaning counts, and `1e-5` is a warning.

## Why it matters

The same file means different things to different tools. `layer_norm_eps: 1e-5` is the commonest case: training
scripts that load their YAML with PyYAML hand the *string* `"1e-5"` to the model.

## Example

```yaml
model_type: bert
params:
  layer_norm_eps: 1e-5    # a string to PyYAML
  use_cache: yes          # a string by YAML 1.2, true to PyYAML
```

## Remedy

Write numbers with a dot and a signed exponent (`1.0e-5`), booleans as `true` and `false`, and put words in quotes.
`--fix` rewrites what keeps its meaning; the meaning of `1_000` or `012` is left to you.
"""

from __future__ import annotations

from catalog.specs.faults import AMBIGUOUS_SCALAR

RULE = AMBIGUOUS_SCALAR
