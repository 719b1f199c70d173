"""Counts the operations of what was measured, in a run of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalog.benchmark.measure.reasons import told
from catalog.builder.flops import count_flops
from catalog.builder.time_limit import time_limit

_LEAST_SECONDS: Final = 10.0
_TIMES: Final = 20
"""How many times as long as a timed run counting may take: it sees every operator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """Floating-point operations of a run, a multiplication and an addition being two.

    Attributes:
        flops: How many; ``None`` where they could not be counted.
        notes: What the figure rests on, or why there is none.
    """

    flops: int | None = None
    notes: tuple[str, ...] = ()


def count_operations(model: Any, inputs: Mapping[str, Any], *, training: bool, run_seconds: float) -> Operations:
    """Count the operations of a forward pass, and of the backward pass where the model is trained.

    The optimizer's step is pointwise arithmetic, which does not count.

    Args:
        model: The model, not compiled.
        inputs: Arguments of its forward pass.
        training: Count the backward pass, too.
        run_seconds: How long a timed run takes.
    """
    try:
        with time_limit(max(_LEAST_SECONDS, _TIMES * run_seconds)):
            found = count_flops(model, inputs, backward=training)
    except Exception as error:  # noqa: BLE001  # the time stands without a count; the reason is kept
        return Operations(notes=(f"Operations are not counted: {told(error)}",))
    notes = tuple(f"Operations: {assumption}." for assumption in found.assumptions)
    return Operations(flops=found.total + (found.backward or 0), notes=notes)
