"""A size or count that makes no model.

## What it does

Checks widths, numbers of layers, heads and tokens, kernel sizes and other sizes and counts: none can be negative, and
those without which there is no model can neither be 0 nor 2,147,483,648 (2³¹) or more. A negative number that the
class itself uses as a marker (`clamp_len: -1`) is fine.

## Why it matters

transformers takes any integer. The model fails while it is built, or is built without layers and gives back its
input.

## Example

```yaml
model_type: bert
params:
  num_hidden_layers: 0
```

## Remedy

Write a positive number.
"""

from __future__ import annotations

import math
import re

from catalog.specs import wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, numbers
from catalog.specs.rules import Rule
from catalog.specs.semantics import Quantity
from catalog.specs.views import ParameterView

RULE = Rule("C309", "impossible-size", "error")

_LARGEST = 2**31 - 1  # no width or count of any model comes near it; no bound that a schema need state
_MARKER = -1  # what published files write for "none" or "no limit"
_MARKED = re.compile(
    r"window|limit|chunk|context|rotary_dim|position_buckets|(^|_)max_(?!position)|topk|n_inner|_to_keep"
)

_NEVER_ZERO = frozenset({"hidden_size", "vocab_size", "num_attention_heads", "num_hidden_layers", "patch_size"})


class Check:
    """Compares numbers with the smallest that makes sense."""

    def __init__(self, quantity: Quantity) -> None:
        self._quantity = quantity
        self._largest = _LARGEST if quantity.kind == "size" else math.inf

    def __call__(self, entry: Entry, block: Block) -> Finding | None:
        """Report the first number below the smallest one."""
        for node, value in numbers(entry.value):
            if not self._quantity.admits(value) or value > self._largest:
                zero = block.published and value == 0 and entry.key not in _NEVER_ZERO
                marker = block.published and value == _MARKER and _MARKED.search(entry.key)
                return block.finding(
                    RULE,
                    node,
                    entry.key,
                    f"{wording.subject(entry, node)} must be {self._wanted(value)}, not {wording.shown(node)}.",
                    severity="warning" if marker or zero else None,
                )
        return None

    def _wanted(self, value: float) -> str:
        if value > self._largest:
            return f"at most {_LARGEST}"
        number = wording.number_text(self._quantity.minimum or 0)
        return f"above {number}" if self._quantity.exclusive else f"at least {number}"


def check_for(parameter: ParameterView) -> Check | None:
    """The check for a parameter that is a size or a count."""
    quantity = parameter.quantity
    return Check(quantity) if quantity.kind in ("size", "count") and quantity.bounded else None
