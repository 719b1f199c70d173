"""What the shell offers when a person presses Tab. It never fails, never prints, and never makes a catalog.

It reads the catalog as the checker does, without SQLAlchemy where it is a SQLite file: a person waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from catalog.store.facts import Facts


def complete_names(context: typer.Context, incomplete: str) -> list[str]:
    """Model types and class names that begin with what is typed."""
    return _offered(context, _names, incomplete)


def complete_names_and_parameters(context: typer.Context, incomplete: str) -> list[str]:
    """Like :func:`complete_names`; after a dot, the parameters of that model."""
    name, dot, _ = incomplete.rpartition(".")
    if not dot:
        return complete_names(context, incomplete)
    return _offered(
        context, lambda facts: (f"{name}.{parameter}" for parameter in _parameters(facts, name)), incomplete
    )


def complete_parameters(context: typer.Context, incomplete: str) -> list[str]:
    """Names of parameters that begin with what is typed."""
    return _offered(context, lambda facts: facts.parameter_names(), incomplete)


def complete_tasks(context: typer.Context, incomplete: str) -> list[str]:
    """Tasks that begin with what is typed."""
    return _offered(context, lambda facts: facts.tasks(), incomplete)


def complete_releases(context: typer.Context, incomplete: str) -> list[str]:
    """Cataloged releases that begin with what is typed."""
    return _offered(context, lambda facts: facts.releases(), incomplete)


def complete_runs(context: typer.Context, incomplete: str) -> list[str]:
    """Runs of measurements that begin with what is typed."""
    return _offered(context, lambda facts: facts.run_names(), incomplete)


def complete_sides(context: typer.Context, incomplete: str) -> list[str]:
    """What can be compared: runs, the newest ones by their place, and filters."""
    said = ("latest", "latest~1", "attention=", "device=", "dtype=", "release=")
    return [*(name for name in said if name.startswith(incomplete)), *complete_runs(context, incomplete)]


def _names(facts: Facts) -> Iterable[str]:
    return (*facts.model_types(), *facts.class_names())


def _parameters(facts: Facts, name: str) -> Iterable[str]:
    """Parameters of a class, then those common to all."""
    found = facts.config_class(facts.class_of_model_type(name) or name)
    base = facts.config_class("PreTrainedConfig")
    if found is None:
        return ()
    return dict.fromkeys(p.name for cls in (found, base) if cls is not None for p in cls.parameters)


def _offered(context: typer.Context, ask: Callable[[Facts], Iterable[str]], incomplete: str) -> list[str]:
    from catalog.cli.session import database_url
    from catalog.errors import CatalogError
    from catalog.store import open_knowledge

    try:
        with open_knowledge(
            database_url(context, context.params.get("database")), context.params.get("release")
        ) as facts:
            return [name for name in ask(facts) if name.startswith(incomplete)]
    except CatalogError:
        return []
