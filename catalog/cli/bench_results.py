"""``catalog bench results`` and what else reads what was measured: ``import``, ``export``, ``compare``, ``runs``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from catalog.cli.completion import complete_names, complete_runs, complete_sides
from catalog.cli.options import DatabaseOption, JsonOption
from catalog.measurements import MODES, SCALES, STATUSES

NameArgument: TypeAlias = Annotated[
    str | None,
    typer.Argument(
        metavar="NAME",
        help="Model type (llama), config class (LlamaConfig) or model class (LlamaForCausalLM).",
        show_default=False,
        autocompletion=complete_names,
    ),
]
RunOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--run",
        metavar="NAME",
        help="Only this run (catalog bench runs).",
        show_default=False,
        autocompletion=complete_runs,
    ),
]
ModeOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--mode",
        metavar="M",
        help="Only forward, train or generate.",
        show_default=False,
        autocompletion=lambda: list(MODES),
    ),
]
DeviceOption: TypeAlias = Annotated[
    str | None, typer.Option("--device", metavar="D", help="Only this device: cpu, cuda.", show_default=False)
]
DtypeOption: TypeAlias = Annotated[
    str | None, typer.Option("--dtype", metavar="D", help="Only this dtype.", show_default=False)
]
ScaleOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--scale",
        metavar="S",
        help="Only tiny, full or spec.",
        show_default=False,
        autocompletion=lambda: list(SCALES),
    ),
]
StatusOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--status",
        metavar="S",
        help="Only what ended so: measured, timeout, out-of-memory, …",
        show_default=False,
        autocompletion=lambda: list(STATUSES),
    ),
]
MeasuredReleaseOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--release", metavar="V", help="Only rows measured with this transformers; 5.22 is all its patches.",
        show_default=False,
    ),
]  # fmt: skip
AttentionOption: TypeAlias = Annotated[
    str | None,
    typer.Option("--attention", metavar="A", help="Only this implementation of attention.", show_default=False),
]
BatchOption: TypeAlias = Annotated[
    int | None, typer.Option("--batch-size", metavar="B", help="Only this batch.", min=1, show_default=False)
]
LengthOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--sequence-length", metavar="S", help="Only rows that asked for this length.", min=1, show_default=False
    ),
]
HistoryOption: TypeAlias = Annotated[
    bool,
    typer.Option("--all", help="The whole history, not only the newest row of each workload on each machine."),
]

_SIDE = (
    "A run (catalog bench runs) or the beginning of its name; latest, or latest~1 for the one before; a file of rows; "
    "or filters: attention=eager,dtype=float32."
)


def results(
    context: typer.Context,
    *,
    name: NameArgument = None,
    run: RunOption = None,
    mode: ModeOption = None,
    device: DeviceOption = None,
    dtype: DtypeOption = None,
    scale: ScaleOption = None,
    status: StatusOption = None,
    release: MeasuredReleaseOption = None,
    attention: AttentionOption = None,
    batch_size: BatchOption = None,
    sequence_length: LengthOption = None,
    history: HistoryOption = False,
    sort: Annotated[
        str | None,
        typer.Option(
            "--sort",
            metavar="KEY",
            help="p50, throughput, memory, parameters, flops, error, time or name; -p50 turns it round. "
            "[default: name]",
            show_default=False,
            autocompletion=lambda: ["p50", "throughput", "memory", "parameters", "flops", "error", "time", "name"],
        ),
    ] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", metavar="N", min=1, help="At most so many rows.", show_default=False)
    ] = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Show what was measured: the newest row of each workload on each machine, and where that was."""
    from catalog.cli.bench_rows import Filters, write_results

    filters = Filters(
        name=name, run=run, mode=mode, device=device, dtype=dtype, scale=scale, status=status, release=release,
        attention=attention, batch_size=batch_size, sequence_length=sequence_length, latest=not history,
    )  # fmt: skip
    write_results(context, filters, database, sort=sort, limit=limit, json=json)


