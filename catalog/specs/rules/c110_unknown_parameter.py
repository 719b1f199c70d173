"""A parameter that the model's configuration does not have.

## What it does

Reports a key that is neither a parameter of the configuration class, nor another name for one, nor a key that
transformers reads for every model, and that resembles none of them.

## Why it matters

transformers takes any keyword: it stores the value on the configuration, where no model ever reads it. The model is
built as if the line were not there.

## Example

```yaml
model_type: bert
params:
  rotary_base: 10000    # BERT has no rotary position embedding
```

## Remedy

Remove the key, or look up the parameter that was meant with `catalog show NAME`. A published `config.json` may hold
keys of other code; there the finding is a warning.
"""

from __future__ import annotations

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry
from catalog.specs.rules import Rule

RULE = Rule("C110", "unknown-parameter", "error")


def report(entry: Entry, block: Block) -> Finding:
    """Say that nothing is known of a key."""
    return block.finding(
        RULE,
        entry.key_span,
        entry.key,
        f"{block.view.name} has no parameter '{entry.key}'; transformers stores it and does not use it.",
        severity="warning" if block.published else None,
    )
