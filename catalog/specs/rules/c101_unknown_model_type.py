"""A model type that transformers does not know.

## What it does

Looks the model type up among those of the release, in a spec and in every nested block that names one.

## Why it matters

Nothing can be built, and nothing else of the spec can be checked.

## Example

```yaml
model_type: lama    # llama
```

## Remedy

Write one of the model types that `catalog list` shows. A model that brings its own code (`auto_map`) is noted as not
cataloged instead.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs import fixes
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding, Fix
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Entry, Scalar, Spec
from catalog.specs.rules import Rule
from catalog.specs.suggestions import clear_winner, nearest, quoted

RULE = Rule("C101", "unknown-model-type", "error")


def is_slip(name: str, knowledge: Knowledge) -> bool:
    """Tell a misspelt model type from one that the release does not have: another number is another model."""
    winner = clear_winner(nearest(name, knowledge.model_types(), tolerance=1))
    return winner is not None and len(winner) >= 4 and _digits(winner) == _digits(name)


def in_spec(spec: Spec, entry: Entry, knowledge: Knowledge) -> Finding:
    """Report the model type that a spec names."""
    message, suggestion, fix = _explain(entry, knowledge)
    return RULE.found(spec.path, entry.value.span, message, parameter="model_type", suggestion=suggestion, fix=fix)


def in_block(entry: Entry, block: Block, name: str) -> Iterator[Finding]:
    """Report the model type of a nested block, if there is none of that name; `name` is its path within `block`."""
    value = entry.value.value if isinstance(entry.value, Scalar) else None
    if not isinstance(value, str) or value in ("", *block.view.knowledge.model_types()):  # "": a class without one
        return
    message, suggestion, fix = _explain(entry, block.view.knowledge)
    yield block.finding(RULE, entry.value, name, message, suggestion=suggestion, fix=fix)


def _explain(entry: Entry, knowledge: Knowledge) -> tuple[str, str | None, Fix | None]:
    node = entry.value
    name = str(node.value) if isinstance(node, Scalar) else ""
    near = nearest(name, knowledge.model_types())
    winner = clear_winner(near)
    names = [winner] if winner else [likeness.name for likeness in near]
    if not names and knowledge.config_class(name) is not None:
        owner = knowledge.config_class(name)
        names = [owner.model_type] if owner is not None and owner.model_type else []
    return (
        f"transformers {knowledge.release} has no model type '{name}'.",
        f"Did you mean {quoted(names)}?" if names else None,
        fixes.rewrite(node, winner, safe=True) if winner and isinstance(node, Scalar) else None,
    )


def _digits(name: str) -> str:
    return "".join(filter(str.isdigit, name))
