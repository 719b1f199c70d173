"""``catalog show``: everything about one model, or about one parameter, on one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catalog.cli.completion import complete_names_and_parameters
from catalog.cli.options import DatabaseOption, JsonOption, ReleaseOption, family

if TYPE_CHECKING:
    from catalog.query import Resolved

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog show llama\n"
    "  catalog show LlamaConfig --all\n"
    "  catalog show llama.num_key_value_heads\n"
    "  catalog show gemma3.text_config.sliding_window\n"
    "  catalog show llama --json\n"
)
def show(
    context: typer.Context,
    *,
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME[.PARAM]",
            help="Model type (llama), config class (LlamaConfig) or its import path; "
            "with a dot and a parameter's name, that parameter alone.",
            show_default=False,
            autocompletion=complete_names_and_parameters,
        ),
    ],
    parameter: Annotated[
        str | None,
        typer.Option(
            "--parameter", metavar="PARAM", help="Show this parameter alone, as NAME.PARAM does.", show_default=False
        ),
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show inherited parameters, too: those of bases and those common to all.")
    ] = False,
    release: ReleaseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Show what can be configured in a model: its parameters with type, default and meaning.

    A default that reads "None -> 32" is declared as None, and the class makes 32 of it when it is left out.
    """
    from catalog.cli.session import opened

    with opened(context, database) as catalog:
        found = catalog.resolve(f"{name}.{parameter}" if parameter else name, release=release)
        uses = len(catalog.having(found.parameter.name, release=release)) if found.parameter and not json else 0
    if json:
        _write_json(found)
    elif found.parameter is not None:
        from catalog.cli.show_pages import write_parameter

        write_parameter(found, uses=uses)
    else:
        from catalog.cli.show_pages import write_config

        write_config(found.config, everything=everything)


def _write_json(found: Resolved) -> None:
    from catalog.cli.output import write_json
    from catalog.query.documents import of_config, of_parameter

    if found.parameter is None:
        write_json(of_config(found.config))
        return
    config = found.config
    owner = {"release": config.release, "config_class": config.config_class, "model_type": config.model_type}
    write_json({**owner, **of_parameter(found.parameter)})
