"""A value that is none of the parameter's choices.

## What it does

Compares the value with the choices that the configuration class itself enumerates: in its annotation (`Literal`), in
a validator, or in its documentation.

## Why it matters

Code that switches on the value falls through to another branch, or fails when the model is built.

## Example

```yaml
model_type: modernbert
params:
  classifier_pooling: first    # "cls" or "mean"
```

## Remedy

Write one of the choices. Where only the documentation states them, a value that resembles none of them is a warning.
"""

from __future__ import annotations

from catalog.records import Json
from catalog.specs import fixes, wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Scalar
from catalog.specs.rules import Rule
from catalog.specs.suggestions import clear_winner, either, nearest
from catalog.specs.views import ParameterView

RULE = Rule("C301", "not-a-choice", "error")


class Check:
    """Compares a parameter's value with its choices."""

    def __init__(self, parameter: ParameterView) -> None:
        self.choices = parameter.record.choices or ()
        self._documented = parameter.record.choices_source == "docstring"

    def __call__(self, entry: Entry, block: Block) -> Finding | None:
        """Report a plain value that is no choice; other values are left to the type rules."""
        node = entry.value
        if not isinstance(node, Scalar) or node.value is None or isinstance(node.value, bool):
            return None
        if node.value in self.choices or (self._documented and _in_any_case(node.value, self.choices)):
            return None
        return report(entry, node, self.choices, block, documented=self._documented)


def _in_any_case(value: Json, choices: tuple[Json, ...]) -> bool:
    """What the documentation writes in lower case, code often takes in any."""
    return isinstance(value, str) and value.lower() in {str(choice).lower() for choice in choices}


def check_for(parameter: ParameterView) -> Check | None:
    """The check for a parameter that has choices."""
    return Check(parameter) if parameter.record.choices else None


def report(entry: Entry, node: Scalar, choices: tuple[Json, ...], block: Block, *, documented: bool = False) -> Finding:
    """Say which values a parameter takes; where only the documentation states them, a slip is an error all the same."""
    near = nearest(str(node.value), [choice for choice in choices if isinstance(choice, str)])
    winner = clear_winner(near)
    listed = [wording.scalar_text(choice) for choice in choices if choice is not None]
    return block.finding(
        RULE,
        node,
        entry.key,
        f"'{entry.key}' cannot be {wording.shown(node)}.",
        suggestion=f"Did you mean '{winner}'?" if winner else f"It takes {either(listed[:12])}." if listed else None,
        fix=fixes.rewrite(node, winner, safe=True) if winner else None,
        severity="warning" if documented and (block.published or winner is None) else None,
    )
