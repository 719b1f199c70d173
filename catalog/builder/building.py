"""Builds a plan: with what its model needs besides its defaults, within the memory there is, and with clear errors."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.builder.construct import make_config, make_model
from catalog.builder.errors import BuildError, CheckpointError
from catalog.builder.failures import Stage, explain
from catalog.builder.memory_guard import check_fits
from catalog.builder.overrides import Override, with_override
from catalog.builder.plan import BuildPlan
from catalog.errors import CatalogError, UsageError

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A model and what it was built from.

    Attributes:
        model: The model.
        plan: The plan, with what was added to it.
        override: What was added because the defaults do not build; ``None`` where nothing was.
    """

    model: nn.Module
    plan: BuildPlan
    override: Override | None = None


def build(plan: BuildPlan, *, force: bool = False) -> Built:
    """Build a plan.

    Args:
        plan: What to build.
        force: Build it even where its size says that it does not fit the memory.

    Returns:
        The model. Off the meta device its size was known before any memory was taken.

    Raises:
        UsageError: If there is no such device here.
        BuildError: If torch or transformers does not make it; it names the parameter, where that can be told.
        TooLargeError: If it does not fit the memory of the device.
        CheckpointError: If the checkpoint cannot be read, or is not safe to load.
    """
    check_device(plan)
    plan, override = with_override(plan)
    if plan.device != "meta" and not force:
        sketch = dataclasses.replace(plan, device="meta", pretrained=False, seed=None)
        check_fits(_made(sketch, plan), subject=plan.architecture or plan.config_class, device=plan.device)
    return Built(model=_made(plan, plan), plan=plan, override=override)


def check_device(plan: BuildPlan) -> None:
    """Check that a plan's device is here, and that it suits.

    Raises:
        UsageError: If it is not, or if weights are to be loaded on the meta device, which holds none.
    """
    if plan.pretrained and plan.device == "meta":
        raise UsageError("The meta device holds no weights to load.", remedy="Load them on cpu or cuda.")
    if not plan.device.startswith("cuda"):
        return
    import torch  # noqa: PLC0415  # it takes seconds

    if not torch.cuda.is_available():
        why = "this torch is built without CUDA" if torch.version.cuda is None else "no GPU is found"
        raise UsageError(f"The device {plan.device} is not available: {why}.", remedy="Build on cpu or meta.")
    index = torch.device(plan.device).index or 0
    if index >= torch.cuda.device_count():
        raise UsageError(f"There is no device {plan.device}: this machine has {torch.cuda.device_count()} GPUs.")


def _made(plan: BuildPlan, asked: BuildPlan) -> nn.Module:
    """The model of a plan; what is raised becomes an error about the plan that was asked for."""
    config: Any = None
    stage: Stage = "config"
    try:
        config = make_config(plan)
        stage = "weights" if plan.pretrained else "model"
        return make_model(plan, config)
    except CatalogError:
        raise
    except Exception as error:  # whatever a model raises is told, with its reason
        failure = explain(error, stage=stage, plan=asked, config=config)
        if failure.kind == "needs-download" and plan.checkpoint is not None:
            raise CheckpointError(
                plan.checkpoint, f"The checkpoint {plan.checkpoint} cannot be loaded: {failure.reason}"
            ) from error
        subject = plan.config_class if config is None else plan.architecture or plan.config_class
        raise BuildError(subject, failure) from error
