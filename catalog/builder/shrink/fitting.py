"""Finds the roomiest small configuration that fits a budget, by building it on the meta device."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass

from catalog.builder.construct import make_model
from catalog.builder.overrides import with_override
from catalog.builder.plan import BuildPlan
from catalog.builder.shrink.scale import LADDER
from catalog.builder.shrink.shrinking import DEFAULT_BUDGET, start_tree
from catalog.records import Json
from catalog.specs.knowledge import Knowledge


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A small configuration and its size.

    Attributes:
        params: The parameters that differ from the defaults.
        parameters: Parameters of its base model, tied ones once; ``None`` where it was not built.
        reason: Why it was not built; ``None`` where it was.
    """

    params: dict[str, Json]
    parameters: int | None = None
    reason: str | None = None

    def fits(self, budget: int) -> bool:
        """Tell whether the base model was built and has no more parameters than that."""
        return self.parameters is not None and self.parameters <= budget


def fit(
    knowledge: Knowledge,
    class_name: str,
    *,
    budget: int = DEFAULT_BUDGET,
    architecture: str | None = None,
    params: Mapping[str, Json] | None = None,
) -> Fitted:
    """Shrink a class until its model fits a budget.

    Args:
        knowledge: The release, which should be the installed one.
        class_name: Name of the class.
        budget: How many parameters the model may have.
        architecture: The model class; ``None`` for the base model.
        params: Parameters of the configuration that is shrunk in place of the default one.

    Returns:
        The roomiest configuration that fits; where none does, the smallest. Where torch or transformers is missing or
        the model does not build, the size is not known and the first one is returned.

    Raises:
        NotFoundError: If the release has no class of that name.
    """
    record = knowledge.config_class(class_name)
    fitted: Fitted | None = None
    for limits in LADDER:
        tree = start_tree(knowledge, class_name, limits, architecture=architecture, params=params)
        reduced = tree.params(known=True)
        if record is None or not all(map(importlib.util.find_spec, ("torch", "transformers"))):
            return Fitted(params=reduced, reason="torch is not installed")
        plan = BuildPlan(config_class=class_name, module=record.module, params=reduced, architecture=architecture)
        found = _measured(plan, reduced)
        if found.parameters is None:
            return fitted or found
        if fitted is None or fitted.parameters is None or found.parameters < fitted.parameters:
            fitted = found
        if found.fits(budget):
            return found
    return fitted or Fitted(params={}, reason="there is nothing to reduce")


def _measured(plan: BuildPlan, params: dict[str, Json]) -> Fitted:
    try:
        model = make_model(with_override(plan)[0])
    except Exception as error:  # noqa: BLE001 - any model may fail in any way; its reason is the answer
        return Fitted(params=params, reason=f"{type(error).__name__}: {' '.join(str(error).split())[:300]}")
    return Fitted(params=params, parameters=sum(parameter.numel() for parameter in model.parameters()))
