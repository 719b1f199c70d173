"""What the shell offers when a person presses Tab. It never fails, never prints, and never makes a catalog."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from catalog.query import Catalog


def complete_names(context: typer.Context, incomplete: str) -> list[str]:
    """Model types and class names that begin with what is typed."""
    return _offered(context, lambda catalog: catalog.names(release=_release(context)), incomplete)


def complete_names_and_parameters(context: typer.Context, incomplete: str) -> list[str]:
    """Like :func:`complete_names`; after the dot, the parameters of that model."""
    name, dot, _ = incomplete.rpartition(".")
    if not dot:
        return complete_names(context, incomplete)

    def dotted(catalog: Catalog) -> Iterable[str]:
        found = catalog.resolve(name, release=_release(context))
        return (f"{name}.{parameter}" for parameter in found.config.parameters)

    return _offered(context, dotted, incomplete)


def complete_parameters(context: typer.Context, incomplete: str) -> list[str]:
    """Names of parameters that begin with what is typed."""
    return _offered(context, lambda catalog: catalog.parameter_names(release=_release(context)), incomplete)


def complete_tasks(context: typer.Context, incomplete: str) -> list[str]:
    """Tasks that begin with what is typed."""
    return _offered(context, lambda catalog: catalog.tasks(release=_release(context)), incomplete)


def complete_releases(context: typer.Context, incomplete: str) -> list[str]:
    """Cataloged releases that begin with what is typed."""
    return _offered(context, lambda catalog: [r.version for r in catalog.releases()], incomplete)


def _release(context: typer.Context) -> str | None:
    return context.params.get("release")


def _offered(context: typer.Context, ask: Callable[[Catalog], Iterable[str]], incomplete: str) -> list[str]:
    from catalog.cli.session import database_url
    from catalog.errors import CatalogError
    from catalog.query import Catalog

    try:
        with Catalog.open(database_url(context, context.params.get("database")), create=False) as catalog:
            return [name for name in ask(catalog) if name.startswith(incomplete)]
    except CatalogError:
        return []
