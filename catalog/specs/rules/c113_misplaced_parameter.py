"""A parameter at the wrong level of a nested configuration.

## What it does

Reports a key that the block's class does not have while another block of the same configuration does: a text model's
parameter at the root instead of in `text_config`, or one of the root within `vision_config`.

## Why it matters

Composite models pass each block to its own class. A key at the wrong level is stored and never read, and the part of
the model that it was meant for is built with defaults.

## Example

```yaml
model_type: llava
params:
  hidden_size: 1024     # belongs in text_config or vision_config
```

## Remedy

Move the key to the block that the finding names. In a published `config.json` the finding is a warning, or an info
where the file has no such block at all: some classes still gather a flat file's keys into their text configuration.
"""

from __future__ import annotations

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding, Severity
from catalog.specs.nodes import Entry
from catalog.specs.rules import Rule
from catalog.specs.suggestions import either

RULE = Rule("C113", "misplaced-parameter", "error")


def report(entry: Entry, block: Block, homes: tuple[str, ...]) -> Finding:
    """Say at which dotted paths the configuration does take a key."""
    return block.finding(
        RULE,
        entry.key_span,
        entry.key,
        f"{block.view.name} has no parameter '{entry.key}'.",
        suggestion=f"It belongs in {either(map(_place, homes[:3]))}.",
        severity=_published_severity(block, homes) if block.published else None,
    )


def _place(home: str) -> str:
    block = home.rpartition(".")[0]
    return f"'{block}'" if block else "the root of the configuration"


def _published_severity(block: Block, homes: tuple[str, ...]) -> Severity:
    written = {entry.key for entry in block.mapping}
    return "warning" if all(home.partition(".")[0] in written for home in homes) else "info"
