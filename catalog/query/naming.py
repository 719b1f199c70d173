"""Finds the class that a name means in any release, also one that the newest release has no longer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from catalog.errors import NotFoundError, UsageError
from catalog.query.assemble import BASE_NAMES
from catalog.query.names import closest
from catalog.store.versions import version_key

if TYPE_CHECKING:
    from catalog.store import Store
    from catalog.store.rows import NamedIn

_ORDER = ("class", "mapped", "declared")
"""A class name comes first, then a model type of the auto mappings, then one that only a class declares."""


def class_called(store: Store, name: str) -> str | None:
    """The class that goes by a name; where releases disagree, the newest one counts.

    Args:
        store: The catalog's store.
        name: Class name, model type or import path, of any release.

    Returns:
        The class's name; ``None`` where there is none.

    Raises:
        UsageError: If several classes of one release declare that model type and its auto mappings have none of them.
    """
    name = name.strip()
    if name in BASE_NAMES:
        return name
    found = store.classes_called(name)
    for how in _ORDER:
        uses = [use for use in found if use.how == how]
        if uses:
            return _newest(name, uses)
    return _by_path(store, name)


def not_found(store: Store, name: str) -> NotFoundError:
    """The error for a name that no class of any cataloged release has."""
    suggestions = closest(name.strip(), store.names_of_all_releases())
    return NotFoundError("model", name, where="in any cataloged release", suggestions=suggestions)


def _newest(name: str, uses: list[NamedIn]) -> str:
    release = max({use.release for use in uses}, key=version_key)
    classes = sorted({use.config_class for use in uses if use.release == release})
    if len(classes) > 1:
        raise UsageError(
            f"The model type {name!r} belongs to several classes of transformers {release}: {', '.join(classes)}.",
            remedy="Name the class.",
        )
    return classes[0]


def _by_path(store: Store, path: str) -> str | None:
    module, _, last = path.rpartition(".")
    if not module.startswith("transformers"):
        return None
    modules = _modules(store.classes_called(last))
    # transformers offers every class at the top and in its model's package as well as in its module.
    return last if any(known == module or known.startswith(f"{module}.") for known in modules) else None


def _modules(uses: Iterable[NamedIn]) -> set[str]:
    return {use.module for use in uses if use.how == "class" and use.module is not None}
