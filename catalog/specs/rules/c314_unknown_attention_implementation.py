"""An attention implementation that transformers does not have.

## What it does

Compares `attn_implementation` with the implementations of the release. Kernels of the hub (`organisation/kernel`) are
fine.

## Why it matters

The model is refused when it is built.

## Example

```yaml
model_type: bert
params:
  attn_implementation: flash_attn_2    # flash_attention_2
```

## Remedy

Write one of the names that the finding gives.
"""

from __future__ import annotations

from catalog.specs import fixes, wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Scalar
from catalog.specs.rules import Rule
from catalog.specs.suggestions import clear_winner, either, nearest

RULE = Rule("C314", "unknown-attention-implementation", "error")

KEYS = frozenset({"attn_implementation", "_attn_implementation"})


class Check:
    """Compares a name with those of a release."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known

    def __call__(self, entry: Entry, block: Block) -> Finding | None:
        """Report an unknown name."""
        node = entry.value
        if not isinstance(node, Scalar) or not isinstance(node.value, str) or node.value in self._known:
            return None
        if not node.value or "/" in node.value or "|" in node.value:
            return None
        meant = node.value.lower().replace("attn", "attention").replace("-", "_")
        winner = meant if meant in self._known else clear_winner(nearest(meant, sorted(self._known)))
        return block.finding(
            RULE,
            node,
            entry.key,
            f"transformers has no attention implementation {wording.shown(node)}.",
            suggestion=f"Did you mean {winner}?" if winner else f"It has {either(sorted(self._known))}.",
            fix=fixes.rewrite(node, winner, safe=True) if winner else None,
            severity="warning" if block.published else None,
        )


def check_for(known: frozenset[str]) -> Check | None:
    """The check for a release; none where its implementations are not known."""
    return Check(known) if known else None
