"""Text that is not YAML or JSON.

## What it does

Reports the place where the text breaks the rules of its language: quotes or brackets that are not closed, a missing
`:`, a value that must be quoted; in JSON also a comma too many or too few, a comment, `True` for `true`.

## Why it matters

Nothing can be said of a document that cannot be read. Documents after it, and other files, are read all the same. In
JSON the plainest slips are passed over after they are reported, so that the rest is checked in the same run.

## Example

```yaml
model_type: bert
params:
  hidden_act: @gelu    # a value cannot begin with '@'
```

## Remedy

Follow the suggestion. In JSON, `--fix` removes a comma before a closing bracket, adds a missing one, and writes
Python's `True`, `False` and `None` as JSON does.
"""

from __future__ import annotations

from catalog.specs.faults import SYNTAX_ERROR

RULE = SYNTAX_ERROR
