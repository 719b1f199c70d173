"""``catalog list``: the models that fit, and what a parameter defaults to in each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catalog.cli.completion import complete_parameters, complete_tasks
from catalog.cli.options import DatabaseOption, JsonOption, ReleaseOption, family

if TYPE_CHECKING:
    from catalog.query import ModelSummary, ParameterUse

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog list\n"
    "  catalog list --has sliding_window --task text-generation\n"
    "  catalog list --modality audio --json\n"
    "  catalog list --sub-config vision_config --attention grouped-query\n"
)
def models(
    context: typer.Context,
    *,
    has: Annotated[
        str | None,
        typer.Option(
            metavar="PARAM",
            help="Only models that take this parameter; its default is shown.",
            autocompletion=complete_parameters,
            show_default=False,
        ),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            metavar="T",
            help="Only models with an architecture for this task (text-generation).",
            autocompletion=complete_tasks,
            show_default=False,
        ),
    ] = None,
    modality: Annotated[
        str | None,
        typer.Option(metavar="M", help="Only this modality (text, vision, audio, multimodal).", show_default=False),
    ] = None,
    sub_config: Annotated[
        str | None,
        typer.Option(
            metavar="NAME", help="Only models with this sub-config, or with one of this class.", show_default=False
        ),
    ] = None,
    attention: Annotated[
        str | None,
        typer.Option(metavar="KIND", help="Only this kind of attention (grouped-query).", show_default=False),
    ] = None,
    min_size: Annotated[
        str | None,
        typer.Option(metavar="N", help="At least this many parameters (7B, 125M, 1e9).", show_default=False),
    ] = None,
    max_size: Annotated[
        str | None, typer.Option(metavar="N", help="At most this many parameters.", show_default=False)
    ] = None,
    release: ReleaseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """List models: all of them, or those that take a parameter, do a task, have a modality."""
    from catalog.cli.output import note, write_json
    from catalog.cli.session import opened
    from catalog.query.documents import of_summaries

    smallest, largest = _size(min_size, "--min-size"), _size(max_size, "--max-size")
    with opened(context, database) as catalog:
        found = catalog.find(
            has=has,
            task=task,
            modality=modality,
            sub_config=sub_config,
            attention=attention,
            min_size=smallest,
            max_size=largest,
            release=release,
        )
        uses = catalog.having(has, release=release) if has is not None and not json else ()
        sizes_unknown = (smallest, largest) != (None, None) and not found and not catalog.knows_sizes(release)
    if json:
        write_json(of_summaries(found))
    elif found:
        _write(found, uses)
    if sizes_unknown:
        note("No model's size is known yet, so a limit on the size leaves none.")
    elif not found:
        note("No model fits.")


def _size(text: str | None, option: str) -> int | None:
    from catalog.quantities import parse_size

    if text is None:
        return None
    try:
        return parse_size(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def _write(found: tuple[ModelSummary, ...], uses: tuple[ParameterUse, ...]) -> None:
    from catalog.cli.formats import default_text
    from catalog.cli.output import Column, note, write_table
    from catalog.quantities import count_text, format_count

    defaults = {use.config_class: use for use in uses}
    name = uses[0].name.upper() if uses else ""
    columns = (
        Column("MODEL TYPE", style="cyan"),
        Column("CONFIG CLASS"),
        Column(name, limit=40),
        Column("MODALITY"),
        Column("SIZE", align="right"),
        Column("TASKS", fills=True),
    )

    def row(summary: ModelSummary) -> tuple[str, ...]:
        use = defaults.get(summary.config_class)
        return (
            summary.model_type or "",
            summary.config_class,
            default_text(use) if use else "",
            summary.modality or "",
            format_count(summary.size),
            ", ".join(summary.tasks),
        )

    write_table(columns, map(row, found))
    note(f"{count_text(len(found), 'model')} of transformers {found[0].release}.")
