"""``catalog init``: a starter spec of one model, to be edited."""

from __future__ import annotations

from pathlib import Path
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
    "  catalog init llama --tiny --from checkpoints/mine/config.json\n"
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
    source: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="PATH",
            help="With --tiny: the configuration to reduce, in place of the defaults: a config.json, a checkpoint's "
            "folder, or a spec.",
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
    if source is not None and not tiny:
        raise UsageError("--from is for --tiny.", remedy="Add --tiny.")
    if tiny and everything:
        raise UsageError("--all gives the defaults, and --tiny other values.", remedy="Leave out one of them.")
    with known_class(context, database, name, release=release) as (knowledge, class_name):
        given = None if source is None else _given(knowledge, class_name, source)
        values, about = _reduced(knowledge, class_name, most, given, source) if tiny else (None, "")
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


def _given(knowledge: Knowledge, class_name: str, source: Path) -> dict[str, Json]:
    """The parameters of a configuration that lies in a file or a folder."""
    from catalog.builder.planning import make_plan, whole_params
    from catalog.errors import NotFoundError, UsageError
    from catalog.specs.checker import Checker

    if not source.exists():
        raise NotFoundError("file", str(source))
    plan = make_plan(source, knowledge, Checker(knowledge).check)
    if plan.config_class != class_name:
        raise UsageError(
            f"{source} is of {plan.config_class}, not {class_name}.",
            remedy=f"Write: catalog init {plan.model_type or plan.config_class} --tiny --from {source}",
        )
    return whole_params(plan)


def _reduced(
    knowledge: Knowledge, class_name: str, budget: int | None, given: dict[str, Json] | None, source: Path | None
) -> tuple[dict[str, Json], str]:
    """The reduced parameters, and what they are."""
    from catalog.builder.shrink import fit, tiny_params
    from catalog.cli.output import note

    like = "" if source is None else f" as {source.name}"
    about = f"The values are those of a small model of the same shape{like}, for tests; what is not given keeps its "
    about += "default."
    if budget is None:
        return tiny_params(knowledge, class_name, params=given), about
    fitted = fit(knowledge, class_name, budget=budget, params=given)
    if fitted.parameters is None:
        note(f"The number of parameters is not known: {fitted.reason}.")
        return fitted.params, about
    if not fitted.fits(budget):
        note(f"The smallest model of this shape that is known has {fitted.parameters:,} parameters.")
    return fitted.params, f"{about} Its base model has {fitted.parameters:,} parameters."
