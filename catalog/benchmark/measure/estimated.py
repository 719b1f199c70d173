"""The catalog's own estimate of the memory of what was measured, asked for the very same run."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalog.benchmark.measure.reasons import told
from catalog.builder.forward import shapes
from catalog.builder.inputs import make_inputs
from catalog.builder.plan import BuildPlan
from catalog.builder.time_limit import time_limit
from catalog.measurements import BY_FORMULA, Workload

SECONDS: Final = 20.0
"""How long an estimate may take."""

_ATTENTION: Final = {"eager": "eager", "sdpa": "sdpa", "flash_attention_2": "flash"}
"""Implementation of attention → what the estimate calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimated:
    """An estimate, or why there is none.

    Attributes:
        bytes: Most that is held at once.
        failure: Why there is no estimate.
        notes: What it rests on besides.
    """

    bytes: int | None = None
    failure: str | None = None
    notes: tuple[str, ...] = ()


def estimated_memory(plan: BuildPlan, workload: Workload, model: Any, inputs: Mapping[str, Any]) -> Estimated:
    """Estimate the memory of a forward pass or of a training step.

    Args:
        plan: What was built.
        workload: What it did, with the batch that was run.
        model: The model.
        inputs: What it was called with.
    """
    if workload.mode == "generate":
        return Estimated(failure="The estimate knows a pass over all tokens, not the writing of new ones.")
    if workload.compile:
        return Estimated(failure="The estimate follows the graph as it is written, not as it is compiled.")
    if plan.attention is not None and plan.attention not in _ATTENTION:
        return Estimated(failure=f"The estimate does not know attention as {plan.attention} does it.")
    try:
        with time_limit(SECONDS):
            return _estimated(plan, workload, model, inputs)
    except TimeoutError:
        return Estimated(failure=f"The estimate took longer than {SECONDS:g} seconds.")
    except Exception as error:  # noqa: BLE001  # the measurement stands without an estimate; the reason is kept
        return Estimated(failure=told(error))


def _estimated(plan: BuildPlan, workload: Workload, model: Any, inputs: Mapping[str, Any]) -> Estimated:
    from catalog.builder.estimate.estimate import EstimateRequest  # noqa: PLC0415  # it imports torch
    from catalog.builder.estimate.graph import GraphModel  # noqa: PLC0415
    from catalog.builder.estimate.report import estimate  # noqa: PLC0415

    length = workload.sequence_length
    if length is None and GraphModel(model).reads_text:  # the estimate has another default than the inputs
        length = tokens_of(inputs)
        if length is None or not _same(model, inputs, workload, length):
            return Estimated(failure="The estimate cannot be asked for inputs of these shapes.")
    request = EstimateRequest(
        dtype=workload.dtype,
        batch_size=workload.batch_size,
        sequence_length=length,
        image_size=workload.image_size,
        training=workload.mode == "train",
        attention=None if plan.attention is None else _ATTENTION[plan.attention],
        limits=False,
        accelerator=workload.device.startswith("cuda"),
        use_cache=False,
    )
    found = estimate(dataclasses.replace(plan, attention=None, dtype=None), request)
    notes = {"graph": (), "run": (f"Memory is estimated from a real pass: {found.assumptions[0]}",)}
    formula = (f"{BY_FORMULA}: {found.assumptions[0]}",)
    return Estimated(bytes=found.total_bytes, notes=notes.get(found.method, formula))


def tokens_of(inputs: Mapping[str, Any]) -> int | None:
    """Length of the text among the inputs of a forward pass; ``None`` where none is read."""
    for name in ("input_ids", "decoder_input_ids"):
        if getattr(inputs.get(name), "ndim", 0) > 0:
            return int(inputs[name].shape[-1])
    embedded: Any = inputs.get("inputs_embeds")
    return int(embedded.shape[-2]) if getattr(embedded, "ndim", 0) > 1 else None


def _same(model: Any, inputs: Mapping[str, Any], workload: Workload, length: int) -> bool:
    """True where asking for the length that the model chose itself makes the same inputs."""
    again = make_inputs(
        model,
        model.config,
        batch_size=workload.batch_size,
        sequence_length=length,
        image_size=workload.image_size,
        seed=workload.seed,
        labels=workload.mode == "train",
    )
    return {(item.name, item.shape) for item in shapes(again)} == {(item.name, item.shape) for item in shapes(inputs)}
