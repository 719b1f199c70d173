"""Runs a model on fake tensors and tells how much memory its activations take at most.

Shapes, views and lifetimes are those of the very model with the very inputs, so the figure holds for any architecture.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import torch

from catalog.builder.building import build
from catalog.builder.estimate.cache_tensors import cache_tensors, tensors_in
from catalog.builder.estimate.live_memory import LiveMemory
from catalog.builder.fake import as_fake, fake_tensors
from catalog.builder.forward import quiet
from catalog.builder.inputs import make_inputs
from catalog.builder.plan import BuildPlan
from catalog.errors import UsageError

_MASKS = ("attention_mask", "decoder_attention_mask")
"""Masks of padding. Where all tokens count, transformers drops them once it has looked at their values; fake tensors
have none to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """The moment of a pass when most memory is held, weights and buffers left out.

    Attributes:
        total_bytes: All that is held then: inputs, activations, cache, gradients, outputs.
        input_bytes: Inputs.
        score_bytes: Attention scores and probabilities held then; in training, when the forward pass holds most.
        cache_bytes: The key-value cache after the pass; 0 where none is kept.
        forward_bytes: Most that is held until the backward pass begins; the same as `total_bytes` without one.
        encoder_length: Tokens that the encoder gave; 0 where there is no encoder.
    """

    total_bytes: int
    input_bytes: int = 0
    score_bytes: int = 0
    cache_bytes: int = 0
    forward_bytes: int = 0
    encoder_length: int = 0


