"""An architecture of another model.

## What it does

Compares the configuration class that the architecture takes with the one that the spec names.

## Why it matters

The architecture reads parameters that the configuration does not have, and fails, or is built with the wrong ones.

## Example

```yaml
model_type: bert
architecture: RobertaForMaskedLM
```

## Remedy

Name an architecture of the model, or the architecture's own model type.
"""

from __future__ import annotations

from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Spec
from catalog.specs.rules import Rule
from catalog.specs.views import ClassView

RULE = Rule("C105", "foreign-architecture", "error")


def report(spec: Spec, entry: Entry, name: str, owner: str, view: ClassView) -> Finding:
    """Say which class the architecture takes instead."""
    return RULE.found(
        spec.path,
        entry.value.span,
        f"{name} takes {owner}, not {view.name}.",
        parameter=entry.key,
        suggestion=f"Name an architecture of {view.name}, or the model type of {owner}.",
    )
