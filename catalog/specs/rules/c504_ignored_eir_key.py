"""A key that EIR ignores here.

## What it does

Reports keys that EIR reads only under a condition that the configuration does not meet: `model_init_config` beside
`pretrained_model: true`, `freeze_pretrained_model` without pretrained weights, `embedding_dim` for a transformers
model, `interpretation_config` for an input that has none.

## Why it matters

The configuration says something that does not happen.

## Example

```yaml
input_info: {input_source: data/, input_name: text, input_type: sequence}
model_config:
  model_type: allenai/longformer-base-4096
  pretrained_model: true
  model_init_config: {num_hidden_layers: 2}    # the checkpoint's own number of layers is used
```

## Remedy

Remove the key, or change the condition that the finding names.
"""

from __future__ import annotations

from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Entry, Mapping
from catalog.specs.rules import Rule

RULE = Rule("C504", "ignored-eir-key", "warning")


def report(path: str, entry: Entry, parameter: str, reason: str) -> Finding:
    """Say why a key is ignored."""
    return RULE.found(path, entry.key_span, f"EIR ignores '{entry.key}' here: {reason}.", parameter=parameter)


def unread(path: str, entry: Entry, parameter: str, root: Mapping) -> Finding:
    """Report a block that inputs of this type do not read."""
    info = root.get("input_info")
    kind = info.value.get("input_type") if info is not None and isinstance(info.value, Mapping) else None
    name = getattr(kind.value, "value", "these") if kind is not None else "these"
    return report(path, entry, parameter, f"{name} inputs have no interpretation")
