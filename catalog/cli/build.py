"""``catalog build``: a model from its name or spec, its size and parts; or all of them."""

from __future__ import annotations

from typing import Annotated

import typer

from catalog.cli.completion import complete_names, complete_tasks
from catalog.cli.options import DatabaseOption, JsonOption, ReleaseOption, family

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog build llama\n"
    "  catalog build llama --param num_hidden_layers=2 --architecture LlamaForCausalLM\n"
    "  catalog build spec.yaml --device cpu --dtype bfloat16 --seed 0\n"
    "  catalog build ./checkpoint --pretrained\n"
    "  catalog build bert --task text-classification --flops --json\n"
    "  catalog build --all                       # every cataloged model, into the catalog\n"
    "  catalog build --all --only llama --only bert --architectures --again\n"
)
def build(
    context: typer.Context,
    *,
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[NAME|SPEC]",
            help="Model type (llama), config class (LlamaConfig) or its import path; a spec file in any dialect, or - "
            "for standard input; a folder or hub name of a checkpoint.",
            show_default=False,
            autocompletion=complete_names,
        ),
    ] = None,
    architecture: Annotated[
        str | None,
        typer.Option(
            "--architecture",
            metavar="A",
            help="Model class (LlamaForCausalLM). [default: that of the spec, else the plain model]",
            show_default=False,
        ),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option(
            "--task",
            metavar="T",
            help="Take the model class for this task.",
            show_default=False,
            autocompletion=complete_tasks,
        ),
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(
            "--param", "-p", metavar="KEY=VALUE", help="A parameter of the configuration; nested ones by dotted names."
        ),
    ] = None,
    device: Annotated[
        str | None,
        typer.Option(
            "--device",
            metavar="meta|cpu|cuda",
            help="Where to build it: on meta, tensors have shapes and take no memory. "
            "[default: meta; cpu with weights]",
            show_default=False,
        ),
    ] = None,
    dtype: Annotated[
        str | None,
        typer.Option("--dtype", metavar="D", help="Element type of the weights: float32, bfloat16, float16, float64."),
    ] = None,
    attention: Annotated[
        str | None,
        typer.Option("--attention", metavar="A", help="Implementation of attention: eager, sdpa, flex_attention, …"),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", help="Make random weights repeatable.", show_default=False)
    ] = None,
    pretrained: Annotated[
        bool | None,
        typer.Option(
            "--pretrained/--random",
            help="Load the checkpoint's weights, from safetensors only; or leave them random. "
            "[default: as the spec says]",
            show_default=False,
        ),
    ] = None,
    flops: Annotated[
        bool | None,
        typer.Option(
            "--flops/--no-flops",
            help="Run a forward pass on fake tensors and count its operations. "
            "[default: with --all and --json, which promises them]",
            show_default=False,
        ),
    ] = None,
    depth: Annotated[
        int, typer.Option("--depth", metavar="N", min=0, max=20, help="Levels of the tree of modules; 0 for none.")
    ] = 3,
    force: Annotated[
        bool, typer.Option("--force", help="Build it even where its size says that it does not fit the memory.")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="Build every cataloged model and keep what that tells in the catalog.")
    ] = False,
    architectures: Annotated[
        bool, typer.Option("--architectures", help="With --all: every architecture, not the base models alone.")
    ] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="NAME", help="With --all: this model only (repeatable).")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help="With --all: at most so many models.", show_default=False),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="With --all: build what is known already, too.")] = False,
    timeout: Annotated[
        float | None,
        typer.Option("--timeout", metavar="S", help="With --all: seconds for one model. [default: 120]", min=1),
    ] = None,
    release: ReleaseOption = None,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Build a model without its weights, and tell its size, its parts and its tree of modules.

    The spec is checked first, as "catalog validate" does it. Models are built with the installed transformers. With
    --all, each model is built in a process that may fail; an interrupted run goes on where it stopped.
    """
    from catalog.cli.session import database_url
    from catalog.errors import UsageError

    if everything == (target is not None):
        raise UsageError(
            "A model and --all do not go together." if everything else "There is no model named.",
            remedy=None if everything else "Name one (catalog build llama), or build them all with --all.",
        )
    if everything:
        from catalog.cli.build_all import AllArguments, run_all

        if any((architecture, task, param, device, dtype, attention, seed is not None, pretrained, force)):
            raise UsageError(
                "--all builds each model with its defaults on the meta device; it takes no options of one."
            )
        run_all(
            context,
            AllArguments(
                only=tuple(only or ()),
                architectures=architectures,
                limit=limit,
                forward=flops is not False,
                again=again,
                seconds=timeout,
                release=release,
                json=json,
            ),
            database,
        )
        return
    if architectures or only or limit or again or timeout:
        raise UsageError("--architectures, --only, --limit, --again and --timeout go with --all.")
    from catalog.cli.build_one import OneArguments, run_one

    assert target is not None  # noqa: S101  # checked above
    status = run_one(
        OneArguments(
            target=target,
            architecture=architecture,
            task=task,
            params=tuple(param or ()),
            device=device,
            dtype=dtype,
            attention=attention,
            seed=seed,
            pretrained=pretrained,
            flops=json if flops is None else flops,
            depth=depth,
            force=force,
            release=release,
            database=database_url(context, database),
            json=json,
        )
    )
    raise typer.Exit(status)
