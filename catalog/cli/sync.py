"""``catalog sync``: put releases of transformers into the catalog."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from catalog.cli.options import DatabaseOption, JsonOption, family

if TYPE_CHECKING:
    from catalog.sync import ReleaseReport, SyncReport

app = family()

_FAILURES_SHOWN = 20


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog sync                              # the installed transformers\n"
    "  catalog sync 4.39.3 4.57                  # published releases, downloaded by pip and never executed\n"
    "  catalog sync --since 5.0 --until 5.10     # a span of them\n"
    "  catalog sync --all --wheels ~/wheels      # the whole history, keeping the wheels\n"
    "  catalog sync --path ./transformers        # a checkout, a wheel or one configuration_*.py\n"
)
def sync(
    context: typer.Context,
    releases: Annotated[
        list[str] | None,
        typer.Argument(help="Published releases; 4.39 is its newest patch. Default: the installed.", metavar="RELEASE"),
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Every published release since 2.0.0.")] = False,
    since: Annotated[str | None, typer.Option(help="First release of a span.", metavar="V")] = None,
    until: Annotated[str | None, typer.Option(help="Last release of a span.", metavar="V")] = None,
    path: Annotated[
        Path | None, typer.Option(help="A wheel, folder or file that is here already.", metavar="WHEEL|FOLDER|FILE")
    ] = None,
    wheels: Annotated[
        Path | None, typer.Option(help="Use wheels of this folder, and keep downloaded ones there.", metavar="FOLDER")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Read releases again, even if nothing changed since they were cataloged.")
    ] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Catalog every configuration class of a transformers release.

    The installed release is read by importing it; published ones are read from their wheels, executing nothing. A
    release that is cataloged and unchanged is not read again, so an interrupted sync goes on where it stopped.
    """
    from catalog.cli.output import write_json
    from catalog.cli.progress import shown_progress
    from catalog.cli.session import opened
    from catalog.errors import UsageError
    from catalog.query.documents import of_sync

    wanted = bool(releases) + bool(everything or since or until) + (path is not None)
    if wanted > 1:
        raise UsageError("Releases by name, a span (--all, --since, --until) and --path do not go together.")
    with opened(context, database, fill=False) as catalog, shown_progress() as progress:
        if path is not None:
            report = catalog.sync_path(path, force=force, progress=progress)
        elif wanted:
            report = catalog.sync_published(
                releases or (), since=since, until=until, wheels=wheels, force=force, progress=progress
            )
        else:
            report = catalog.sync(force=force, progress=progress)
        location = catalog.location
    if json:
        write_json(of_sync(report))
    else:
        _write(report, location)
    if report.failed:
        raise typer.Exit(1)


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
        Column("RESULT", wraps=True),
    )
    write_table(columns, map(_row, report.releases))
    failures = [(report.release, failure) for report in report.releases for failure in report.failures]
    if failures:
        write("")
        write_table(
            (Column("RELEASE"), Column("FAILED"), Column("STAGE"), Column("REASON", wraps=True, fills=True)),
            ((release, item.subject, item.stage, item.reason) for release, item in failures[:_FAILURES_SHOWN]),
        )
        if len(failures) > _FAILURES_SHOWN:
            write(f"and {len(failures) - _FAILURES_SHOWN} more (--json lists all).")
    note_measurements(report)
    note(f"The catalog is at {location}.")


def note_measurements(report: SyncReport) -> None:
    """Tell on stderr which measurements came with the package, where that is news."""
    from catalog.cli.output import note
    from catalog.quantities import count_text

    if report.measurements:
        note(f"{count_text(report.measurements, 'measurement')} came with the package: catalog bench results")
    for failure in report.measurement_failures:
        note(f"Measurements that came with the package are not in the catalog: {failure}")


def _row(release: ReleaseReport) -> tuple[str, ...]:
    from catalog.quantities import count_text

    result = "stored" if release.changed else "unchanged"
    if release.facts_removed:
        facts = count_text(release.facts_removed, "changed model")
        result = f"stored; what building {facts} told went: catalog build --all"
    return (
        release.release,
        release.extractor or "",
        str(release.classes),
        str(release.parameters),
        str(release.architectures),
        str(len(release.failures)),
        f"{release.seconds:.1f}",
        f"failed: {release.error}" if release.error else result,
    )
