"""A task that transformers does not know.

## What it does

Looks the task up among those of the release's model classes.

## Why it matters

There is no architecture to build.

## Example

```yaml
model_type: bert
task: text-clasification    # text-classification
```

## Remedy

Write one of the tasks that `catalog show NAME` lists beside the architectures.
"""

from __future__ import annotations

from catalog.specs import fixes
from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Entry, Scalar, Spec
from catalog.specs.rules import Rule
from catalog.specs.suggestions import clear_winner, either, nearest, quoted
from catalog.specs.views import ClassView

RULE = Rule("C104", "unknown-task", "error")


def report(spec: Spec, entry: Entry, task: str, view: ClassView | None, knowledge: Knowledge) -> Finding:
    """Report the task that a spec names."""
    near = nearest(task, knowledge.tasks())
    winner = clear_winner(near)
    names = [winner] if winner else [likeness.name for likeness in near]
    suggestion = f"Did you mean {quoted(names)}?" if names else None
    if suggestion is None and view is not None:
        own = [other for other in knowledge.tasks() if knowledge.architecture_for_task(view.name, other)]
        suggestion = f"{view.name} has models for {either(own[:8])}." if own else None
    return RULE.found(
        spec.path,
        entry.value.span,
        f"transformers {knowledge.release} has no task '{task}'.",
        parameter=entry.key,
        suggestion=suggestion,
        fix=fixes.rewrite(entry.value, winner, safe=True) if winner and isinstance(entry.value, Scalar) else None,
    )
