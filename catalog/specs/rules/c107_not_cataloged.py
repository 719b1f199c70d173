"""A model that the catalog does not know.

## What it does

Notes that a spec names a model type or class of other code: a `config.json` with `auto_map`, a model type that no
release of transformers lists, a class of another package.

## Why it matters

Nothing is wrong with it as far as can be told; but its parameters were not checked.

## Example

```json
{"model_type": "chatglm", "auto_map": {"AutoConfig": "configuration_chatglm.ChatGLMConfig"}, "hidden_size": 4096}
```

## Remedy

None is needed. `catalog sync --path FOLDER` adds the classes of a folder of configuration files to the catalog.
"""

from __future__ import annotations

from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Node, Spec
from catalog.specs.rules import Rule

RULE = Rule("C107", "not-cataloged", "info")


def report(spec: Spec, node: Node, name: str, knowledge: Knowledge) -> Finding:
    """Note that a model is not among those of the release."""
    return RULE.found(
        spec.path,
        node.span,
        f"'{name}' is not among the models of transformers {knowledge.release}; its parameters were not checked.",
        parameter=None,
    )
