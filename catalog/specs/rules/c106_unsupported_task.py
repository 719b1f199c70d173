"""A task for which the model has no architecture.

## What it does

Looks for a model class of the configuration for the task.

## Why it matters

There is nothing to build.

## Example

```yaml
model_type: llama
task: image-classification
```

## Remedy

Choose one of the tasks that the finding names, or another model.
"""

from __future__ import annotations

from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Entry, Spec
from catalog.specs.rules import Rule
from catalog.specs.suggestions import either
from catalog.specs.views import ClassView

RULE = Rule("C106", "unsupported-task", "error")


def report(spec: Spec, entry: Entry, task: str, view: ClassView, knowledge: Knowledge) -> Finding:
    """Say for which tasks the class has models."""
    own = [other for other in knowledge.tasks() if knowledge.architecture_for_task(view.name, other)]
    return RULE.found(
        spec.path,
        entry.value.span,
        f"{view.name} has no model for {task}.",
        parameter=entry.key,
        suggestion=f"It has models for {either(own[:10])}." if own else None,
    )
