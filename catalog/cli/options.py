"""Arguments and options that several commands share."""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

import typer

from catalog.cli.completion import complete_names, complete_releases

COMMAND_SETTINGS: dict[Any, Any] = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

DatabaseOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="Database to use, as a URL or the path of an SQLite file. "
        "[env: CATALOG_DATABASE_URL; default: a file in the user's data directory]",
        show_default=False,
    ),
]
ReleaseOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--release",
        metavar="V",
        help="Cataloged transformers release to look at. [default: the newest one cataloged]",
        show_default=False,
        autocompletion=complete_releases,
    ),
]
JsonOption: TypeAlias = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]
NameArgument: TypeAlias = Annotated[
    str,
    typer.Argument(
        metavar="NAME",
        help="Model type (llama), config class (LlamaConfig) or its import path.",
        show_default=False,
        autocompletion=complete_names,
    ),
]


def family(**settings: Any) -> typer.Typer:
    """A typer app for one command, or for one family of commands, with the settings that all share."""
    return typer.Typer(
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        add_completion=False,
        context_settings=COMMAND_SETTINGS,
        **settings,
    )
