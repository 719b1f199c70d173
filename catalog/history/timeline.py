"""Strings the changes of one class together, over all the releases that have it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.history.change import Change
from catalog.history.diff import default_of, diff_class, public_parameters
from catalog.records import ConfigClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """A class in one release.

    Attributes:
        release: The release.
        config: The class; ``None`` where the release does not have it.
        base: The common base class of the release.
    """

    release: str
    config: ConfigClass | None
    base: ConfigClass | None = None


def class_history(appearances: Sequence[Appearance]) -> tuple[Change, ...]:
    """Changes of a class from release to release.

    Args:
        appearances: The class in the releases that are cataloged, oldest first. A release in which nothing changed
            costs next to nothing when it holds the very record of the one before.

    Returns:
        The changes, oldest first. A class that the first release has counts as added there.
    """
    return tuple(_changes(appearances))


def _changes(appearances: Sequence[Appearance]) -> Iterator[Change]:
    last = Appearance(release="", config=None)
    for item in appearances:
        if item.config is not last.config:
            yield from diff_class(
                last.config, item.config, release=item.release, old_base=last.base, new_base=item.base
            )
        last = item


def parameter_history(appearances: Sequence[Appearance], parameter: str) -> tuple[Change, ...]:
    """Changes of one parameter of a class, also under the names it had before and has had since.

    Args:
        appearances: The class in the releases that are cataloged, oldest first.
        parameter: Its name in any of them.

    Returns:
        The changes, oldest first; none where the class never had it. That the class came with it, or goes with it, is a
        change of the parameter.
    """
    changes = list(_changes(appearances))
    names = _names(changes, parameter)
    classes = {item.release: item.config for item in appearances}
    found: list[Change] = []
    present: ConfigClass | None = None
    for change in changes:
        if change.parameter in names or (change.change == "renamed" and change.parameter and change.after in names):
            found.append(change)
        elif change.change == "class-added":
            found += _with_class(classes[change.release], names, change, kind="added")
        elif change.change == "class-removed":
            found += _with_class(present, names, change, kind="removed")
        present = classes[change.release] or present
    return tuple(found)


def _names(changes: Sequence[Change], parameter: str) -> set[str]:
    """A parameter's names over time."""
    names = {parameter}
    for change in changes:
        if change.change == "renamed" and change.parameter in names and isinstance(change.after, str):
            names.add(change.after)
    for change in reversed(changes):
        if change.change == "renamed" and change.parameter and change.after in names:
            names.add(change.parameter)
    return names


def _with_class(config: ConfigClass | None, names: set[str], change: Change, *, kind: str) -> Iterator[Change]:
    """That a parameter came, or went, with its class."""
    parameters = public_parameters(config) if config is not None else {}
    for name in parameters.keys() & names:
        default = default_of(parameters[name])
        yield Change(
            release=change.release,
            change="added" if kind == "added" else "removed",
            config_class=change.config_class,
            parameter=name,
            before=None if kind == "added" else default,
            after=default if kind == "added" else None,
            note="with its class",
        )
