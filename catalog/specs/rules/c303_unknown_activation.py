"""An activation function that transformers does not know.

## What it does

Compares the value with the names in transformers' table of activation functions.

## Why it matters

transformers looks the name up only when the model is built, and fails with a `KeyError` far from the spec.

## Example

```yaml
model_type: bert
params:
  hidden_act: gleu    # gelu
```

## Remedy

Write one of the names that transformers knows, such as `gelu`, `silu` or `relu`.
"""

from __future__ import annotations

from catalog.specs import fixes, wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, strings
from catalog.specs.rules import Rule
from catalog.specs.suggestions import clear_winner, either, nearest
from catalog.specs.views import ParameterView

RULE = Rule("C303", "unknown-activation", "error")

_GATED = "gated-"  # T5 writes "gated-gelu" for a gated feed-forward layer


class Check:
    """Compares the names in a parameter's value with those of a release."""

    def __init__(self, known: frozenset[str], prefix: str) -> None:
        self._known = known
        self._prefix = prefix

    def __call__(self, entry: Entry, block: Block) -> Finding | None:
        """Report the first unknown name."""
        for node, text in strings(entry.value):
            name = text.removeprefix(self._prefix)
            if name in self._known:
                continue
            near = nearest(name, sorted(self._known))
            winner = clear_winner(near)
            names = [winner] if winner else [likeness.name for likeness in near] or ["gelu", "silu", "relu"]
            fixed = text[: len(text) - len(name)] + winner if winner else None
            return block.finding(
                RULE,
                node,
                entry.key,
                f"transformers has no activation function {wording.shown(node)}.",
                suggestion=f"Did you mean {either(names)}?" if near else f"It has {either(names)}, among others.",
                fix=fixes.rewrite(node, fixed, safe=True) if fixed else None,
            )
        return None


def check_for(parameter: ParameterView, known: frozenset[str]) -> Check | None:
    """The check for a parameter that names activation functions.

    A parameter whose own default is no known name speaks another language and is left alone, as is one whose choices
    are enumerated.
    """
    prefix = _GATED if parameter.name == "feed_forward_proj" else ""
    if not known or parameter.record.choices or not (prefix or parameter.quantity.kind == "activation"):
        return None
    defaults = (parameter.record.default, parameter.effective)
    names = [default.removeprefix(prefix) for default in defaults if isinstance(default, str)]
    return Check(known, prefix) if all(name in known for name in names) else None
