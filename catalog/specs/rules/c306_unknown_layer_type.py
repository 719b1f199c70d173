"""A kind of layer that transformers does not know.

## What it does

Compares the entries of `layer_types` and its relatives with the kinds of layers that transformers knows, and with
those that the class's own default uses: kinds of attention and what stands in its place in `layer_types`, `dense` and
`sparse` in `mlp_layer_types`. Names that transformers converts (`attention`, `mamba`) are fine.

## Why it matters

transformers refuses the list, or builds another layer than the one that was meant.

## Example

```yaml
model_type: qwen2
params:
  num_hidden_layers: 2
  layer_types: [full_attention, slidng_attention]
```

## Remedy

Write one of the kinds that the finding names. In a published `config.json` a kind that resembles none is a warning,
since a newer release may know more.
"""

from __future__ import annotations

from catalog.specs import fixes, wording
from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge, layer_kinds
from catalog.specs.nodes import Entry, strings
from catalog.specs.rules import Rule
from catalog.specs.suggestions import clear_winner, either, nearest
from catalog.specs.views import ParameterView

RULE = Rule("C306", "unknown-layer-type", "error")


class Check:
    """Compares the entries of a list with the kinds of layers that are known."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known

    def __call__(self, entry: Entry, block: Block) -> Finding | None:
        """Report the first unknown kind."""
        for node, text in strings(entry.value):
            if text in self._known:
                continue
            near = nearest(text, sorted(self._known))
            winner = clear_winner(near)
            names = [winner] if winner else [likeness.name for likeness in near]
            return block.finding(
                RULE,
                node,
                entry.key,
                f"{block.view.name} has no layers of the kind {wording.shown(node)}.",
                suggestion=f"Did you mean {either(names)}?" if names else f"It has {either(sorted(self._known)[:8])}.",
                fix=fixes.rewrite(node, winner, safe=True) if winner else None,
                severity="warning" if block.published and winner is None else None,
            )
        return None


def check_for(parameter: ParameterView, knowledge: Knowledge) -> Check | None:
    """The check for a list of kinds of layers."""
    known = layer_kinds(parameter.name, knowledge) if parameter.quantity.kind == "layer-types" else frozenset()
    if not known:
        return None
    defaults = (parameter.record.default, parameter.effective)
    own = {kind for default in defaults if isinstance(default, list) for kind in default if isinstance(kind, str)}
    return Check(known | own)
