"""A number that must be positive and is not.

## What it does

Checks epsilons, temperatures and rotary bases, which must be above 0, and standard deviations, which cannot be
negative.

## Why it matters

An epsilon of 0 lets a normalisation divide by zero; a negative standard deviation is refused while the weights are
initialised; a rotary base of 0 gives infinite frequencies.

## Example

```yaml
model_type: bert
params:
  layer_norm_eps: 0
```

## Remedy

Write a small positive number, such as `1.0e-5` for an epsilon.
"""

from __future__ import annotations

from catalog.specs import wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, numbers
from catalog.specs.rules import Rule
from catalog.specs.semantics import Quantity
from catalog.specs.views import ParameterView

RULE = Rule("C310", "not-positive", "error")

_WORDS = {"epsilon": "an epsilon", "positive": "a positive number", "deviation": "a scale of the first weights"}


class Check:
    """Compares numbers with zero."""

    def __init__(self, quantity: Quantity) -> None:
        self._quantity = quantity

    def __call__(self, entry: Entry, block: Block) -> Finding | None:
        """Report the first number that is too small."""
        for node, value in numbers(entry.value):
            if not self._quantity.admits(value):
                what = _WORDS[self._quantity.kind]
                least = "above 0" if self._quantity.exclusive else "at least 0"
                return block.finding(
                    RULE,
                    node,
                    entry.key,
                    f"{wording.subject(entry, node)} is {what} and must be {least}, not {wording.shown(node)}.",
                    severity="warning" if block.published and value == 0 else None,
                )
        return None


def check_for(parameter: ParameterView) -> Check | None:
    """The check for an epsilon, a temperature, a rotary base or a scale of the first weights."""
    quantity = parameter.quantity
    return Check(quantity) if quantity.kind in _WORDS and quantity.bounded else None
