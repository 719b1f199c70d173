"""A document that is no block of keys and values.

## What it does

Reports a document, or an item of a list of specs, that is a single value or a list instead of a block of `key: value`
lines.

## Why it matters

A spec names a model and its parameters; a lone word says neither. Often the space after a `:` is missing:
`model_type:bert` is one word.

## Example

```yaml
model_type:bert    # one word: a space is missing after the ':'
```

## Remedy

Write `key: value` lines, with a space after each `:`.
"""

from __future__ import annotations

from catalog.specs.faults import NOT_A_MAPPING

RULE = NOT_A_MAPPING
