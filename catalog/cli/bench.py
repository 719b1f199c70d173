"""``catalog bench``: time and memory of models, measured, kept, compared and exported."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from catalog.cli import bench_options as options
from catalog.cli.bench_results import register
from catalog.cli.options import DatabaseOption, JsonOption, family

app = family(no_args_is_help=True)


@app.callback(
    epilog="Examples:\n\n\b\n"
    "  catalog bench run bert\n"
    "  catalog bench run --all --scale tiny --jobs 2\n"
    "  catalog bench results bert\n"
)
def bench() -> None:
    """Measure time and memory of models, each in a process of its own; keep, compare and export what was measured."""


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog bench run bert\n"
    "  catalog bench run llama --scale tiny --train --generate\n"
    "  catalog bench run bert --batch-size 1,8,32 --sequence-length 128,512 --attention eager,sdpa\n"
    "  catalog bench run spec.yaml --device cuda --dtype bfloat16 --compile --no-compile\n"
    "  catalog bench run --all --scale tiny --jobs 2        # every model, into the catalog\n"
    "  catalog bench run --all --scale tiny --jobs 2 --resume\n"
    "  catalog bench run --all --scale full --device cuda --dtype bfloat16 --timeout 10m --executor ray\n"
)
def run(
    context: typer.Context,
    *,
    specs: options.SpecsArgument = None,
    everything: options.AllOption = False,
    only: options.OnlyOption = None,
    limit: options.LimitOption = None,
    scale: options.ScaleOption = None,
    param: options.ParamOption = None,
    architecture: options.ArchitectureOption = None,
    task: options.TaskOption = None,
    forward: options.ForwardOption = True,
    train: options.TrainOption = False,
    generate: options.GenerateOption = False,
    device: options.DeviceOption = "cpu",
    dtype: options.DtypeOption = None,
    batch_size: options.BatchOption = None,
    sequence_length: options.LengthOption = None,
    attention: options.AttentionOption = None,
    compile: options.CompileOption = False,  # noqa: A002  # the option's name
    no_compile: options.NoCompileOption = False,
    image_size: options.ImageOption = None,
    new_tokens: options.NewTokensOption = None,
    seed: options.SeedOption = 0,
    seconds: options.SecondsOption = None,
    flops: options.FlopsOption = True,
    estimate: options.EstimateOption = True,
    jobs: Annotated[int, typer.Option("--jobs", "-j", metavar="N", help="Models measured side by side.")] = 1,
    threads: Annotated[
        int | None,
        typer.Option(
            "--threads",
            metavar="N",
            help="Threads of each. [default: the cores of this machine, shared evenly]",
            show_default=False,
        ),
    ] = None,
    pin: Annotated[bool, typer.Option("--pin/--no-pin", help="Keep each to cores of its own.")] = True,
    timeout: Annotated[
        str | None,
        typer.Option("--timeout", metavar="S", help="Seconds for one workload, or 2m. [default: 120]"),
    ] = None,
    memory_limit: Annotated[
        str | None,
        typer.Option(
            "--memory-limit",
            metavar="B",
            help="Memory of one process, as bytes or like 4GiB. [default: what is free, shared evenly]",
            show_default=False,
        ),
    ] = None,
    executor: Annotated[
        str,
        typer.Option(
            "--executor",
            metavar="local|ray",
            help="What runs them: this machine, or a Ray cluster.",
            autocompletion=lambda: ["local", "ray"],
        ),
    ] = "local",
    ray_address: Annotated[
        str | None,
        typer.Option(
            "--ray-address",
            metavar="A",
            help="With --executor ray: the cluster. [default: one on this machine]",
            show_default=False,
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="File of the rows (NDJSON); a sweep goes on where it has some. [default: one in the user's data "
            "folder]",
            show_default=False,
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the newest unfinished sweep of the same models and options.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Measure what the file has rows of, too, as a new run.")
    ] = False,
    run: Annotated[
        str | None,
        typer.Option(
            "--run", metavar="NAME", help="Name of the run, for comparing. [default: the time]", show_default=False
        ),
    ] = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Measure models: latency, throughput, memory and operations.

    Each workload runs in a process of its own, which may hang, crash or take too much memory without harm to the
    others. Each row is written at once, so that an interrupted sweep goes on where it stopped.
    """
    asked = options.asked_of(locals())
    from catalog.cli.bench_run import RunArguments, run_bench

    arguments = RunArguments(
        output=output,
        resume=resume,
        again=again,
        run=run,
        jobs=jobs,
        threads=threads,
        pin=pin,
        timeout=timeout,
        memory_limit=memory_limit,
        executor=executor,
        ray_address=ray_address,
        json=json,
    )
    raise typer.Exit(run_bench(context, asked, arguments, database))


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog bench plan --all --scale full --device cuda --dtype bfloat16 --output jobs.ndjson\n"
    "  catalog bench plan llama mistral --generate --batch-size 1,8 --output jobs.ndjson\n"
)
def plan(
    context: typer.Context,
    *,
    specs: options.SpecsArgument = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="File for the jobs (NDJSON).")],
    everything: options.AllOption = False,
    only: options.OnlyOption = None,
    limit: options.LimitOption = None,
    scale: options.ScaleOption = None,
    param: options.ParamOption = None,
    architecture: options.ArchitectureOption = None,
    task: options.TaskOption = None,
    forward: options.ForwardOption = True,
    train: options.TrainOption = False,
    generate: options.GenerateOption = False,
    device: options.DeviceOption = "cpu",
    dtype: options.DtypeOption = None,
    batch_size: options.BatchOption = None,
    sequence_length: options.LengthOption = None,
    attention: options.AttentionOption = None,
    compile: options.CompileOption = False,  # noqa: A002  # the option's name
    no_compile: options.NoCompileOption = False,
    image_size: options.ImageOption = None,
    new_tokens: options.NewTokensOption = None,
    seed: options.SeedOption = 0,
    seconds: options.SecondsOption = None,
    flops: options.FlopsOption = True,
    estimate: options.EstimateOption = True,
    database: DatabaseOption = None,
) -> None:
    """Write what "catalog bench run" would measure to a file, and run it on another machine.

    That machine needs torch and transformers of the same release, and this package's folder; no database, no network.
    """
    asked = options.asked_of(locals())
    from catalog.cli.bench_run import plan_bench

    raise typer.Exit(plan_bench(context, asked, output, database))


register(app)
