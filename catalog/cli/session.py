"""Opens the catalog for a command, and makes one where there is none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from catalog.query import Catalog


def database_url(context: typer.Context, database: str | None) -> str | None:
    """The database that the command, or the program before it, was told to use; ``None`` for the default one."""
    if database is not None:
        return database
    settings = context.find_root().obj
    return settings.get("database") if isinstance(settings, dict) else None


@contextmanager
def opened(
    context: typer.Context, database: str | None, *, fill: bool = True, create: bool = True
) -> Iterator[Catalog]:
    """Open the catalog.

    Args:
        context: The command's context, which knows the program's own ``--database``.
        database: The command's ``--database``.
        fill: Where nothing is cataloged, catalog the installed transformers first, and say so on stderr.
        create: Make an empty database where there is none.

    Yields:
        The catalog, closed afterwards.
    """
    from catalog.query import Catalog

    with Catalog.open(database_url(context, database), create=create) as catalog:
        if fill and not catalog.releases():
            fill_catalog(catalog)
        yield catalog


def fill_catalog(catalog: Catalog) -> None:
    """Catalog the installed transformers, and say on stderr what is done and why."""
    from catalog.cli.output import note
    from catalog.cli.progress import shown_progress
    from catalog.cli.sync import note_measurements
    from catalog.quantities import count_text

    note("There is no catalog yet: making one from the installed transformers. This happens once.")
    with shown_progress() as progress:
        report = catalog.sync(progress=progress)
    for release in report.releases:
        note(
            f"Cataloged transformers {release.release}: {count_text(release.classes, 'class', 'classes')}, "
            f"{count_text(release.parameters, 'parameter')} in {release.seconds:.1f} s, at {catalog.location}."
        )
    note_measurements(report)
