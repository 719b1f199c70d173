"""A number outside the range that transformers states.

## What it does

Compares numbers with the bounds that the configuration class itself states in a validator, such as `interval(min=0.0,
max=1.0)`.

## Why it matters

transformers refuses the configuration.

## Example

```yaml
model_type: llama
params:
  initializer_range: 1.5    # between 0.0 and 1.0
```

## Remedy

Write a number within the range that the finding names.
"""

from __future__ import annotations

from catalog.specs import wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, numbers
from catalog.specs.rules import Rule
from catalog.specs.views import ParameterView

RULE = Rule("C302", "out-of-range", "error")


class Check:
    """Compares a parameter's numbers with its declared bounds."""

    def __init__(self, parameter: ParameterView) -> None:
        record = parameter.record
        self._minimum = record.minimum
        self._maximum = record.maximum
        self._above = record.exclusive_minimum
        self._below = record.exclusive_maximum

    def __call__(self, entry: Entry, block: Block) -> Finding | None:
        """Report the first number out of range."""
        for node, value in numbers(entry.value):
            if not self._admits(value):
                return block.finding(
                    RULE,
                    node,
                    entry.key,
                    f"{wording.subject(entry, node)} must be {self._range()}, not {wording.shown(node)}.",
                )
        return None

    def _admits(self, value: float) -> bool:
        low, high = self._minimum, self._maximum
        if value != value:  # noqa: PLR0124 (NaN lies in no range; math.isnan refuses an int that no float can hold)
            return False
        if low is not None and (value < low or (self._above and value == low)):
            return False
        return high is None or (value <= high and not (self._below and value == high))

    def _range(self) -> str:
        low = None if self._minimum is None else wording.number_text(self._minimum)
        high = None if self._maximum is None else wording.number_text(self._maximum)
        if low is not None and high is not None and not self._above and not self._below:
            return f"between {low} and {high}"
        lower = f"{'above' if self._above else 'at least'} {low}" if low is not None else ""
        upper = f"{'below' if self._below else 'at most'} {high}" if high is not None else ""
        return " and ".join(filter(None, (lower, upper)))


def check_for(parameter: ParameterView) -> Check | None:
    """The check for a parameter with declared bounds."""
    bounded = parameter.record.minimum is not None or parameter.record.maximum is not None
    return Check(parameter) if bounded else None
