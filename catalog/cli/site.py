"""``catalog site``: the documentation site."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catalog.cli.options import DatabaseOption, JsonOption, ReleaseOption, family
from catalog.cli.site_export import export

app = family(no_args_is_help=True)

_OUTPUT = Path("catalog-site")


@app.callback(epilog="Examples:\n\n\b\n  catalog site build\n  catalog site serve\n")
def site() -> None:
    """Build the documentation site from the catalog, or show it."""


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog site build\n"
    "  catalog site build --output public --site-url https://example.org/catalog/\n"
    "  catalog site build --release 4.57.6 --output public-4\n"
)
def build(
    context: typer.Context,
    *,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Folder for the site: new, empty, or of a former build."),
    ] = _OUTPUT,
    site_url: Annotated[
        str,
        typer.Option(
            "--site-url", metavar="URL", help="Where the site will stand, for its sitemap.", show_default=False
        ),
    ] = "",
    release: ReleaseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Build the site from the catalog: static files that work from any folder of any host.

    A second build into the same folder renders only the pages that changed.
    """
    from catalog.cli.output import note, write, write_json
    from catalog.cli.reference import command_references
    from catalog.cli.session import database_url, opened
    from catalog.site.mkdocs_run import require_mkdocs

    require_mkdocs()
    from catalog.site.build import build_site

    with opened(context, database) as catalog:
        report = build_site(
            catalog,
            output,
            release=release,
            commands=command_references(database_url(context, database)),
            site_url=site_url,
            progress=lambda text: note(f"{text} …"),
        )
    if json:
        write_json(
            {
                "release": report.release,
                "output": str(report.output),
                "pages": report.pages,
                "rendered": report.rendered,
                "files": report.files,
                "bytes": report.size,
                "seconds": round(report.seconds, 2),
                "seconds_generating": round(report.generating, 2),
                "seconds_rendering": round(report.rendering, 2),
            }
        )
        return
    write(
        f"Built {report.pages:,} pages of transformers {report.release} in {report.seconds:.1f} s "
        f"({report.rendered:,} of them anew): "
        f"{report.files:,} files, {report.size / 1e6:.1f} MB, in {report.output}"
    )


@app.command(epilog="Examples:\n\n\b\n  catalog site serve\n  catalog site serve --output public --port 8001\n")
def serve(
    context: typer.Context,
    *,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="DIR", help="Folder of the site, as for build."),
    ] = _OUTPUT,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes any free one.")] = 8000,
    rebuild: Annotated[
        bool, typer.Option("--build/--no-build", help="Build first, which renders only what changed.")
    ] = True,
    release: ReleaseOption = None,
    database: DatabaseOption = None,
) -> None:
    """Build the site and show it in a browser on this machine, until Ctrl+C."""
    from catalog.cli.output import note
    from catalog.errors import UsageError
    from catalog.site.serve import serving

    if rebuild:
        build(context, output=output, site_url="", release=release, database=database, json=False)
    elif not (output / "index.html").is_file():
        raise UsageError(f"There is no site in {output}.", remedy="Build it first: catalog site build")
    with serving(output, port=port) as server:
        note(f"The site is at {server.url} (Ctrl+C ends it).")
        server.wait()


app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog site export --format rst longformer bert --output models.rst\n"
    "  catalog site export --task text-classification --release 4.39.3 --output models.rst\n"
)(export)
