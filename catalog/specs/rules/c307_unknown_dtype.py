"""A dtype that torch does not have.

## What it does

Compares the value of `dtype`, of `torch_dtype` and of their relatives with the names of torch's dtypes.

## Why it matters

transformers looks the name up in torch when it makes the configuration, and fails there.

## Example

```yaml
model_type: bert
params:
  dtype: torch.bfloat16    # bfloat16
```

## Remedy

Write the plain name: `float32`, `float16` or `bfloat16`.
"""

from __future__ import annotations

from catalog.specs import fixes, wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, strings
from catalog.specs.rules import Rule
from catalog.specs.suggestions import clear_winner, nearest

RULE = Rule("C307", "unknown-dtype", "error")

KEYS = frozenset({"dtype", "torch_dtype"})
_SHORT = {
    "bf16": "bfloat16",
    "fp16": "float16",
    "fp32": "float32",
    "f32": "float32",
    "f16": "float16",
    "fp64": "float64",
}


class Check:
    """Compares names with those of torch."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known

    def __call__(self, entry: Entry, block: Block) -> Finding | None:
        """Report the first unknown name."""
        for node, text in strings(entry.value):
            if text in self._known or not text:
                continue
            plain = text.removeprefix("torch.").strip().lower()
            meant = _SHORT.get(plain, plain)
            winner = meant if meant in self._known else clear_winner(nearest(meant, sorted(self._known)))
            return block.finding(
                RULE,
                node,
                entry.key,
                f"torch has no dtype {wording.shown(node)}.",
                suggestion=f"Did you mean {winner}?"
                if winner
                else "It has float32, float16 and bfloat16, among others.",
                fix=fixes.rewrite(node, winner, safe=True) if winner else None,
                severity="warning" if block.published else None,
            )
        return None


def check_for(known: frozenset[str]) -> Check | None:
    """The check for names of dtypes; none where the release's names are not known."""
    return Check(known) if known else None
