"""A parameter whose name is misspelt.

## What it does

Reports a key that the configuration class does not have and that differs from one that it has only by a slip: a
letter missing, doubled, swapped or wrong, other case, hyphens, a plural, or the words in another order.

## Why it matters

transformers takes any keyword. The misspelt one is stored and never read, the one that was meant keeps its default,
and the model trains without complaint, only not as the spec says.

## Example

```yaml
model_type: llama
params:
  hiden_size: 512       # hidden_size
  num-hidden-layers: 4  # num_hidden_layers
```

## Remedy

Write the suggested name. Where one candidate is clearly meant, `catalog validate --fix` does it.
"""

from __future__ import annotations

from catalog.specs import fixes
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry
from catalog.specs.rules import Rule
from catalog.specs.suggestions import Likeness, clear_winner, quoted

RULE = Rule("C111", "misspelt-parameter", "error")


def report(entry: Entry, block: Block, near: list[Likeness]) -> Finding:
    """Say which parameters a key resembles, best first."""
    winner = clear_winner(near)
    free = winner is not None and (block.view.aliases.get(winner, winner)) not in block.given
    names = [winner] if winner else [likeness.name for likeness in near]
    return block.finding(
        RULE,
        entry.key_span,
        entry.key,
        f"{block.view.name} has no parameter '{entry.key}'.",
        suggestion=f"Did you mean {quoted(names)}?",
        fix=fixes.rename(entry, winner, safe=True) if winner and free else None,
    )
