"""Another model's word for a parameter.

## What it does

Reports a key that the configuration class does not have where another model, paper or tool uses it for a quantity
that the class does have under another name: `n_layer`, `d_model`, `n_heads`, `max_seq_len`.

## Why it matters

The value is stored and never read; the parameter that was meant keeps its default.

## Example

```yaml
model_type: llama
params:
  n_layer: 4    # num_hidden_layers
```

## Remedy

Use the class's own name. The words that are recognised stand in `data/synonyms.yaml`. In a published `config.json`
the finding is a warning, since such files often repeat a parameter in another tool's words.
"""

from __future__ import annotations

from catalog.specs import fixes
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry
from catalog.specs.rules import Rule
from catalog.specs.suggestions import quoted
from catalog.specs.synonyms import Concept

RULE = Rule("C112", "foreign-parameter-name", "error")


def report(entry: Entry, block: Block, concept: Concept, names: tuple[str, ...]) -> Finding:
    """Say what the class calls the quantity that a key names in another model's words."""
    listed = tuple(dict.fromkeys(block.view.aliases.get(name, name) for name in names))[:3]
    alone = listed[0] if len(listed) == 1 and listed[0] not in block.given else None
    return block.finding(
        RULE,
        entry.key_span,
        entry.key,
        f"{block.view.name} has no parameter '{entry.key}'.",
        suggestion=f"It calls the {concept.meaning} {quoted(listed)}.",
        fix=fixes.rename(entry, alone, safe=False) if alone else None,
        severity="warning" if block.published else None,
    )
