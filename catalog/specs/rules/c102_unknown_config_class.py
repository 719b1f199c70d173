"""A configuration class that transformers does not have.

## What it does

Looks the class up among those of the release, by its name; an import path may stand before it.

## Why it matters

Nothing can be built, and nothing else of the spec can be checked.

## Example

```yaml
config_class: LlamaCofig    # LlamaConfig
```

## Remedy

Write the name of a class that `catalog list` shows, or its model type as `model_type`.
"""

from __future__ import annotations

from catalog.specs import fixes
from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Entry, Scalar, Spec
from catalog.specs.rules import Rule
from catalog.specs.suggestions import clear_winner, nearest, quoted

RULE = Rule("C102", "unknown-config-class", "error")


def report(spec: Spec, entry: Entry, name: str, knowledge: Knowledge) -> Finding:
    """Report the class that a spec names."""
    near = nearest(name, knowledge.class_names())
    winner = clear_winner(near)
    names = [winner] if winner else [likeness.name for likeness in near]
    suggestion = f"Did you mean {quoted(names)}?" if names else None
    if knowledge.class_of_model_type(name) is not None:
        suggestion = f"'{name}' is a model type: write model_type: {name}."
        winner = None
    return RULE.found(
        spec.path,
        entry.value.span,
        f"transformers {knowledge.release} has no configuration class '{name}'.",
        parameter=entry.key,
        suggestion=suggestion,
        fix=fixes.rewrite(entry.value, winner, safe=True) if winner and isinstance(entry.value, Scalar) else None,
    )