class GraphModel:
    """A model whose passes can be followed at several sizes.

    Attributes:
        model: The model, on fake tensors or on real ones.
        reached: Parameters that got a gradient in the last training pass; ``None`` before the first.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self.reached: tuple[Any, ...] | None = None
        self._takes = inspect.signature(model.forward).parameters

    @property
    def reads_text(self) -> bool:
        """True where the length of a text plays a part."""
        return bool({"input_ids", "decoder_input_ids", "inputs_embeds"} & set(self._takes)) and (
            self.model.main_input_name == "input_ids"
            or "input_ids" in self._takes
            or "decoder_input_ids" in self._takes
        )

    @property
    def keeps_cache(self) -> bool:
        """True where the forward pass takes ``use_cache``."""
        return "use_cache" in self._takes

    def inputs(
        self, *, batch_size: int, sequence_length: int | None, image_size: int | None = None, labels: bool = False
    ) -> dict[str, Any]:
        """Inputs of a size, without padding: masks that mask nothing are left out, as far as the model lets them."""
        made = make_inputs(
            self.model,
            self.model.config,
            batch_size=batch_size,
            sequence_length=sequence_length,
            image_size=image_size,
            labels=labels,
        )
        idle = [name for name in _MASKS if name in made and self._takes[name].default is None]
        return {name: value for name, value in made.items() if name not in idle}

    def inference(self, inputs: Mapping[str, Any], *, use_cache: bool) -> Peak:
        """Follow a forward pass without gradients."""
        options = {"use_cache": use_cache} if "use_cache" in self._takes else {}
        memory = self._memory(inputs)
        with torch.no_grad(), one_sequence_a_row(), memory:
            outputs = self.model(**{**options, **inputs})
        cache = cache_tensors(outputs) if use_cache else []
        encoder = getattr(outputs, "encoder_last_hidden_state", None)
        own = _bytes_of(inputs)
        return Peak(
            total_bytes=memory.peak + own,
            forward_bytes=memory.peak + own,
            input_bytes=own,
            score_bytes=memory.scores_at_peak(),
            cache_bytes=sum(tensor.numel() * tensor.element_size() for tensor in cache),
            encoder_length=int(encoder.shape[1]) if isinstance(encoder, torch.Tensor) else 0,
        )

    def training(self, inputs: Mapping[str, Any], *, fused_dropout: bool) -> Peak:
        """Follow a forward and a backward pass.

        Args:
            inputs: What the model is called with, labels included.
            fused_dropout: Whether the kernels of attention drop out within themselves, as those of accelerators do;
                torch writes the scores out on processors.
        """
        options = {"use_cache": False} if "use_cache" in self._takes else {}
        self.model.train()
        memory = self._memory(inputs)
        try:
            dropout = _fused_dropout() if fused_dropout else nullcontext()
            with torch.enable_grad(), one_sequence_a_row(), dropout, memory:
                outputs = self.model(**{**options, **inputs})
                loss = _loss_of(outputs)
                del outputs
                forward, scores = memory.peak, memory.scores_at_peak()
                loss.backward()
                del loss
            self.reached = tuple(item for item in self.model.parameters() if item.grad is not None)
            own = _bytes_of(inputs)
            return Peak(
                total_bytes=memory.peak + own,
                forward_bytes=forward + own,
                input_bytes=own,
                score_bytes=scores,
            )
        finally:
            for parameter in self.model.parameters():
                parameter.grad = None
            self.model.eval()

    def _memory(self, inputs: Mapping[str, Any]) -> LiveMemory:
        # Inputs are counted by themselves; a view of one must not count again.
        return LiveMemory(chain(self.model.parameters(), self.model.buffers(), tensors_in(dict(inputs))))


@contextmanager
def graph_model(plan: BuildPlan, *, checkpointing: bool = False) -> Iterator[GraphModel]:
    """Build a plan's model on fake tensors; within the block every tensor is a fake one.

    Args:
        plan: What to build; its device is not looked at.
        checkpointing: Recompute activations in the backward pass instead of keeping them.

    Yields:
        The model, to be used within the block only.
    """
    model: Any = build(replace(plan, device="meta", pretrained=False, seed=None)).model
    if checkpointing:
        _enable_checkpointing(model)
    with quiet("torch._subclasses.fake_tensor"), fake_tensors():
        yield GraphModel(as_fake(model))


@contextmanager
def real_model(plan: BuildPlan, *, checkpointing: bool = False) -> Iterator[GraphModel]:
    """Build a plan's model on the processor, for passes that read values which fake tensors do not have.

    Args:
        plan: What to build; its device is not looked at. Its weights are drawn at random, the same ones each time.
        checkpointing: Recompute activations in the backward pass instead of keeping them.

    Yields:
        The model.
    """
    model: Any = build(replace(plan, device="cpu", pretrained=False, seed=0)).model
    if checkpointing:
        _enable_checkpointing(model)
    with quiet("torch"):
        yield GraphModel(model)


def _enable_checkpointing(model: Any) -> None:
    try:
        getattr(model, "activation_checkpointing_enable", model.gradient_checkpointing_enable)()
    except ValueError as error:
        raise UsageError(f"{type(model).__name__} knows no activation checkpointing.") from error


@contextmanager
def one_sequence_a_row() -> Iterator[None]:
    """Let transformers see within the block that no row holds several sequences, which real positions would tell it."""
    from transformers import masking_utils  # noqa: PLC0415

    name = "find_packed_sequence_indices"
    found = getattr(masking_utils, name, None)
    if found is None:  # earlier releases do not look
        yield
        return
    setattr(masking_utils, name, lambda *_, **__: None)
    try:
        yield
    finally:
        setattr(masking_utils, name, found)


@contextmanager
def _fused_dropout() -> Iterator[None]:
    """Let fused attention ignore dropout within the block, which takes no memory where kernels do it themselves."""
    functional = torch.nn.functional
    fused = functional.scaled_dot_product_attention

    def without_dropout(*args: Any, **kwargs: Any) -> Any:
        return fused(*args[:4], **{**kwargs, "dropout_p": 0.0})

    functional.scaled_dot_product_attention = without_dropout
    try:
        yield
    finally:
        functional.scaled_dot_product_attention = fused


def _bytes_of(inputs: Mapping[str, Any]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors_in(dict(inputs)))


def _loss_of(outputs: Any) -> torch.Tensor:
    """The model's own loss; for a model without a head the mean of its first output, which keeps the same graph."""
    loss = getattr(outputs, "loss", None)
    if loss is not None:
        total: torch.Tensor = loss.sum()
        return total
    first = next(tensor for tensor in tensors_in(outputs) if tensor.is_floating_point() and tensor.requires_grad)
    return first.float().mean()
