"""Filters over the models of a release."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from catalog.errors import NotFoundError, UsageError
from catalog.query.models import ModelSummary
from catalog.query.names import closest
from catalog.query.release import ReleaseView


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a model must be like; ``None`` asks for nothing.

    Attributes:
        has: A parameter that it takes.
        task: A task that one of its architectures solves.
        modality: Its modality.
        sub_config: A parameter that is a configuration, or the class of one.
        attention: A kind of attention of its defaults.
        min_size: Smallest number of parameters of the default base model.
        max_size: Largest number of parameters of the default base model.
    """

    has: str | None = None
    task: str | None = None
    modality: str | None = None
    sub_config: str | None = None
    attention: str | None = None
    min_size: int | None = None
    max_size: int | None = None


def find(
    view: ReleaseView, filters: Filters, *, having: Iterable[str] | None, sizes: Mapping[str, int]
) -> tuple[ModelSummary, ...]:
    """The models that fit.

    Args:
        view: The release.
        filters: What they must be like.
        having: Names of the classes that take `filters.has`; ``None`` where it asks for nothing.
        sizes: Class → its size. Building models changes it while the release stays the same.

    Returns:
        The models, by model type.

    Raises:
        NotFoundError: If the release knows no such task, modality, sub-config or kind of attention.
        UsageError: If the smallest size is above the largest.
    """
    _check(view, filters)
    takes = None if having is None else frozenset(having)
    return tuple(
        replace(summary, size=sizes.get(summary.config_class))
        for summary in view.summaries.values()
        if (takes is None or summary.config_class in takes)
        and (filters.task is None or filters.task in summary.tasks)
        and (filters.modality is None or filters.modality == summary.modality)
        and (filters.attention is None or filters.attention in summary.attention)
        and (filters.sub_config is None or _has_sub_config(view, summary.config_class, filters.sub_config))
        and _size_fits(sizes.get(summary.config_class), filters)
    )


def _size_fits(size: int | None, filters: Filters) -> bool:
    """A model whose size is not known fits no limit."""
    if filters.min_size is None and filters.max_size is None:
        return True
    if size is None:
        return False
    return (filters.min_size or 0) <= size and (filters.max_size is None or size <= filters.max_size)


def _has_sub_config(view: ReleaseView, class_name: str, wanted: str) -> bool:
    subs = view.rows[class_name].sub_configs
    return wanted in subs or wanted in subs.values()


def _check(view: ReleaseView, filters: Filters) -> None:
    """Refuse a value that no model of the release has, since it is a mistake rather than a question."""
    rows = view.rows.values()
    known = {
        "task": (filters.task, view.tasks),
        "modality": (filters.modality, {row.modality for row in rows if row.modality}),
        "kind of attention": (filters.attention, {kind for row in rows for kind in row.attention}),
        "sub-config": (
            filters.sub_config,
            {name for row in rows for pair in row.sub_configs.items() for name in pair if name},
        ),
    }
    for kind, (wanted, names) in known.items():
        if wanted is not None and wanted not in names:
            suggestions = closest(wanted, names) or (tuple(sorted(names)) if len(names) <= 12 else ())
            raise NotFoundError(kind, wanted, where=f"in transformers {view.version}", suggestions=suggestions)
    if filters.min_size is not None and filters.max_size is not None and filters.min_size > filters.max_size:
        raise UsageError(f"The smallest size, {filters.min_size:,}, is above the largest, {filters.max_size:,}.")
