"""A file of another kind.

## What it does

Notes that a file you named is not a spec but one of its neighbours: EIR's global, fusion or output configuration, a
tokenizer's, a generation configuration, an adapter's, an index of weights, a workflow. In a folder such files are
passed over silently.

## Why it matters

Nothing is wrong with it; it is only not what is checked here.

## Example

```yaml
output_info:
  output_source: labels.csv
  output_name: labels
  output_type: tabular
```

## Remedy

None is needed. Name the folder instead, and only specs are checked.
"""

from __future__ import annotations

from catalog.specs.faults import FOREIGN_FILE

RULE = FOREIGN_FILE
