"""``catalog init``: a starter spec of one model, to be edited."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog.cli.models import DialectName, ForceOption, OutputOption
from catalog.cli.options import DatabaseOption, NameArgument, ReleaseOption, family

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog init llama > llama.yaml\n"
    "  catalog init longformer --dialect eir --output input.yaml\n"
    "  catalog init llava --all --schema schemas/llava.json\n"
)
def init(
    context: typer.Context,
    *,
    name: NameArgument,
    dialect: Annotated[
        DialectName,
        typer.Option("--dialect", help="What to write: a spec, an EIR input configuration, or a config.json."),
    ] = "native",
    everything: Annotated[
        bool, typer.Option("--all", help="Give every parameter, those that matter less in comments.")
    ] = False,
    schema: Annotated[
        str | None,
        typer.Option(
            "--schema",
            metavar="PATH",
            help="JSON Schema that the first line names to editors. [default: ./CLASS.schema.json]",
            show_default=False,
        ),
    ] = None,
    output: OutputOption = None,
    force: ForceOption = False,
    release: ReleaseOption = None,
    database: DatabaseOption = None,
) -> None:
    """Write a starter spec: a model's parameters with their defaults, and what each one means.

    It is valid as it stands and means the model's defaults. JSON has no comments, so a config.json has values only.
    """
    from catalog.cli.models import deliver, known_class
    from catalog.errors import UsageError
    from catalog.specs.starter import starter_spec

    if schema is not None and (dialect == "huggingface" or not schema.strip() or not schema.isprintable()):
        if dialect == "huggingface":
            raise UsageError(
                "A config.json cannot name its schema: JSON has no comments.", remedy="Leave out --schema."
            )
        raise UsageError(f"{schema!r} is no path for one line.", remedy="Name a file or a URL.")
    with known_class(context, database, name, release=release) as (knowledge, class_name):
        text = starter_spec(knowledge, class_name, dialect=dialect, everything=everything, schema=schema)
    deliver(text, output, force=force)
