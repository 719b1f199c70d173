"""A parameter of text generation in a model's configuration.

## What it does

Notes a key that belongs to generation (`max_length`, `temperature`, `num_beams`), not to the model.

## Why it matters

Since version 5 transformers drops such keys when it makes a configuration. The model is the same with and without
them.

## Example

```yaml
model_type: gpt2
params:
  temperature: 0.7
```

## Remedy

Give it to `generate()` or to a `GenerationConfig`.
"""

from __future__ import annotations

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry
from catalog.specs.rules import Rule

RULE = Rule("C115", "generation-parameter", "info")


def report(entry: Entry, block: Block) -> Finding:
    """Note a key that the configuration drops."""
    return block.finding(
        RULE,
        entry.key_span,
        entry.key,
        f"'{entry.key}' is a parameter of generation; {block.view.name} drops it.",
        suggestion="Give it to generate() or to a GenerationConfig.",
    )
