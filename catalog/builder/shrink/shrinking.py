"""Puts the passes together: a tree, a scale, smaller numbers, relations restored, and the result checked."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.builder.forward_overrides import runnable
from catalog.builder.overrides import with_override
from catalog.builder.plan import BuildPlan, merged, nested
from catalog.builder.shrink.exceptions import apply_exceptions, assume, limits_of, start_of, unit_of
from catalog.builder.shrink.heads import reduce_heads
from catalog.builder.shrink.images import reduce_images
from catalog.builder.shrink.layers import reduce_layers
from catalog.builder.shrink.passes import reduce_numbers
from catalog.builder.shrink.scale import LADDER, Limits, scale_of
from catalog.builder.shrink.tokens import reduce_tokens
from catalog.builder.shrink.tree import Node, tree_of
from catalog.errors import NotFoundError
from catalog.records import Json
from catalog.specs.knowledge import Knowledge
from catalog.specs.views import ClassView, Views

DEFAULT_BUDGET = 1_000_000
"""Parameters of the base model."""


def tiny_params(
    knowledge: Knowledge,
    class_name: str,
    *,
    budget: int = DEFAULT_BUDGET,
    architecture: str | None = None,
    params: Mapping[str, Json] | None = None,
) -> dict[str, Json]:
    """A small configuration of the same shape as a class's default or a given one, from what the catalog knows alone.

    Args:
        knowledge: The release.
        class_name: Name of the class.
        budget: How many parameters the base model may have, by estimate; :func:`catalog.builder.shrink.fit` builds the
            model to be sure.
        architecture: The model class it is for, where that needs more than the base model does.
        params: Parameters of the configuration that is reduced in place of the default one; nested for nested
            configurations, or by dotted names.

    Returns:
        The parameters that differ from the defaults, and those that are given; nested for nested configurations.

    Raises:
        NotFoundError: If the release has no class of that name.
    """
    tree = start_tree(knowledge, class_name, limits_for(budget), architecture=architecture, params=params)
    return tree.params(known=True)


def shrink(
    knowledge: Knowledge, class_name: str, params: Mapping[str, Json], *, budget: int = DEFAULT_BUDGET
) -> dict[str, Json]:
    """A small configuration of the same shape as a given one.

    Args:
        knowledge: The release.
        class_name: Name of the class.
        params: What is given to the class; nested for nested configurations, or by dotted names.
        budget: How many parameters the base model may have, by estimate.

    Returns:
        The parameters to give instead: the given ones, reduced, and those of the defaults that had to be.

    Raises:
        NotFoundError: If the release has no class of that name.
    """
    given = merged(nested(start_of(class_name)), nested(params))
    root = tree_of(_view(knowledge, class_name), Views(knowledge), given)
    reduce_tree(root, limits_for(budget))
    return root.params()


def start_tree(
    knowledge: Knowledge,
    class_name: str,
    limits: Limits,
    *,
    architecture: str | None = None,
    params: Mapping[str, Json] | None = None,
) -> Node:
    """The reduced tree of a class's defaults, with what its model needs besides them to be built and run.

    Args:
        knowledge: The release.
        class_name: Name of the class.
        limits: The largest numbers.
        architecture: The model class it is for; ``None`` for the base model.
        params: Parameters that are reduced in place of the defaults.

    Raises:
        NotFoundError: If the release has no class of that name.
    """
    view = _view(knowledge, class_name)
    given = merged(nested(start_of(class_name)), nested(params or {}))
    plan = BuildPlan(config_class=class_name, module=view.record.module, architecture=architecture, params=given)
    whole = runnable(with_override(plan)[0])[0]
    root = tree_of(view, Views(knowledge), whole.params)
    reduce_tree(root, limits)
    return root


def limits_for(budget: int) -> Limits:
    """The limits under which most models fit a budget: measured over every model type."""
    return next((limits for least, limits in zip(_LEAST, LADDER, strict=True) if budget >= least), LADDER[-1])


_LEAST = (600_000, 310_000, 220_000, 0)  # budgets that nineteen of twenty models keep with the limits of the ladder


def _view(knowledge: Knowledge, class_name: str) -> ClassView:
    view = Views(knowledge).of_class(class_name)
    if view is None:
        raise NotFoundError("configuration class", class_name, where=f"in transformers {knowledge.release}")
    return view


def reduce_tree(root: Node, limits: Limits) -> None:
    """Reduce a tree in place."""
    assume(root)
    scale = scale_of(root, limits_of(root, limits), unit_of(root))
    reduce_numbers(root, scale)
    for node in root.walk():
        reduce_heads(node, scale)
        reduce_layers(node, scale)
    reduce_images(root, scale)
    reduce_tokens(root)
    apply_exceptions(root)
