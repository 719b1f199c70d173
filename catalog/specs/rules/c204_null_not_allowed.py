"""`null` for a parameter that needs a value.

## What it does

Reports `null` where the configuration class neither declares it nor starts from it itself.

## Why it matters

transformers refuses it, or fails where the number is first needed. A key with nothing after its colon is `null` too.

## Example

```yaml
model_type: bert
params:
  hidden_size:      # nothing here means null
```

## Remedy

Give a value, or remove the key to get the default. In a published `config.json` the finding is a warning: earlier
releases took `null` in more places.
"""

from __future__ import annotations

from catalog.records import Json
from catalog.specs import wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Node
from catalog.specs.rules import Rule

RULE = Rule("C204", "null-not-allowed", "error")


def report(entry: Entry, node: Node, kind: Json, block: Block) -> Finding:
    """Say that a value is needed, and what the default is."""
    parameter = block.view.parameter(entry.key)
    default = None if parameter is None or parameter.record.required else parameter.effective
    plain = default is not None and not isinstance(default, dict | list)
    return block.finding(
        RULE,
        node,
        entry.key,
        f"{wording.subject(entry, node)} must be {wording.type_text(kind)}, not null.",
        suggestion=f"Without the key it is {wording.scalar_text(default)}." if plain else None,
        severity="warning" if block.published else None,
    )
