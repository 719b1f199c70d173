"""More experts for each token than there are.

## What it does

Checks that the number of experts that each token is sent to is not above the number of experts, and that the number
of chosen groups of experts is not above the number of groups.

## Why it matters

The router picks the best experts of all; asking for more than there are fails in the first forward pass.

## Example

```yaml
model_type: mixtral
params:
  num_local_experts: 4
  num_experts_per_tok: 8
```

## Remedy

Lower the number of experts for each token, or raise the number of experts.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.rules import Rule
from catalog.specs.values import Values
from catalog.specs.views import ClassView

RULE = Rule("C405", "too-many-experts-per-token", "error")

_CHOSEN = ("num_experts_per_tok", "num_experts_per_token", "moe_k", "moe_top_k", "moe_topk", "top_k_experts")
_EXPERTS = ("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts")
_GROUPS = (("topk_group", "n_group"), ("topk_group", "num_expert_group"))


class Relation:
    """The pairs of chosen and existing experts of one class."""

    def __init__(self, pairs: tuple[tuple[str, str], ...]) -> None:
        self._pairs = pairs
        self.names = frozenset(name for pair in pairs for name in pair)

    def __call__(self, values: Values, block: Block) -> Iterator[Finding]:
        """Report each pair in which more are chosen than exist."""
        for chosen, existing in self._pairs:
            many, all_of_them = values.integer(chosen), values.integer(existing)
            if many is None or all_of_them is None or all_of_them < 1 or many <= all_of_them:
                continue
            place = values.blame((chosen, existing))
            if place is not None:
                yield block.finding(
                    RULE,
                    place[1],
                    place[0],
                    f"'{chosen}' ({many}) is above '{existing}' ({all_of_them}).",
                    suggestion=f"'{chosen}' can be at most {all_of_them}.",
                )


def relation_for(view: ClassView) -> Relation | None:
    """The pairs of a class whose defaults agree; ``None`` where it has none."""
    chosen = next((name for name in _CHOSEN if name in view.records), None)
    experts = next((name for name in _EXPERTS if name in view.records), None)
    pairs = [(chosen, experts)] if chosen and experts else []
    pairs += [pair for pair in _GROUPS if pair[0] in view.records and pair[1] in view.records]
    agreeing = tuple(pair for pair in pairs if _agree(view, *pair))
    return Relation(agreeing) if agreeing else None


def _agree(view: ClassView, chosen: str, existing: str) -> bool:
    few, many = view.parameter(chosen), view.parameter(existing)
    if few is None or many is None:
        return False
    left, right = few.effective, many.effective
    return not isinstance(left, int) or not isinstance(right, int) or left <= right
