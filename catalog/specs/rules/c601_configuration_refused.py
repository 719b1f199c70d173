"""A configuration that transformers refuses.

## What it does

With `--deep`, makes the configuration with the installed transformers, and reports what it raises at the parameter
that the message names.

## Why it matters

What the installed transformers refuses cannot be trained, whatever the catalog knows about it.

## Example

```yaml
model_type: gemma4_assistant    # its own defaults contradict each other
```

## Remedy

The message is transformers' own. Change the parameter that it names.
"""

from __future__ import annotations

from typing import Any

from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Span, Spec
from catalog.specs.rules import Rule
from catalog.specs.views import ClassView

RULE = Rule("C601", "configuration-refused", "error")


def report(spec: Spec, at: Span, parameter: str | None, view: ClassView, answer: dict[str, Any]) -> Finding:
    """Report what the configuration class raised."""
    return RULE.found(
        spec.path,
        at,
        f"transformers {answer['release']} refuses this {view.name}: {one_line(answer)}.",
        parameter=parameter,
    )


def one_line(answer: dict[str, Any]) -> str:
    """An exception's message in one line without a full stop, its type where it has none."""
    text = " ".join(str(answer["message"]).split())
    return (text[:300] or str(answer["type"])).rstrip(".")
