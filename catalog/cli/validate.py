"""``catalog validate``, as its help describes it. Usual calls are read by :mod:`catalog.cli.light` instead."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog.cli.completion import complete_releases
from catalog.cli.options import DatabaseOption, JsonOption, family
from catalog.cli.session import database_url
from catalog.cli.validation import ValidateArguments, run
from catalog.specs.reporters import Format

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog validate spec.yaml\n"
    "  catalog validate specs/ --format github\n"
    "  catalog validate 'specs/**/*.yaml' --ignore C110\n"
    "  catalog validate spec.yaml --diff\n"
    "  catalog validate spec.yaml --fix\n"
    "  catalog validate spec.yaml --deep\n"
    "  cat config.json | catalog validate -\n"
)
def validate(
    context: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH", help="Files, folders, patterns, or - for standard input.", show_default=False),
    ],
    *,
    format: Annotated[Format, typer.Option("--format", help="How findings are written.")] = "text",  # noqa: A002
    json: JsonOption = False,
    fix: Annotated[
        bool, typer.Option("--fix", help="Mend what has one safe remedy; comments and layout are kept.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Show what --fix changes; without --fix, no file is written.")
    ] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Build each model on the meta device, too, in a process with limits.")
    ] = False,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="CODES", help="Report these rules only (C1, C110, unknown-parameter)."),
    ] = None,
    ignore: Annotated[
        list[str] | None, typer.Option("--ignore", metavar="CODES", help="Do not report these rules.")
    ] = None,
    release: Annotated[
        str | None,
        typer.Option(
            "--release",
            metavar="V",
            help="Check against this cataloged transformers release. [default: the one a spec names, else the newest]",
            show_default=False,
            autocompletion=complete_releases,
        ),
    ] = None,
    database: DatabaseOption = None,
) -> None:
    """Check specs: unknown and misspelt parameters, wrong types and values, numbers that do not go together.

    Specs are YAML or JSON, in the native dialect, EIR's, or a checkpoint's config.json. "catalog rules" lists what is
    checked. Exit status 1 says that an error was found; warnings and notes do not count.
    """
    arguments = ValidateArguments(
        paths=tuple(paths),
        format="json" if json else format,
        fix=fix,
        diff=diff,
        deep=deep,
        select=tuple(select or ()),
        ignore=tuple(ignore or ()),
        release=release,
        database=database_url(context, database),
    )
    raise typer.Exit(run(arguments))
