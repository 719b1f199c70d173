"""``catalog changelog``: a release's changes as a document."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog.cli.changes import ChangeOption, DescriptionsOption
from catalog.cli.completion import complete_releases
from catalog.cli.models import ForceOption, OutputOption
from catalog.cli.options import DatabaseOption, JsonOption, family

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog changelog\n"
    "  catalog changelog 5.0.0 --against 4.57.6 --output changes.md\n"
    "  catalog changelog 5.0.0 --change default\n"
)
def changelog(
    context: typer.Context,
    *,
    release: Annotated[
        str | None,
        typer.Argument(
            metavar="RELEASE",
            help="Cataloged release. [default: the newest one]",
            show_default=False,
            autocompletion=complete_releases,
        ),
    ] = None,
    against: Annotated[
        str | None,
        typer.Option(
            metavar="V",
            help="Release to compare with. [default: the cataloged one before it]",
            show_default=False,
            autocompletion=complete_releases,
        ),
    ] = None,
    change: ChangeOption = None,
    descriptions: DescriptionsOption = False,
    output: OutputOption = None,
    force: ForceOption = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Write what a release changed in the configurations, as Markdown: classes and parameters that came, went, changed.

    Defaults that changed under an unchanged name stand first: they change what a model does without a word.
    """
    from dataclasses import replace

    from catalog.cli.changes import chosen
    from catalog.cli.models import deliver
    from catalog.cli.session import opened
    from catalog.errors import UsageError
    from catalog.query.documents import of_changes

    if json and output is not None:
        raise UsageError("--json writes to standard output.", remedy="Leave out --output.")
    with opened(context, database) as catalog:
        found = catalog.changelog(release, against)
    found = replace(found, changes=tuple(chosen(found.changes, change, descriptions=descriptions)))
    if json:
        from catalog.cli.output import write_json

        write_json(of_changes(found.changes))
        return
    from catalog.query.changelog import to_markdown

    deliver(to_markdown(found), output, force=force)
