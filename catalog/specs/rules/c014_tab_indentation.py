"""A tab in the indentation.

## What it does

Reports a line of YAML that is indented with a tab.

## Why it matters

YAML forbids tabs there, since nobody can say how deep one indents. Parsers answer with a message about tokens.

## Example

```yaml
model_type: bert
params:
→   hidden_size: 256    # the arrow stands for a tab
```

## Remedy

Indent with spaces, and set your editor to write them for YAML files.
"""

from __future__ import annotations

from catalog.specs.faults import TAB_INDENTATION

RULE = TAB_INDENTATION
