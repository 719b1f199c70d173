"""A key that an EIR configuration does not have.

## What it does

Compares the keys of `input_info`, `input_type_info`, `model_config` and EIR's other blocks with those that EIR reads.
The parameters of a transformers model, in `model_init_config`, are checked against the model itself.

## Why it matters

EIR stops on a key that it does not know.

## Example

```yaml
input_info: {input_source: data/, input_name: text, input_type: sequence}
input_type_info: {max_lenght: 128}    # max_length
model_config: {model_type: longformer}
```

## Remedy

Write the suggested key, or move it to the block that the finding names. A key that resembles none is only a warning:
another release of EIR may have it.
"""

from __future__ import annotations

from collections.abc import Collection

from catalog.specs import fixes
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry
from catalog.specs.rules import Rule
from catalog.specs.suggestions import clear_winner, either, nearest

RULE = Rule("C501", "unknown-eir-key", "error")


def report(path: str, entry: Entry, prefix: str, known: Collection[str], homes: list[str]) -> Finding:
    """Report a key, the one that was probably meant, and the blocks that have it."""
    block = prefix.rstrip(".") or "An EIR configuration"
    winner = clear_winner(nearest(entry.key, known))
    suggestion = None
    if homes:
        suggestion = f"It belongs in {either(home.rstrip('.') for home in homes)}."
    elif winner:
        suggestion = f"Did you mean {winner}?"
    elif prefix == "model_config.":
        suggestion = "If it is a parameter of the model, it belongs in model_config.model_init_config."
    return RULE.found(
        path,
        entry.key_span,
        f"{block} has no key '{entry.key}'.",
        parameter=prefix + entry.key,
        suggestion=suggestion,
        fix=fixes.rename(entry, winner, safe=True) if winner and not homes else None,
        severity=None if winner or homes or suggestion else "warning",
    )
