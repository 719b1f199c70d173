"""A spec that names two different models.

## What it does

Compares the class that `model_type` stands for with the one that `config_class` names.

## Why it matters

Which of them is meant cannot be told. The parameters were checked against `config_class`.

## Example

```yaml
model_type: bert
config_class: LlamaConfig
```

## Remedy

Remove one of the two keys.
"""

from __future__ import annotations

from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Spec
from catalog.specs.rules import Rule
from catalog.specs.views import ClassView

RULE = Rule("C109", "contradictory-model", "error")


def report(spec: Spec, by_type: ClassView, by_class: ClassView) -> Finding:
    """Say which classes the two keys name."""
    entry = spec.config_class or spec.model_type
    return RULE.found(
        spec.path,
        entry.value.span if entry is not None else spec.root.span,
        f"model_type names {by_type.name}, config_class names {by_class.name}.",
        parameter=None if entry is None else entry.key,
        suggestion="Remove one of the two.",
    )
