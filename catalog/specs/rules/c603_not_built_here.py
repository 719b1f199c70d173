"""A model that could not be built on this machine.

## What it does

With `--deep`, notes that a model was not built for a reason that says nothing about the spec: a library that it needs
is not installed, it took too long, or it took too much memory.

## Why it matters

The spec was checked against the catalog, and no further.

## Example

```yaml
model_type: timm_wrapper    # needs timm
```

## Remedy

Install what the message names, and check again.
"""

from __future__ import annotations

from typing import Any

from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Span, Spec
from catalog.specs.rules import Rule
from catalog.specs.rules.c601_configuration_refused import one_line

RULE = Rule("C603", "not-built-here", "info")


def report(spec: Spec, at: Span, answer: dict[str, Any]) -> Finding:
    """Note why a model was not built."""
    return RULE.found(spec.path, at, f"The model was not built: {one_line(answer)}.")
