"""A value that an EIR key cannot have.

## What it does

Compares the values of EIR's own keys with the types, choices and bounds that EIR's configuration classes state.

## Why it matters

EIR stops, or takes the value for something else.

## Example

```yaml
input_info: {input_source: data/, input_name: text, input_type: sequences}    # sequence
model_config: {model_type: longformer}
```

## Remedy

Write a value of the kind that the finding names.
"""

from __future__ import annotations

from catalog.specs import wording
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Node
from catalog.specs.rules import Rule

RULE = Rule("C503", "wrong-eir-value", "error")


def report(path: str, node: Node, parameter: str, wanted: str) -> Finding:
    """Say what the value must be."""
    return RULE.found(
        path,
        node.span,
        f"'{parameter.rpartition('.')[2]}' must be {wanted}, not {wording.shown(node)}.",
        parameter=parameter,
    )
