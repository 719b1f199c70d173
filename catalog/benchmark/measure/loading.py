"""Makes the model of a job, where it fits, with what it needs to be built and to run."""

from __future__ import annotations

import dataclasses
import re
from dataclasses import dataclass
from typing import Any

from catalog.benchmark.job import Job
from catalog.benchmark.measure.refusals import UnsupportedError
from catalog.builder.building import check_device
from catalog.builder.construct import make_config, make_model
from catalog.builder.errors import TooLargeError
from catalog.builder.failures import one_line
from catalog.builder.forward_overrides import runnable
from catalog.builder.memory_guard import available_memory, bytes_of
from catalog.builder.overrides import with_override
from catalog.builder.plan import BuildPlan

_RESERVE = 1.05
"""What making a model takes beside its weights: temporaries of the largest layer, and the allocator's waste."""

_ABOUT_ATTENTION = re.compile(r"attention implementation|attn_implementation|Flash ?Attention|flex_attention|kernels?")
"""What transformers says when it refuses an implementation of attention."""


def planned(job: Job) -> tuple[BuildPlan, tuple[str, ...]]:
    """What a job builds, and what was added to it because the defaults do not build or do not run.

    Args:
        job: What was asked for. Device, dtype, attention and seed are those of its workload.
    """
    workload = job.workload
    plan = dataclasses.replace(
        job.plan, device=workload.device, dtype=workload.dtype, attention=workload.attention, seed=workload.seed
    )
    plan, built = with_override(plan)
    plan, run = runnable(plan)
    return plan, tuple(override.reason for override in (built, run) if override is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sketch:
    """What a model takes, as its meta device tells.

    Attributes:
        weights: Bytes of weights and buffers.
        trainable: Bytes of the weights that are trained.
    """

    weights: int
    trainable: int


def sketch(plan: BuildPlan) -> Sketch | None:
    """Build a model without memory; ``None`` for the few that cannot be built so."""
    try:
        model: Any = make_model(dataclasses.replace(plan, device="meta", pretrained=False, seed=None))
    except Exception:  # noqa: BLE001  # building it for real tells what is wrong, if anything is
        return None
    trained = {id(item): item for item in model.parameters() if item.requires_grad}
    return Sketch(
        weights=bytes_of(model), trainable=sum(item.numel() * item.element_size() for item in trained.values())
    )


def check_room(plan: BuildPlan, *, training: bool) -> None:
    """Refuse a model that cannot fit the memory of its device to begin with.

    Args:
        plan: What to build.
        training: Whether it needs room for gradients and AdamW's two moments, too.

    Raises:
        TooLargeError: With both figures.
    """
    found, available = sketch(plan), available_memory(plan.device)
    if found is None or available is None:
        return
    needed = found.weights + (3 * found.trainable if training else 0)
    if needed * _RESERVE > available:
        raise TooLargeError(
            plan.architecture or plan.config_class, needed=needed, available=available, device=plan.device
        )


def load(plan: BuildPlan, *, training: bool) -> Any:
    """Make the model of a plan.

    Raises:
        UnsupportedError: If its device is not here.
        TooLargeError: If it does not fit.
        Exception: Whatever configuration and model class raise.
    """
    if plan.device == "meta":
        raise UnsupportedError("The meta device computes nothing, so that nothing can be timed on it.")
    check_device(plan)
    _check_dtype(plan.dtype)
    check_room(plan, training=training)
    try:
        return make_model(plan, make_config(plan))
    except (ValueError, ImportError) as error:
        if plan.attention is None or not _ABOUT_ATTENTION.search(str(error)):
            raise
        raise UnsupportedError(f"It has no {plan.attention} attention here: {one_line(error)}") from error


def _check_dtype(name: str | None) -> None:
    import torch  # noqa: PLC0415  # it takes seconds

    found = getattr(torch, name or "float32", None)
    if not isinstance(found, torch.dtype) or not found.is_floating_point:
        raise UnsupportedError(f"Weights cannot be of the element type {name!r}.")
