"""A key that EIR needs and the configuration lacks.

## What it does

Checks that the keys without which EIR stops are there.

## Why it matters

EIR stops before it reads any data.

## Example

```yaml
input_info: {input_source: data/, input_type: sequence}    # input_name
model_config: {model_type: longformer}
```

## Remedy

Add the key. A configuration without any `input_info` may be a part of one: that is only a warning.
"""

from __future__ import annotations

from catalog.specs.diagnostics import Finding
from catalog.specs.eir_schema import EirKey
from catalog.specs.nodes import Mapping, Span
from catalog.specs.rules import Rule

RULE = Rule("C502", "missing-eir-key", "error")


def report(path: str, mapping: Mapping, key: EirKey, prefix: str) -> Finding:
    """Report a key that is missing from a block."""
    start = mapping.entries[0].key_span if mapping.entries else mapping.span
    where = prefix.rstrip(".") or "The configuration"
    return RULE.found(
        path,
        Span(start.line, start.column, start.end_line, start.end_column),
        f"{where} lacks {key.name}: {key.about}." if key.about else f"{where} lacks {key.name}.",
        parameter=prefix + key.name,
        severity=None if prefix else "warning",
    )
