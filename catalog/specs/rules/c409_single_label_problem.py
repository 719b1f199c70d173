"""A single-label problem with one label.

## What it does

Checks that `problem_type: single_label_classification` has more than one label.

## Why it matters

With one label there is nothing to choose: the loss is zero for every prediction. transformers refuses the
configuration.

## Example

```yaml
model_type: bert
params:
  problem_type: single_label_classification
  num_labels: 1
```

## Remedy

Use `num_labels: 2` for two classes, or `problem_type: regression` for one number.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Mapping, Scalar
from catalog.specs.rules import Rule
from catalog.specs.values import Values
from catalog.specs.views import ClassView

RULE = Rule("C409", "single-label-problem", "error")


class Relation:
    """The problem type and the number of labels."""

    names = frozenset({"problem_type", "num_labels", "id2label"})

    def __call__(self, values: Values, block: Block) -> Iterator[Finding]:
        """Report a choice among one."""
        problem, count, labels = (values.given.get(name) for name in ("problem_type", "num_labels", "id2label"))
        if problem is None or not isinstance(problem.value, Scalar):
            return
        named = labels is not None and isinstance(labels.value, Mapping) and len(labels.value.entries) == 1
        unnamed = labels is None or not isinstance(labels.value, Mapping)
        counted = count is not None and isinstance(count.value, Scalar) and count.value.value is not True
        one = counted and count is not None and isinstance(count.value, Scalar) and count.value.value == 1 and unnamed
        if problem.value.value == "single_label_classification" and (named or one):
            yield block.finding(
                RULE,
                problem.value,
                "problem_type",
                "A single-label classification needs more than one label.",
                suggestion="Use two labels, or problem_type: regression.",
            )


def relation_for(_: ClassView) -> Relation:
    """The same for every class."""
    return Relation()
