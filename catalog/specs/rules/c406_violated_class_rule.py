"""Values that the configuration class itself refuses.

## What it does

Reads the conditions that the class states in its own `validate_*` methods, such as "`conv_dim` and `conv_stride` have
the same length", and evaluates them over the values of the spec and the defaults of the rest. No code of transformers
is run: what cannot be told without running it is not reported.

## Why it matters

transformers raises when it makes the configuration, if the installed version validates, or fails later.

## Example

```yaml
model_type: moshi_depth
params:
  ffn_dim: 11265    # must be even
```

## Remedy

The message is the class's own. Change one of the parameters that it names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.interpreter import Method, Violation, parse_method, violations
from catalog.specs.rules import Rule
from catalog.specs.values import Values
from catalog.specs.views import BASE_CLASS, ClassView

RULE = Rule("C406", "violated-class-rule", "error")

_LONGEST = 300  # characters of a message
_READ = re.compile(r"\bself\.(\w+)|\b(?:getattr|hasattr)\(self, \"(\w+)\"")


class Relation:
    """The methods of one class, its ancestors' included where it calls or inherits them."""

    def __init__(self, sources: tuple[str, ...]) -> None:
        self._sources = sources
        self._methods: list[Method] | None = None
        self.names = frozenset(name for source in sources for pair in _READ.findall(source) for name in pair if name)

    def __call__(self, values: Values, block: Block) -> Iterator[Finding]:
        """Report each condition that is broken for certain, once."""
        if self._methods is None:
            self._methods = [method for method in map(parse_method, self._sources) if method is not None]
        for method in self._methods:
            if method.names.isdisjoint(_with_aliases(values)):
                continue
            for violation in violations(method, values):
                place = values.blame(reversed(violation.names))
                if place is not None:
                    yield block.finding(RULE, place[1], place[0], _message(violation, block.view))


def relation_for(view: ClassView) -> Relation | None:
    """The methods that run when a class is made; ``None`` where they state nothing."""
    lineage = [view.record]
    for name in view.record.ancestors:
        record = view.knowledge.config_class(name)
        if record is not None and name != BASE_CLASS and not record.is_base:
            lineage.append(record)
    sources: list[str] = []
    overridden: set[str] = set()
    for record in lineage:
        replaced = set()
        for validator in record.validators:
            if validator.name in overridden:
                continue
            if f"super().{validator.name}(" not in validator.source:
                replaced.add(validator.name)
            sources.append(validator.source)
        overridden |= replaced
    return Relation(tuple(sources)) if sources else None


def _with_aliases(values: Values) -> frozenset[str]:
    """The deviating parameters under all their names."""
    others = {other for other, target in values.view.aliases.items() if target in values.deviating}
    return values.deviating | others


def _message(violation: Violation, view: ClassView) -> str:
    text = " ".join((violation.message or "").split())
    if not text or len(text) > _LONGEST:
        text = f"the condition {violation.condition} holds, which it must not"
    return f"{view.name} refuses these values: {text.rstrip('.')}."
