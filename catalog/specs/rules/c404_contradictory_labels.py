"""Labels that contradict each other.

## What it does

Compares `num_labels`, `id2label` and `label2id`: as many labels as `num_labels` says, numbers as keys of `id2label`,
and each label's number the same in both.

## Why it matters

`id2label` decides how many outputs the classification head has; a different `num_labels` is ignored. Numbers that
differ between the two mappings name predictions wrongly.

## Example

```yaml
model_type: bert
params:
  num_labels: 3
  id2label: {0: negative, 1: positive}
```

## Remedy

Give `id2label` and `label2id` and leave `num_labels` out.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Mapping, Scalar
from catalog.specs.rules import Rule
from catalog.specs.values import Values
from catalog.specs.views import ClassView

RULE = Rule("C404", "contradictory-labels", "error")


class Relation:
    """The labels of a classification head."""

    names = frozenset({"num_labels", "id2label", "label2id"})

    def __call__(self, values: Values, block: Block) -> Iterator[Finding]:
        """Report what disagrees."""
        names, numbers = values.given.get("id2label"), values.given.get("label2id")
        if names is None or not isinstance(names.value, Mapping):
            return
        unreadable = next((entry for entry in names.value if _number(entry.key) is None), None)
        if unreadable is not None:
            yield block.finding(
                RULE, unreadable.key_span, "id2label", f"The keys of 'id2label' are numbers, not '{unreadable.key}'."
            )
            return
        yield from _check_count(names.value, values.given.get("num_labels"), block)
        if numbers is not None and isinstance(numbers.value, Mapping) and names.value.entries:
            yield from _check_numbers(names.value, numbers.value, block)


def _check_count(names: Mapping, count: Entry | None, block: Block) -> Iterator[Finding]:
    node = None if count is None else count.value
    if not isinstance(node, Scalar) or not isinstance(node.value, int) or isinstance(node.value, bool):
        return
    labels = len({entry.key for entry in names})
    if node.value != labels:
        yield block.finding(
            RULE,
            node,
            "num_labels",
            f"'num_labels' is {node.value}, but 'id2label' has {labels} labels; 'num_labels' is ignored.",
            suggestion=f"Remove it, or set it to {labels}.",
            severity="warning" if block.published else None,
        )


def _check_numbers(names: Mapping, numbers: Mapping, block: Block) -> Iterator[Finding]:
    by_label = {entry.key: entry.value.value for entry in numbers if isinstance(entry.value, Scalar)}
    for entry in names:
        if not isinstance(entry.value, Scalar):
            return
        number = by_label.get(str(entry.value.value))
        if number is None or str(number) != str(_number(entry.key)):
            wrong = "has no" if number is None else f"gives {number} as the number of the"
            yield block.finding(
                RULE,
                entry.value,
                "id2label",
                f"'id2label' names {entry.key} '{entry.value.value}', but 'label2id' {wrong} label of that name.",
                severity="warning",
            )
            return


def _number(key: str) -> int | None:
    try:
        return int(key)
    except ValueError:
        return None


def relation_for(_: ClassView) -> Relation:
    """The same for every class."""
    return Relation()
