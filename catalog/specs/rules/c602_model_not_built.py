"""A model that cannot be built.

## What it does

With `--deep`, builds the model on the `meta` device, where tensors have shapes and no memory, and reports what fails
at the parameter that the message names or that the failing line of code reads.

## Why it matters

Some combinations are refused by no configuration class, and only fail when layers are put together.

## Example

```yaml
model_type: longformer
params:
  attention_window: 63    # must be even
```

## Remedy

Change the parameter that the finding points to, or one that the message names.
"""

from __future__ import annotations

from typing import Any

from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Span, Spec
from catalog.specs.rules import Rule
from catalog.specs.rules.c601_configuration_refused import one_line

RULE = Rule("C602", "model-not-built", "error")


def report(spec: Spec, at: Span, parameter: str | None, architecture: str, answer: dict[str, Any]) -> Finding:
    """Report what building the model raised."""
    return RULE.found(
        spec.path,
        at,
        f"{architecture} cannot be built: {one_line(answer)} ({answer['type']}).",
        parameter=parameter,
    )
