"""``catalog database``: where the catalog is, what is in it, and bringing it up to date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from catalog.cli.options import DatabaseOption, JsonOption, family

if TYPE_CHECKING:
    from catalog.query import ReleaseInfo
    from catalog.store.rows import RunInfo

app = family(no_args_is_help=True)


@app.callback(epilog="Examples:\n\n\b\n  catalog database info\n  catalog database upgrade\n  catalog database path\n")
def database() -> None:
    """Show where the catalog is and what is in it, or bring its schema up to date."""


@app.command(epilog="Examples:\n\n\b\n  catalog database info\n  catalog database info --json\n")
def info(context: typer.Context, *, database: DatabaseOption = None, json: JsonOption = False) -> None:
    """Show where the catalog is, its size, and the releases and measurements in it."""
    from catalog.cli.output import write_json
    from catalog.cli.session import opened
    from catalog.query.documents import of_releases

    with opened(context, database, fill=False, create=False) as catalog:
        releases, runs, location = catalog.releases(), catalog.runs(), catalog.location
    if json:
        counts = {
            "runs": len(runs),
            "rows": sum(run.rows for run in runs),
            "measured": sum(run.measured for run in runs),
        }
        write_json({"database": location, "releases": of_releases(releases), "measurements": counts})
    else:
        _write(location, releases, runs)


@app.command(epilog="Examples:\n\n\b\n  catalog database path\n  sqlite3 $(catalog database path)\n")
def path(context: typer.Context, *, database: DatabaseOption = None) -> None:
    """Print the path or URL of the database, without its password."""
    from catalog.cli.output import write
    from catalog.cli.session import database_url
    from catalog.store import locate

    write(locate(database_url(context, database)).display)


@app.command(epilog="Examples:\n\n\b\n  catalog database upgrade\n  catalog database upgrade --database ./catalog.db\n")
def upgrade(context: typer.Context, *, database: DatabaseOption = None) -> None:
    """Bring a database that an older version made to the schema of this version; all of it or nothing."""
    from catalog.cli.output import note
    from catalog.cli.session import database_url
    from catalog.store import locate
    from catalog.store.migrate import upgrade as upgrade_database

    url = database_url(context, database)
    before, after = upgrade_database(url)
    change = f"is at schema {after} already" if before == after else f"went from schema {before} to {after}"
    note(f"The database {locate(url).display} {change}.")


@app.command(epilog="Examples:\n\n\b\n  catalog database compact\n")
def compact(context: typer.Context, *, database: DatabaseOption = None) -> None:
    """Remove what no cataloged release points at any longer, and give its space back."""
    from catalog.cli.output import note
    from catalog.cli.session import database_url
    from catalog.quantities import count_text
    from catalog.store import open_store

    with open_store(database_url(context, database), create=False) as store:
        report = store.collect_garbage()
    note(
        f"Removed {count_text(report.definitions, 'definition')}, {count_text(report.parameters, 'parameter')} and "
        f"{count_text(report.architectures, 'architecture')} that no release has."
    )


def _write(location: str, releases: tuple[ReleaseInfo, ...], runs: tuple[RunInfo, ...]) -> None:
    from catalog.cli.output import Column, note, write, write_facts, write_table

    write_facts([("database", location), ("size", _size_of(location)), ("measurements", _measurements_of(runs))])
    write("")
    columns = (
        Column("RELEASE", style="cyan"),
        Column("RELEASED"),
        Column("READ"),
        Column("CLASSES", align="right"),
        Column("PARAMETERS", align="right"),
        Column("ARCHITECTURES", align="right"),
        Column("FAILURES", align="right"),
        Column("SYNCED"),
    )
    rows = (
        (
            release.version,
            release.released or "",
            release.extractor,
            str(release.classes),
            str(release.parameters),
            str(release.architectures),
            str(release.failures),
            release.synced_at.strftime("%Y-%m-%d %H:%M"),
        )
        for release in releases
    )
    if releases:
        write_table(columns, rows)
    else:
        note("No release is cataloged yet: run catalog sync.")


def _measurements_of(runs: tuple[RunInfo, ...]) -> str:
    from catalog.quantities import count_text

    if not runs:
        return "none: catalog bench import takes in the published ones"
    measured = sum(run.measured for run in runs)
    rows = count_text(sum(run.rows for run in runs), "row")
    return f"{rows} of {count_text(len(runs), 'run')}, {measured:,} with figures (catalog bench runs)"


def _size_of(location: str) -> str:
    """Size of a SQLite file; empty for a server."""
    from pathlib import Path

    try:
        return f"{Path(location).stat().st_size / 2**20:.1f} MiB"
    except OSError:
        return ""
