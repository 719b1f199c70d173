"""Attention heads that do not divide the hidden size.

## What it does

Checks that the hidden size is a multiple of the number of attention heads, stage by stage where a model has several.
A model whose heads have a width of their own (`head_dim`, `d_kv`) is left alone, as is one whose own defaults do not
divide.

## Why it matters

The width of a head is the hidden size over the number of heads. Where a remainder is left, some models refuse to be
built, others cut it off and have narrower attention than the spec says.

## Example

```yaml
model_type: bert
params:
  hidden_size: 100
  num_attention_heads: 12
```

## Remedy

Use one of the numbers of heads that the finding names, or a hidden size that is a multiple of the number of heads.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs import divisors
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.rules import Rule
from catalog.specs.values import Values
from catalog.specs.views import ClassView

RULE = Rule("C401", "indivisible-heads", "error")


class Relation:
    """The pairs of widths and heads of one class."""

    def __init__(self, pairs: tuple[divisors.HeadPair, ...]) -> None:
        self._pairs = pairs
        self.names = frozenset(name for pair in pairs for name in (pair.width, pair.heads))

    def __call__(self, values: Values, block: Block) -> Iterator[Finding]:
        """Report each pair that leaves a remainder."""
        for pair in self._pairs:
            if any(values.get(name) is not None for name in pair.own_widths if name in values.given):
                continue
            found = divisors.first_remainder(pair, values)
            place = values.blame((pair.heads, pair.width)) if found else None
            if not found or not place:
                continue
            width, heads = found
            name, span = place
            by_heads = name == pair.heads
            works = divisors.what_works(name, *((width, heads) if by_heads else (heads, width)), divisors=by_heads)
            yield block.finding(
                RULE,
                span,
                name,
                f"'{pair.width}' ({width}) is not a multiple of '{pair.heads}' ({heads}).",
                suggestion=works,
            )


def relation_for(view: ClassView) -> Relation | None:
    """The pairs of a class; ``None`` where it has none."""
    pairs = divisors.head_pairs(view)
    return Relation(pairs) if pairs else None
