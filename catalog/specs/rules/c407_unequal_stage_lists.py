"""Lists with one entry a stage that differ in length.

## What it does

Compares the lists of a hierarchical model that have one entry a stage (`depths`, `hidden_sizes`, `num_heads`, …) or
one entry a block (`conv_dim`, `upsample_rates`, …): as in the class's defaults, they must have the same length.

## Why it matters

The model is built from the first entries of each list, or fails with an index error.

## Example

```yaml
model_type: segformer
params:
  depths: [2, 2, 2]    # hidden_sizes, num_attention_heads, … have 4 entries
```

## Remedy

Give all lists of the model the same length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from catalog.specs.blocks import Block
from catalog.specs.diagnostics import Finding
from catalog.specs.rules import Rule
from catalog.specs.suggestions import both
from catalog.specs.values import Values
from catalog.specs.views import ClassView

RULE = Rule("C407", "unequal-stage-lists", "error")

_GROUPS = (
    frozenset({
        "depths", "hidden_sizes", "num_heads", "num_attention_heads", "embed_dims", "embed_dim", "mlp_ratios",
        "mlp_ratio", "patch_sizes", "patch_stride", "patch_padding", "strides", "sr_ratios",
        "sequence_reduction_ratios",
        "focal_levels", "focal_windows", "depth", "num_group_tokens", "num_output_groups", "num_groups",
    }),
    frozenset({"conv_dim", "conv_stride", "conv_kernel"}),
    frozenset({"tdnn_dim", "tdnn_kernel", "tdnn_dilation"}),
    frozenset({"upsample_rates", "upsample_kernel_sizes"}),
    frozenset({"resblock_kernel_sizes", "resblock_dilation_sizes", "resblock_stride_sizes"}),
    frozenset({"kernel_sizes", "in_channels", "out_channels", "strides", "num_block_repeats", "expand_ratios"}),
)  # fmt: skip


class Relation:
    """The groups of lists of one class that have the same length by default."""

    def __init__(self, groups: tuple[tuple[str, ...], ...]) -> None:
        self._groups = groups
        self.names = frozenset(name for group in groups for name in group)

    def __call__(self, values: Values, block: Block) -> Iterator[Finding]:
        """Report, for each group, the list whose length is the exception."""
        for group in self._groups:
            lengths = {name: len(value) for name in group if isinstance(value := values.get(name), list)}
            if len(set(lengths.values())) < 2:
                continue
            usual = _usual(lengths, values)
            odd = [name for name, length in lengths.items() if length != usual]
            place = values.blame(odd)
            if place is None:
                continue
            others = [name for name, length in lengths.items() if length == usual]
            yield block.finding(
                RULE,
                place[1],
                place[0],
                f"'{place[0]}' has {lengths[place[0]]} entries, but {both(others[:3])} {usual}.",
                suggestion="All have one entry a stage: give them the same length.",
                severity="warning" if block.published else None,
            )


def _usual(lengths: dict[str, int], values: Values) -> int:
    """The length that most lists have, those left at their default counting first where there are as many."""
    votes = Counter(lengths.values())
    kept = {length for name, length in lengths.items() if name not in values.deviating}
    return max(votes, key=lambda length: (votes[length], length in kept, length))


def relation_for(view: ClassView) -> Relation | None:
    """The groups of a class; ``None`` where it has none."""
    found = []
    for group in _GROUPS:
        lengths: dict[int, list[str]] = {}
        for name in sorted(group & view.own):
            parameter = view.parameter(name)
            if parameter is not None and isinstance(parameter.effective, list) and len(parameter.effective) > 1:
                lengths.setdefault(len(parameter.effective), []).append(name)
        found += [tuple(names) for names in lengths.values() if len(names) > 1]
    return Relation(tuple(found)) if found else None
