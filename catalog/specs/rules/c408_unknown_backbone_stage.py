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

_DIGITS = 20  # no backbone has as many stages as a longer number says
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
        for key in ("out_features", "_out_features"):
            if key in values.given:
                yield from self._check_names(key, values, count, block)
        for key in ("out_indices", "_out_indices"):
            if key in values.given:
                yield from self._check_numbers(key, values, count + 1, block)

    def _check_names(self, key: str, values: Values, count: int, block: Block) -> Iterator[Finding]:
        for node, text in strings(values.given[key].value):
            if text.startswith(("stage", "stem")) and not _is_stage(text, count):
                message = (
                    f"{block.view.name} has no stage {wording.shown(node)}; "
                    f"its stages are stem and stage1 to stage{count}."
                )
                yield block.finding(RULE, node, key, message)
                return

    def _check_numbers(self, key: str, values: Values, count: int, block: Block) -> Iterator[Finding]:
        for node, number in numbers(values.given[key].value):
            if not -count <= number < count:
                message = f"{block.view.name} has {count} stages, the stem included, and none with the index {number}."
                yield block.finding(RULE, node, key, message)
                return


def _is_stage(text: str, count: int) -> bool:
    """Tell by the number: as many names as the spec says there are layers may fill the memory."""
    number = text.removeprefix("stage")
    if not (number.isascii() and number.isdigit() and len(number) < _DIGITS):
        return text == "stem"
    return 1 <= int(number) <= count and text == f"stage{int(number)}"


def relation_for(view: ClassView) -> Relation | None:
    """The outputs of a class whose stages are named in the usual way; ``None`` where it is no such backbone."""
    if "stage_names" not in view.record.attributes or "out_features" not in view.accepted:
        return None
    stages = next((name for name in _STAGES if name in view.own), None)
    parameter = None if stages is None else view.parameter(stages)
    return Relation(parameter.name) if parameter is not None else None
