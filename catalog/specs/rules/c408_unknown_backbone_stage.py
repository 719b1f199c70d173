"""A backbone output that does not exist.

## What it does

Checks that the entries of `out_features` name stages of the backbone (`stem`, `stage1`, …) and that those of
`out_indices` count them.

## Why it matters

transformers refuses the configuration.

## Example

```yaml
model_type: resnet
params:
  depths: [3, 4, 6, 3]
  out_features: [stage5]
```

## Remedy

Name one of the stages: there is one for each entry of `depths`, or one for each layer.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs import wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import numbers, strings
from catalog.specs.rules import Rule
from catalog.specs.values import Values
from catalog.specs.views import ClassView

RULE = Rule("C408", "unknown-backbone-stage", "error")

_STAGES = ("depths", "num_hidden_layers")


class Relation:
    """The outputs of a backbone, and what tells the number of its stages."""

    def __init__(self, stages: str) -> None:
        self._stages = stages
        self.names = frozenset({"out_features", "out_indices", "_out_features", "_out_indices", stages})

    def __call__(self, values: Values, block: Block) -> Iterator[Finding]:
        """Report the first output of each kind that does not exist."""
        value = values.get(self._stages)
        count = len(value) if isinstance(value, list) else value if isinstance(value, int) else None
        if count is None:
            return
        names = {"stem", *(f"stage{number}" for number in range(1, count + 1))}
        for key in ("out_features", "_out_features"):
            if key in values.given:
                yield from self._check_names(key, values, names, block)
        for key in ("out_indices", "_out_indices"):
            if key in values.given:
                yield from self._check_numbers(key, values, count + 1, block)

    def _check_names(self, key: str, values: Values, names: set[str], block: Block) -> Iterator[Finding]:
        for node, text in strings(values.given[key].value):
            if text not in names and text.startswith(("stage", "stem")):
                last = f"stage{len(names) - 1}"
                message = (
                    f"{block.view.name} has no stage {wording.shown(node)}; its stages are stem and stage1 to {last}."
                )
                yield block.finding(RULE, node, key, message)
                return

    def _check_numbers(self, key: str, values: Values, count: int, block: Block) -> Iterator[Finding]:
        for node, number in numbers(values.given[key].value):
            if not -count <= number < count:
                message = f"{block.view.name} has {count} stages, the stem included, and none with the index {number}."
                yield block.finding(RULE, node, key, message)
                return


def relation_for(view: ClassView) -> Relation | None:
    """The outputs of a class whose stages are named in the usual way; ``None`` where it is no such backbone."""
    if "stage_names" not in view.record.attributes or "out_features" not in view.accepted:
        return None
    stages = next((name for name in _STAGES if name in view.own), None)
    parameter = None if stages is None else view.parameter(stages)
    return Relation(parameter.name) if parameter is not None else None
