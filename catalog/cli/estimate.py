"""``catalog estimate``: how much memory a model takes, and where that fits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from catalog.cli.completion import complete_names
from catalog.cli.options import DatabaseOption, JsonOption, family

if TYPE_CHECKING:
    from catalog.builder.estimate.estimate import Estimate

app = family()


@app.command(
    epilog="Examples:\n\n\b\n"
    "  catalog estimate llama\n"
    "  catalog estimate llama --sequence-length 32768 --dtype int4\n"
    "  catalog estimate spec.yaml --batch-size 8 --device-name 'RTX 4090'\n"
    "  catalog estimate gpt2 --training --optimizer adamw --checkpointing\n"
    "  catalog estimate mistral --attention eager --json\n"
)
def estimate(
    context: typer.Context,
    *,
    spec: Annotated[
        str,
        typer.Argument(
            metavar="NAME|SPEC",
            help="Model type (llama), config class (LlamaConfig), a spec file, or the folder of a checkpoint.",
            show_default=False,
            autocompletion=complete_names,
        ),
    ],
    architecture: Annotated[
        str | None,
        typer.Option(
            "--architecture",
            metavar="A",
            help="Model class (LlamaForCausalLM). [default: the one the spec names, else the one that generates text, "
            "else the plain model]",
            show_default=False,
        ),
    ] = None,
    task: Annotated[
        str | None,
        typer.Option("--task", metavar="T", help="Task whose model class is taken.", show_default=False),
    ] = None,
    dtype: Annotated[
        str, typer.Option("--dtype", metavar="D", help="Of the weights: float32, bfloat16, float16, int8 or int4.")
    ] = "bfloat16",
    batch_size: Annotated[int, typer.Option("--batch-size", metavar="B", help="Sequences, or samples, at a time.")] = 1,
    sequence_length: Annotated[
        int | None,
        typer.Option(
            "--sequence-length",
            metavar="S",
            help="Tokens of each. [default: as many as the model takes, 4,096 at most]",
            show_default=False,
        ),
    ] = None,
    attention: Annotated[
        str | None,
        typer.Option(
            "--attention", metavar="I", help="eager, sdpa or flash. [default: the model's choice]", show_default=False
        ),
    ] = None,
    training: Annotated[bool, typer.Option("--training", help="A training step instead of a forward pass.")] = False,
    checkpointing: Annotated[
        bool, typer.Option("--checkpointing", help="Compute activations anew in the backward pass.")
    ] = False,
    optimizer: Annotated[
        str,
        typer.Option(
            "--optimizer",
            metavar="O",
            help="adamw, adam, adamw-8bit, adafactor, lion, rmsprop, adagrad, sgd or sgd-momentum.",
        ),
    ] = "adamw",
    mixed_precision: Annotated[
        bool, typer.Option("--mixed-precision", help="Keep a float32 master copy of the weights.")
    ] = False,
    device_name: Annotated[
        str | None,
        typer.Option(
            "--device-name", metavar="N", help="Judge by this device only (H200, RTX 4090).", show_default=False
        ),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Show every device, not only common ones.")] = False,
    database: DatabaseOption = None,
    json: JsonOption = False,
) -> None:
    """Estimate the memory that a model takes to run or to train, and where that fits. No weights are needed.

    The model is built without memory, and a pass through it is followed. What each figure rests on is listed.
    """
    from catalog.cli.session import opened

    with opened(context, database) as catalog:
        found = catalog.estimate(
            spec,
            architecture=architecture,
            task=task,
            dtype=dtype,
            batch_size=batch_size,
            sequence_length=sequence_length,
            training=training,
            attention=attention,
            checkpointing=checkpointing,
            optimizer=optimizer,
            mixed_precision=mixed_precision,
            device_name=device_name,
        )
    if json:
        from catalog.cli.output import write_json

        write_json(document_of(found))
        return
    from catalog.cli.estimate_page import write_estimate

    write_estimate(found, everything=everything or device_name is not None)


def document_of(found: Estimate) -> dict[str, Any]:
    """The JSON document of an estimate."""
    request = found.request
    return {
        "release": found.release,
        "config_class": found.config_class,
        "model_type": found.model_type,
        "architecture": found.architecture,
        "dtype": request.dtype,
        "batch_size": request.batch_size,
        "sequence_length": request.sequence_length,
        "training": request.training,
        "attention": request.attention,
        "method": found.method,
        "parameters": found.parameters,
        "weights_bytes": found.weights_bytes,
        "weights_bytes_by_dtype": dict(found.weights_by_dtype),
        "buffer_bytes": found.buffer_bytes,
        "kv_cache_bytes": found.kv_cache_bytes,
        "kv_cache_values_per_token": found.kv_cache_values_per_token,
        "attention_bytes": found.attention_bytes,
        "activation_bytes": found.activation_bytes,
        "gradient_bytes": found.gradient_bytes,
        "optimizer_bytes": found.optimizer_bytes,
        "total_bytes": found.total_bytes,
        "max_positions": found.max_positions,
        "fits": [
            {
                "device": fit.device,
                "fits": fit.fits,
                "margin_bytes": fit.margin_bytes,
                "memory_bytes": fit.memory_bytes,
                "usable_bytes": fit.usable_bytes,
                "longest_context": fit.longest_context,
                "largest_batch": fit.largest_batch,
            }
            for fit in found.fits
        ],
        "assumptions": list(found.assumptions),
    }
