"""``catalog history``: in which release a parameter came, went, or changed its default."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog.cli.changes import ChangeOption, DescriptionsOption
from catalog.cli.completion import complete_names_and_parameters
from catalog.cli.options import DatabaseOption, JsonOption, family

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog history llama\n"
    "  catalog history bert.position_embedding_type\n"
    "  catalog history LlamaConfig --since 4.40 --change default --change renamed\n"
)
def history(
    context: typer.Context,
    *,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME[.PARAM]",
            help="Model type, config class or import path, also of older releases; with a dot, one parameter of it.",
            show_default=False,
            autocompletion=complete_names_and_parameters,
        ),
    ],
    since: Annotated[
        str | None, typer.Option(help="Only this release and later ones.", metavar="V", show_default=False)
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only up to this release.", metavar="V", show_default=False)] = None,
    change: ChangeOption = None,
    descriptions: DescriptionsOption = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Show what changed in a model's configuration, or in one parameter, from release to release.

    Only cataloged releases count: a change stands at the first cataloged release that has it. "catalog sync --all"
    catalogs them all.
    """
    from catalog.cli.changes import chosen
    from catalog.cli.output import note, write_json
    from catalog.cli.session import opened
    from catalog.query.documents import of_changes

    with opened(context, database) as catalog:
        found = catalog.history(name, since=since, until=until)
        releases = catalog.releases()
    shown = chosen(found, change, descriptions=descriptions or "." in name)
    if json:
        write_json(of_changes(shown))
        return
    from catalog.cli.change_pages import write_history, write_left_out

    write_history(shown, {release.version: release.released for release in releases})
    if len(releases) < 2:
        note(f"Only transformers {releases[0].version} is cataloged: catalog others to compare with, catalog sync V.")
    elif not found:
        note(f"Nothing changed in {len(releases)} cataloged releases, {releases[-1].version} to {releases[0].version}.")
    write_left_out(len(shown), found)
