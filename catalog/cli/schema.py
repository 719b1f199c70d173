"""``catalog schema``: the JSON Schema of one configuration, for editors and validators."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog.cli.models import DialectName, ForceOption, OutputOption
from catalog.cli.options import DatabaseOption, NameArgument, ReleaseOption, family

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog schema llama > llama.schema.json\n"
    "  catalog schema llama --dialect native --output llama.schema.json\n"
    "  catalog schema BertConfig --release 4.40.2\n"
)
def schema(
    context: typer.Context,
    *,
    name: NameArgument,
    dialect: Annotated[
        DialectName,
        typer.Option(
            "--dialect", help="The file that is described: a config.json, a spec, or an EIR input configuration."
        ),
    ] = "huggingface",
    output: OutputOption = None,
    force: ForceOption = False,
    release: ReleaseOption = None,
    database: DatabaseOption = None,
) -> None:
    """Print the JSON Schema (draft 7) of one model's configuration.

    Editors complete and check a file by it. "catalog init" writes specs whose first line names it.
    """
    import json

    from catalog.cli.models import deliver, known_class
    from catalog.specs.json_schema import json_schema

    with known_class(context, database, name, release=release) as (knowledge, class_name):
        document = json_schema(knowledge, class_name, dialect=dialect)
    deliver(json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n", output, force=force)
