"""The page of ``catalog estimate``, for people."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from catalog.cli.output import Column, write, write_facts, write_heading, write_table, write_text
from catalog.quantities import format_bytes, format_count, format_number

if TYPE_CHECKING:
    from catalog.builder.estimate.estimate import Estimate, Fit


def write_estimate(found: Estimate, *, everything: bool) -> None:
    """Write an estimate on one screen.

    Args:
        found: The estimate.
        everything: Show every device, not only common ones.
    """
    write_heading(f"{found.architecture}  ({found.config_class}, transformers {found.release})")
    write_text(f"{_subject(found)}, {found.request.dtype}")
    write("")
    write_facts(_facts(found))
    write("")
    shown = [fit for fit in found.fits if everything or fit.common]
    write_table(_columns(found), map(_row, shown))
    hidden = len(found.fits) - len(shown)
    if hidden:
        write_text(f"{hidden} more devices: --all shows them.", style="dim")
    write("")
    for sentence in found.assumptions:
        write_text(f"- {sentence}", style="dim")


def _subject(found: Estimate) -> str:
    request = found.request
    what = "one training step" if request.training else "one forward pass"
    tokens = "" if request.sequence_length is None else f" of {request.sequence_length:,} tokens"
    noun = "sequence" if request.sequence_length is not None else "sample"
    batch = f"{request.batch_size:,} {noun}{'' if request.batch_size == 1 else 's'}"
    return f"{what}, {batch}{tokens}, {request.attention} attention"


def _facts(found: Estimate) -> Iterator[tuple[str, str]]:
    yield "parameters", f"{format_count(found.parameters)} ({found.parameters:,})"
    others = [f"{format_bytes(size)} in {dtype}" for dtype, size in found.weights_by_dtype.items()]
    yield "weights", format_bytes(found.weights_bytes)
    yield "  by dtype", ", ".join(others)
    if found.kv_cache_values_per_token is not None:
        yield (
            "KV cache",
            f"{format_bytes(found.kv_cache_bytes)} ({found.kv_cache_values_per_token:,} values for each further token)",
        )
    yield "attention scores", format_bytes(found.attention_bytes) if found.attention_bytes else "none written out"
    yield "activations", format_bytes(found.activation_bytes)
    if found.request.training:
        yield "gradients", format_bytes(found.gradient_bytes)
        yield "optimizer", f"{format_bytes(found.optimizer_bytes)} ({found.request.optimizer})"
    if found.buffer_bytes:
        yield "buffers", format_bytes(found.buffer_bytes)
    yield "total", f"{format_bytes(found.total_bytes)} at most"


def _columns(found: Estimate) -> tuple[Column, ...]:
    batch = found.request.batch_size
    return (
        Column("Device"),
        Column("Usable", align="right"),
        Column("Fits"),
        Column("Left", align="right"),
        Column("Longest context" if batch == 1 else f"Longest context at batch {batch:,}", align="right"),
        Column("Largest batch", align="right"),
    )


def _row(fit: Fit) -> tuple[str, ...]:
    return (
        fit.device,
        format_bytes(fit.usable_bytes),
        "yes" if fit.fits else "no",
        format_bytes(fit.margin_bytes),
        format_number(fit.longest_context),
        format_number(fit.largest_batch),
    )