def import_(
    context: typer.Context,
    *,
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE",
            help="Files of rows (NDJSON), of this machine or others. [default: those published with this package]",
            show_default=False,
        ),
    ] = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Bring rows from files into the catalog. Doing it twice changes nothing."""
    from catalog.cli.bench_rows import import_files

    raise typer.Exit(import_files(context, files or [], database, json=json))


def export(
    context: typer.Context,
    *,
    name: NameArgument = None,
    format: Annotated[  # noqa: A002  # the option's name
        str,
        typer.Option(
            "--format",
            metavar="csv|ndjson|markdown",
            help="csv: timm's columns, then ours; ndjson: what import reads; markdown: a table.",
            autocompletion=lambda: ["csv", "ndjson", "markdown"],
        ),
    ] = "csv",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="File. [default: standard output]", show_default=False),
    ] = None,
    run: RunOption = None,
    mode: ModeOption = None,
    device: DeviceOption = None,
    dtype: DtypeOption = None,
    scale: ScaleOption = None,
    status: StatusOption = None,
    release: MeasuredReleaseOption = None,
    attention: AttentionOption = None,
    batch_size: BatchOption = None,
    sequence_length: LengthOption = None,
    history: HistoryOption = False,
    database: DatabaseOption = None,
) -> None:
    """Write what was measured for other programs, chosen as by "catalog bench results"."""
    from catalog.cli.bench_rows import Filters, export_rows

    filters = Filters(
        name=name, run=run, mode=mode, device=device, dtype=dtype, scale=scale, status=status, release=release,
        attention=attention, batch_size=batch_size, sequence_length=sequence_length, latest=not history,
    )  # fmt: skip
    export_rows(context, filters, database, kind=format, output=output)


def compare(
    context: typer.Context,
    *,
    before: Annotated[
        str, typer.Argument(metavar="BEFORE", help=_SIDE, show_default=False, autocompletion=complete_sides)
    ],
    after: Annotated[
        str,
        typer.Argument(
            metavar="AFTER", help="The other side, likewise.", show_default=False, autocompletion=complete_sides
        ),
    ],
    name: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help="Only this model.",
            show_default=False,
            autocompletion=complete_names,
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            "--ignore",
            metavar="FIELD",
            help="Pair rows whatever this field of theirs is: dtype, attention, device, … (repeatable).",
        ),
    ] = None,
    fail_above: Annotated[
        str | None,
        typer.Option(
            "--fail-above",
            metavar="SHARE",
            help="End with status 1 where something is slower by more than this (10%) and more than noise, or is no "
            "longer measured.",
            show_default=False,
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every row, not only what changed.")] = False,
    format: Annotated[  # noqa: A002  # the option's name
        str,
        typer.Option(
            "--format",
            metavar="text|json|markdown",
            help="Form of the output.",
            autocompletion=lambda: ["text", "json", "markdown"],
        ),
    ] = "text",
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Compare two runs, machines, releases or settings: ratios, and whether they exceed the noise.

    A ratio is the time after divided by the time before: above one is slower.
    """
    from catalog.cli.bench_compare import compare_sides

    kind = "json" if json else format
    status = compare_sides(
        context, before, after, database, name=name, ignore=ignore or [], fail_above=fail_above,
        everything=everything, kind=kind,
    )  # fmt: skip
    raise typer.Exit(status)


def runs(context: typer.Context, *, database: DatabaseOption = None, json: JsonOption = False) -> None:
    """List the runs in the catalog, the newest first: when, where, and how many models they measured."""
    from catalog.cli.bench_rows import write_runs

    write_runs(context, database, json=json)


def delete(
    context: typer.Context,
    *,
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="Name of the run.", show_default=False, autocompletion=complete_runs)
    ],
    database: DatabaseOption = None,
) -> None:
    """Remove a run with all its rows from the catalog; files stay."""
    from catalog.cli.output import note
    from catalog.cli.session import opened
    from catalog.quantities import count_text

    with opened(context, database, fill=False, create=False) as catalog:
        removed = catalog.delete_run(run)
    note(f"Removed the run {run} with {count_text(removed, 'row')}.")


def register(app: typer.Typer) -> None:
    """Add the commands to the family."""
    app.command(
        epilog="Examples:\n\n\b\n"
        "  catalog bench results bert\n"
        "  catalog bench results --scale tiny --mode forward --sort -memory --limit 20\n"
        "  catalog bench results --status timeout --json\n"
    )(results)
    app.command(
        name="import",
        epilog="Examples:\n\n\b\n"
        "  catalog bench import rows-of-the-gpu-machine.ndjson\n"
        "  catalog bench import                      # the published rows\n",
    )(import_)
    app.command(
        epilog="Examples:\n\n\b\n"
        "  catalog bench export --scale full --device cuda > results.csv\n"
        "  catalog bench export --format ndjson --run laptop --output laptop.ndjson\n"
        "  catalog bench export bert --format markdown\n"
    )(export)
    app.command(
        epilog="Examples:\n\n\b\n"
        "  catalog bench compare latest~1 latest\n"
        "  catalog bench compare laptop.ndjson server.ndjson\n"
        "  catalog bench compare attention=eager attention=sdpa --model bert\n"
        "  catalog bench compare before after --fail-above 10%     # for CI\n"
    )(compare)
    app.command(epilog="Examples:\n\n\b\n  catalog bench runs\n  catalog bench runs --json\n")(runs)
    app.command(epilog="Examples:\n\n\b\n  catalog bench delete 2026-01-31-120000\n")(delete)
