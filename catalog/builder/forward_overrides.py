"""What some models need besides their defaults to run: ``data/forward_overrides.yaml``."""

from __future__ import annotations

import dataclasses
import functools

from catalog.builder.overrides import Override, parse_overrides
from catalog.builder.plan import BuildPlan
from catalog.resources import resource_folder


@functools.cache
def read_forward_overrides() -> tuple[Override, ...]:
    """All of them, in the order of the file.

    Raises:
        ValueError: If the file has not the shape that its head describes.
    """
    import yaml  # noqa: PLC0415  # few programs run models

    text = (resource_folder("data") / "forward_overrides.yaml").read_text(encoding="utf-8")
    return parse_overrides(yaml.safe_load(text))


def runnable(plan: BuildPlan) -> tuple[BuildPlan, Override | None]:
    """A plan with what its model needs to run, below the plan's own parameters.

    Args:
        plan: What to run. The configuration of a checkpoint is complete: nothing is added to it.

    Returns:
        The plan to run, and the override, which is ``None`` where the plan is as it was.
    """
    override = next(
        (
            found
            for found in read_forward_overrides()
            if found.config_class == plan.config_class
            and (not found.architectures or plan.architecture in found.architectures)
        ),
        None,
    )
    if override is None or plan.checkpoint is not None:
        return plan, None
    return dataclasses.replace(plan, params=override.over(plan.params)), override
