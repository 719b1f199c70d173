"""An architecture that transformers does not have.

## What it does

Looks the architecture up among the model classes of the release.

## Why it matters

The model cannot be built.

## Example

```yaml
model_type: bert
architecture: BertForSequenceClasification    # BertForSequenceClassification
```

## Remedy

Write a model class that `catalog show NAME` lists, or a task in its place.
"""

from __future__ import annotations

from catalog.specs import fixes
from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Entry, Scalar, Spec
from catalog.specs.rules import Rule
from catalog.specs.suggestions import clear_winner, either, nearest, quoted
from catalog.specs.views import ClassView

RULE = Rule("C103", "unknown-architecture", "error")


def report(spec: Spec, entry: Entry, name: str, view: ClassView | None, knowledge: Knowledge) -> Finding:
    """Report the architecture that a spec names, and those of its class that resemble it."""
    known = knowledge.architectures()
    own = [other for other in known if view is not None and knowledge.architecture_class(other) == view.name]
    near = nearest(name, own) or nearest(name, known)
    winner = clear_winner(near)
    names = [winner] if winner else [likeness.name for likeness in near]
    suggestion = f"Did you mean {quoted(names)}?" if names else None
    if suggestion is None and own:
        suggestion = f"{view.name if view else ''} has {either(own[:8])}."
    return RULE.found(
        spec.path,
        entry.value.span,
        f"transformers {knowledge.release} has no architecture '{name}'.",
        parameter=entry.key,
        suggestion=suggestion,
        fix=fixes.rewrite(entry.value, winner, safe=True) if winner and isinstance(entry.value, Scalar) else None,
    )
