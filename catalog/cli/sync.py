"""``catalog sync``: put the installed transformers into the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catalog.cli.options import DatabaseOption, JsonOption, family

if TYPE_CHECKING:
    from catalog.sync import ReleaseReport, SyncReport

app = family()


@app.command(epilog="Examples:\n\n\b\n  catalog sync\n  catalog sync --database ./catalog.db --json\n")
def sync(
    context: typer.Context,
    *,
    force: Annotated[
        bool, typer.Option("--force", help="Read the release again, even if nothing changed since it was cataloged.")
    ] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Catalog every configuration class of the installed transformers.

    A release that is cataloged and unchanged is not read again.
    """
    from catalog.cli.documents import of_sync
    from catalog.cli.output import write_json
    from catalog.cli.progress import shown_progress
    from catalog.cli.session import opened

    with opened(context, database, fill=False) as catalog:
        with shown_progress() as progress:
            report = catalog.sync(force=force, progress=progress)
        location = catalog.location
    if json:
        write_json(of_sync(report))
    else:
        _write(report, location)


def _write(report: SyncReport, location: str) -> None:
    from catalog.cli.output import Column, note, write, write_table

    columns = (
        Column("RELEASE", style="cyan"),
        Column("READ"),
        Column("CLASSES", align="right"),
        Column("PARAMETERS", align="right"),
        Column("ARCHITECTURES", align="right"),
        Column("FAILURES", align="right"),
        Column("SECONDS", align="right"),
        Column("RESULT"),
    )
    write_table(columns, map(_row, report.releases))
    for release in report.releases:
        if release.failures:
            write("")
            write_table(
                (Column("FAILED"), Column("STAGE"), Column("REASON", wraps=True, share=1)),
                ((failure.subject, failure.stage, failure.reason) for failure in release.failures),
            )
    note(f"The catalog is at {location}.")


def _row(release: ReleaseReport) -> tuple[str, ...]:
    return (
        release.release,
        release.extractor,
        str(release.classes),
        str(release.parameters),
        str(release.architectures),
        str(len(release.failures)),
        f"{release.seconds:.1f}",
        "stored" if release.changed else "unchanged",
    )
