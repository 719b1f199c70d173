"""``catalog init``: a starter spec of one model, to be edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from catalog.cli.models import DialectName, ForceOption, OutputOption
from catalog.cli.options import DatabaseOption, NameArgument, ReleaseOption, family

if TYPE_CHECKING:
    from catalog.records import Json
    from catalog.specs.knowledge import Knowledge

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog init llama > llama.yaml\n"
    "  catalog init longformer --dialect eir --output input.yaml\n"
    "  catalog init llava --all --schema schemas/llava.json\n"
    "  catalog init mixtral --tiny --budget 200K --output tiny.yaml\n"
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
    tiny: Annotated[
        bool, typer.Option("--tiny", help="Reduce the sizes: a small model of the same shape, for tests.")
    ] = False,
    budget: Annotated[
        str | None,
        typer.Option(
            "--budget",
            metavar="N",
            help="With --tiny: largest number of parameters (500K, 2M); the model is built on the meta device to count "
            "them. [default: about 1M, not counted]",
            show_default=False,
        ),
    ] = None,
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
    With --tiny it holds the sizes of a small model of the same shape: fewer and narrower layers, one of each kind.
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
    most = _budget(budget, tiny=tiny)
    if tiny and everything:
        raise UsageError("--all gives the defaults, and --tiny other values.", remedy="Leave out one of them.")
    with known_class(context, database, name, release=release) as (knowledge, class_name):
        values, about = _reduced(knowledge, class_name, most) if tiny else (None, "")
        text = starter_spec(
            knowledge, class_name, dialect=dialect, everything=everything, schema=schema, values=values, about=about
        )
    deliver(text, output, force=force)


def _budget(text: str | None, *, tiny: bool) -> int | None:
    from catalog.errors import UsageError
    from catalog.quantities import parse_size

    if text is None:
        return None
    if not tiny:
        raise UsageError("--budget is for --tiny.", remedy="Add --tiny.")
    try:
        return parse_size(text)
    except ValueError as error:
        raise UsageError(f"--budget: {error}") from error


def _reduced(knowledge: Knowledge, class_name: str, budget: int | None) -> tuple[dict[str, Json], str]:
    """The reduced parameters, and what they are."""
    from catalog.builder.shrink import fit, tiny_params
    from catalog.cli.output import note

    about = "The values are those of a small model of the same shape, for tests; what is not given keeps its default."
    if budget is None:
        return tiny_params(knowledge, class_name), about
    fitted = fit(knowledge, class_name, budget=budget)
    if fitted.parameters is None:
        note(f"The number of parameters is not known: {fitted.reason}.")
        return fitted.params, about
    if not fitted.fits(budget):
        note(f"The smallest model of this shape that is known has {fitted.parameters:,} parameters.")
    return fitted.params, f"{about} Its base model has {fitted.parameters:,} parameters."
