"""A parameter that is given under two names, with two values.

## What it does

Reports a parameter that stands in a block under its own name and under another one that the class maps to it, with
different values: `n_layer` and `num_hidden_layers` of GPT-2. The same holds for keys that transformers converts:
`torch_dtype` beside `dtype`, `rope_scaling` beside `rope_parameters`.

## Why it matters

Only one of the values counts, and which one depends on the order in which transformers reads them.

## Example

```yaml
model_type: gpt2
params:
  n_layer: 4
  num_hidden_layers: 6
```

## Remedy

Remove one of the two.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, to_value
from catalog.specs.rules import Rule
from catalog.values import same_value

RULE = Rule("C114", "conflicting-names", "error")

_CONVERTED = {"torch_dtype": "dtype", "rope_scaling": "rope_parameters"}


def check(block: Block) -> Iterator[Finding]:
    """Report each parameter with two values, at the second of its names."""
    aliases = block.view.aliases
    first: dict[str, Entry] = {}
    for entry in block.mapping.entries:
        key = entry.key
        name = aliases.get(key) if key in aliases and key not in block.view.own else _CONVERTED.get(key, key)
        other = first.setdefault(name or key, entry)
        if other.key == key:
            continue
        left, right = to_value(other.value), to_value(entry.value)
        if left is not None and right is not None and not same_value(left, right):
            yield block.finding(
                RULE,
                entry.key_span,
                key,
                f"'{other.key}' and '{key}' are the same parameter of {block.view.name}, with different values.",
                suggestion="Remove one of the two.",
                severity="warning" if block.published else None,
            )
