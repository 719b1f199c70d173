"""A token id outside the vocabulary.

## What it does

Compares the token ids that the spec gives (`pad_token_id`, `eos_token_id`, …) with the size of the vocabulary of the
same block. A `pad_token_id` outside is an error, any other id a warning; in a published configuration both are infos.

## Why it matters

The embedding has no row for the token: looking it up fails, or on an accelerator reads other memory. transformers
itself only warns, since published configurations hold such ids, and most models then fail to build where the id is
that of the padding: `torch.nn.Embedding` refuses it.

## Example

```yaml
model_type: bert
params:
  vocab_size: 1000
  pad_token_id: 1000
```

## Remedy

Give an id from 0 to `vocab_size` - 1, or raise `vocab_size`.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import numbers
from catalog.specs.rules import Rule
from catalog.specs.values import Values
from catalog.specs.views import ClassView

RULE = Rule("C311", "token-outside-vocabulary", "warning")

_WORDS = frozenset(
    {"pad_token_id", "bos_token_id", "eos_token_id", "sep_token_id", "cls_token_id", "unk_token_id", "mask_token_id"}
)


_PADDING = "pad_token_id"  # the one id that the embedding itself is built with


class Relation:
    """The token ids of one class, and the size of its vocabulary."""

    def __init__(self, ids: frozenset[str]) -> None:
        self._ids = ids
        self.names = ids | {"vocab_size"}

    def __call__(self, values: Values, block: Block) -> Iterator[Finding]:
        """Report each id that the vocabulary does not have."""
        size = values.integer("vocab_size")
        if size is None or size < 1:
            return
        for name in sorted(self._ids & values.given.keys()):
            for node, number in numbers(values.given[name].value):
                if number >= size or number < (-1 if block.published else 0):
                    yield block.finding(
                        RULE,
                        node,
                        name,
                        f"'{name}' ({number}) is outside the vocabulary of {size} tokens ('vocab_size').",
                        severity="info" if block.published else "error" if name == _PADDING else None,
                    )


def relation_for(view: ClassView) -> Relation | None:
    """The text tokens of a class with a vocabulary; ``None`` where it has none."""
    ids = _WORDS & view.own
    return Relation(ids) if ids and "vocab_size" in view.records else None
