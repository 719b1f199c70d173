"""``catalog diff``: what changed from one release to another."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog.cli.changes import ChangeOption, DescriptionsOption
from catalog.cli.completion import complete_names_and_parameters, complete_releases
from catalog.cli.options import DatabaseOption, JsonOption, family

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog diff 4.57.6 5.23.0 llama\n"
    "  catalog diff 4.57 5.23 --change default\n"
    "  catalog diff 4.57.6 5.23.0 --json\n"
)
def diff(
    context: typer.Context,
    *,
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD",
            help="A cataloged release; 4.57 is its newest cataloged patch.",
            show_default=False,
            autocompletion=complete_releases,
        ),
    ],
    new: Annotated[
        str,
        typer.Argument(
            metavar="NEW", help="The release to compare with.", show_default=False, autocompletion=complete_releases
        ),
    ],
    name: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME[.PARAM]]",
            help="Only this model, or this parameter of it.",
            show_default=False,
            autocompletion=complete_names_and_parameters,
        ),
    ] = None,
    change: ChangeOption = None,
    descriptions: DescriptionsOption = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Show what changed in the configurations from one release to another, by meaning and not by spelling."""
    from catalog.cli.changes import chosen
    from catalog.cli.output import note, write_json
    from catalog.cli.session import opened
    from catalog.quantities import count_text
    from catalog.query.documents import of_changes

    with opened(context, database) as catalog:
        found = catalog.diff(old, new, name)
    shown = chosen(found, change, descriptions=descriptions or "." in (name or ""))
    if json:
        write_json(of_changes(shown))
        return
    from catalog.cli.change_pages import write_diff, write_left_out

    write_diff(shown)
    classes = len({item.config_class for item in shown})
    note(f"{count_text(len(shown), 'change')} in {count_text(classes, 'class', 'classes')}.")
    write_left_out(len(shown), found)
