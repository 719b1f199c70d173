"""Says in sentences what an estimate rests on."""

from __future__ import annotations

from collections.abc import Iterator

from catalog.builder.estimate.estimate import EstimateRequest, Method
from catalog.builder.estimate.kv_cache import KVCache
from catalog.builder.estimate.training import optimizer_named


def assumptions_of(  # noqa: PLR0913  # each decides about a sentence
    request: EstimateRequest,
    *,
    method: Method,
    failure: BaseException | None,
    extrapolated: bool,
    cache: KVCache | None,
    positions: int | None,
    reads_text: bool,
    latent: bool,
    attends: bool,
    kept: int,
    idle: int,
) -> Iterator[str]:
    """List what an estimate rests on.

    Args:
        request: What was asked for.
        method: How activations were found.
        failure: Why the graph did not run, where it did not.
        extrapolated: Whether the peak was extrapolated from shorter passes.
        cache: The key-value cache, where one is kept.
        positions: Tokens that the model is made for.
        reads_text: Whether the length plays a part.
        latent: Whether the cache holds compressed keys and values.
        attends: Whether the model has attention.
        kept: Parameters that stay in float32 while the others are loaded in 16 bits.
        idle: Parameters that could be trained and get no gradient.
    """
    if method == "graph":
        yield "Activations are the most that the model's own graph holds at once, followed on fake tensors."
    elif method == "run":
        yield (
            "Activations are the most that the model's own graph holds at once, followed in a real pass on the "
            f"processor, since it reads values on the way, which fake tensors do not have ({_reason(failure)})."
        )
    elif failure is None:
        yield "Activations come from closed formulas, as asked for."
    else:
        yield f"Activations come from closed formulas, since the graph did not run ({_reason(failure)})."
    if method == "formula":
        yield "The formulas know dense transformers; for other architectures activations may be far from them."
    if extrapolated:
        yield "The pass was followed at shorter lengths and extrapolated: with the square for attention, else straight."
    if not reads_text:
        yield "The model reads no text, so that the sequence length plays no part."
    elif positions is not None and request.sequence_length is not None and request.sequence_length > positions:
        yield (
            f"{request.sequence_length:,} tokens are more than the {positions:,} positions that the model is made for; "
            "the figures hold for memory, not for quality."
        )
    yield from _of_weights(request, kept)
    yield from _of_cache(cache, latent=latent)
    if attends:
        yield from _of_attention(request)
    if request.training:
        yield from _of_training(request, idle)
    yield "One device holds the whole model; memory that an allocator loses to fragmentation is not in the figures."


def _reason(failure: BaseException | None) -> str:
    return f"{type(failure).__name__}: {' '.join(str(failure).split())[:200]}"


def _of_weights(request: EstimateRequest, kept: int) -> Iterator[str]:
    if kept:
        yield f"{kept:,} parameters stay in float32, as from_pretrained loads them."
    if request.dtype == "int8":
        yield (
            "8 bits are LLM.int8(): linear layers take a byte a weight and a float32 scale a row; embeddings, the "
            "head and what is no linear layer stay in 16 bits."
        )
    elif request.dtype == "int4":
        yield (
            "4 bits are NF4 or FP4 of bitsandbytes without double quantisation: linear layers take 4.5 bits a weight; "
            "embeddings, the head and what is no linear layer stay in 16 bits. The total has room for one layer "
            "written out in 16 bits."
        )


def _of_cache(cache: KVCache | None, *, latent: bool) -> Iterator[str]:
    if cache is None:
        return
    yield (
        "The whole context is processed at once with a cache kept, as the first step of generation does; logits are "
        "made for every token of it."
    )
    if latent:
        yield "The cache holds the compressed latents and rotary keys of latent attention, as transformers keeps them."
    if any(layer.window is not None for layer in cache.layers):
        yield (
            "Layers with a window keep its tokens only; after the first step their tensors are views that hold the "
            "whole context's memory until the next one, which counts as activations."
        )


def _of_attention(request: EstimateRequest) -> Iterator[str]:
    if request.attention == "flash":
        yield "Flash attention is followed as SDPA, whose memory is linear in the length, too."
    elif request.attention == "eager":
        yield "Eager attention writes all scores out: memory grows with the square of the length."


def _of_training(request: EstimateRequest, idle: int) -> Iterator[str]:
    source = optimizer_named(request.optimizer).source
    yield f"Optimizer {request.optimizer} ({source}); every parameter that requires a gradient is trained."
    if idle:
        yield f"{idle:,} parameters get no gradient from this loss: neither gradient nor state is kept for them."
    yield (
        "Activations are those when the backward pass begins. Gradients arise while they are freed, so that the total "
        "is no plain sum; gradients are dropped before the next step."
    )
    if optimizer_named(request.optimizer).updates and request.accelerator:
        yield "The optimizer's step makes the updates of all weights at once (torch's foreach), which is in the total."
    if request.mixed_precision:
        yield (
            "Mixed precision keeps a float32 master copy and float32 state (Rajbhandari et al., 2020); "
            "torch.autocast instead keeps float32 weights and gradients, and a 16-bit copy while a pass lasts."
        )
    if request.checkpointing:
        yield "Activation checkpointing keeps the input of each layer and computes the rest anew."
