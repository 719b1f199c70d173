"""A probability outside 0 to 1.

## What it does

Checks everything that is a probability or a share by its name: dropout rates, layer drop, stochastic depth, masking
probabilities.

## Why it matters

transformers takes any number. torch refuses the model when it is built, or, where the number is compared with a
random one, drops everything or nothing.

## Example

```yaml
model_type: bert
params:
  hidden_dropout_prob: 10    # 0.1
```

## Remedy

Write a number from 0 to 1. A rate in percent must be divided by 100.
"""

from __future__ import annotations

from catalog.specs import wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, numbers
from catalog.specs.rules import Rule
from catalog.specs.semantics import Quantity
from catalog.specs.views import ParameterView

RULE = Rule("C308", "impossible-probability", "error")

_WORDS = {"probability": "a probability", "fraction": "a share"}


class Check:
    """Compares numbers with the bounds of a probability."""

    def __init__(self, quantity: Quantity) -> None:
        self._quantity = quantity

    def __call__(self, entry: Entry, block: Block) -> Finding | None:
        """Report the first number that is no probability."""
        for node, value in numbers(entry.value):
            if not self._quantity.admits(value):
                percent = 1 < value <= 100
                what = _WORDS[self._quantity.kind]
                return block.finding(
                    RULE,
                    node,
                    entry.key,
                    f"{wording.subject(entry, node)} is {what}, from 0 to 1, and cannot be {wording.shown(node)}.",
                    suggestion=f"Is {value / 100:g} meant?" if percent else None,
                )
        return None


def check_for(parameter: ParameterView) -> Check | None:
    """The check for a parameter that is a probability."""
    quantity = parameter.quantity
    return Check(quantity) if quantity.kind in _WORDS and quantity.bounded else None
