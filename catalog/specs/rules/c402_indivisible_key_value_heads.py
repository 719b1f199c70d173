"""Key-value heads that do not divide the attention heads.

## What it does

Checks that the number of attention heads is a multiple of the number of key-value heads.

## Why it matters

In grouped-query attention each key-value head serves the same number of attention heads. Otherwise the model fails in
its first forward pass, with a message about tensor shapes.

## Example

```yaml
model_type: llama
params:
  num_attention_heads: 32
  num_key_value_heads: 5
```

## Remedy

Use one of the numbers that the finding names: as many key-value heads as attention heads (multi-head attention), 1
(multi-query attention), or a divisor between.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs import divisors
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.rules import Rule
from catalog.specs.values import Values
from catalog.specs.views import ClassView

RULE = Rule("C402", "indivisible-key-value-heads", "error")


class Relation:
    """The pairs of attention heads and key-value heads of one class."""

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        self._pairs = pairs
        self.names = frozenset(name for pair in pairs for name in pair)

    def __call__(self, values: Values, block: Block) -> Iterator[Finding]:
        """Report each pair that leaves a remainder."""
        for heads, shared in self._pairs:
            total, groups = values.integer(heads), values.integer(shared)
            if total is None or groups is None or total < 1 or groups < 1 or total % groups == 0:
                continue
            place = values.blame((shared, heads))
            if place is None:
                continue
            name, span = place
            by_groups = name == shared
            works = divisors.what_works(name, *((total, groups) if by_groups else (groups, total)), divisors=by_groups)
            yield block.finding(
                RULE,
                span,
                name,
                f"'{heads}' ({total}) is not a multiple of '{shared}' ({groups}).",
                suggestion=works,
            )


def relation_for(view: ClassView) -> Relation | None:
    """The pairs of a class; ``None`` where it has none."""
    pairs = divisors.group_pairs(view)
    return Relation(pairs) if pairs else None
