"""A list with one entry a layer that has another length.

## What it does

Compares the length of `layer_types`, `mlp_layer_types` and other lists with one entry a layer with the number of
layers.

## Why it matters

transformers refuses the configuration, or builds layers of another kind than the list says.

## Example

```yaml
model_type: qwen2
params:
  num_hidden_layers: 4
  layer_types: [full_attention, full_attention, sliding_attention]
```

## Remedy

Give one entry a layer, or leave the list out: the class then makes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.rules import Rule
from catalog.specs.values import Values
from catalog.specs.views import ClassView

RULE = Rule("C403", "wrong-layer-list-length", "error")

_LAYERS = ("num_hidden_layers", "num_layers", "n_layer", "n_layers")
_CHECKED_BY_TRANSFORMERS = frozenset({"layer_types", "mlp_layer_types"})
_PER_LAYER = _CHECKED_BY_TRANSFORMERS | {
    "activation_sparsity_pattern", "attention_layers", "indexer_types", "kv_source_layers", "layer_rope_theta",
    "layers_block_type", "no_rope_layers", "num_attention_heads_per_layer", "num_key_value_heads_per_layer",
    "sliding_windows",
}  # fmt: skip


class Relation:
    """The number of layers of one class, and its lists with one entry a layer."""

    def __init__(self, layers: str, lists: tuple[str, ...]) -> None:
        self._layers = layers
        self._lists = lists
        self.names = frozenset((layers, *lists))

    def __call__(self, values: Values, block: Block) -> Iterator[Finding]:
        """Report each list of another length that the spec gives."""
        expected = values.integer(self._layers)
        for name in self._lists:
            value = values.get(name) if name in values.given else None
            if not isinstance(value, list) or expected is None or expected < 0 or len(value) == expected:
                continue
            if name not in _CHECKED_BY_TRANSFORMERS and (not value or len(value) > expected):
                continue  # an empty list stands for the default, and of a longer one the rest is not read
            refused = name in _CHECKED_BY_TRANSFORMERS or not block.published
            yield block.finding(
                RULE,
                values.given[name].value,
                name,
                f"'{name}' has {len(value)} entries for {expected} layers ('{self._layers}').",
                suggestion=f"Give {expected} entries, or set '{self._layers}' to {len(value)}." if value else None,
                severity=None if refused else "warning",
            )


def relation_for(view: ClassView) -> Relation | None:
    """The lists of a class whose default has one entry a layer; ``None`` where it has none."""
    layers = next((name for name in _LAYERS if name in view.records or name in view.aliases), None)
    parameter = None if layers is None else view.parameter(layers)
    if layers is None or parameter is None:
        return None
    lists = tuple(
        name for name in sorted(_PER_LAYER & view.records.keys()) if _is_per_layer(view, name, parameter.effective)
    )
    return Relation(parameter.name, lists) if lists else None


def _is_per_layer(view: ClassView, name: str, layers: object) -> bool:
    parameter = view.parameter(name)
    default = None if parameter is None else parameter.effective
    if isinstance(default, list):
        return len(default) == layers
    return name in _CHECKED_BY_TRANSFORMERS
