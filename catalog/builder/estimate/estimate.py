"""An estimate: what was asked, what each part takes, and whether that fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from catalog.builder.estimate.scores import ATTENTIONS
from catalog.builder.estimate.training import OPTIMIZERS
from catalog.builder.estimate.weights import DTYPES, QUANTISED
from catalog.errors import UsageError

Method: TypeAlias = Literal["graph", "run", "formula"]
"""How activations were found: on the model's own graph, run on fake tensors; on the same run on real ones, which small
models allow that read values on the way; or by closed formula."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateRequest:
    """What an estimate is asked for.

    Attributes:
        dtype: Dtype of the weights: ``"float32"``, ``"bfloat16"``, ``"float16"``, ``"int8"`` or ``"int4"``.
        batch_size: Sequences, or samples, at a time.
        sequence_length: Tokens of each; ``None`` for as many as the model takes, 4,096 at most.
        image_size: Side of an image in pixels; ``None`` leaves it to the model.
        training: Estimate a training step instead of a forward pass.
        attention: ``"eager"``, ``"sdpa"`` or ``"flash"``; ``None`` for what the model chooses.
        checkpointing: Compute activations anew in the backward pass.
        optimizer: One of :data:`catalog.builder.estimate.training.OPTIMIZERS`.
        mixed_precision: Keep a float32 master copy of the weights, and the optimiser's state in float32.
        device: Name of the one device to judge by; ``None`` for the whole table.
        limits: Whether to look for the longest context and the largest batch that fit.
        accelerator: Whether it runs on an accelerator: fused kernels of attention drop out within themselves there, and
            the optimiser updates all parameters together.
        follow: Follow the model's graph; otherwise closed formulas are used, which know plain transformers only.
        use_cache: Keep the keys and values that the next token needs, where the model keeps such a cache.
    """

    dtype: str = "bfloat16"
    batch_size: int = 1
    sequence_length: int | None = None
    image_size: int | None = None
    training: bool = False
    attention: str | None = None
    checkpointing: bool = False
    optimizer: str = "adamw"
    mixed_precision: bool = False
    device: str | None = None
    limits: bool = True
    accelerator: bool = True
    follow: bool = True
    use_cache: bool = True

    def __post_init__(self) -> None:
        """Check what was asked for.

        Raises:
            UsageError: If a name is unknown, a size is below 1, or an option lacks another.
        """
        for name, known in (("dtype", DTYPES), ("attention", (*ATTENTIONS, None)), ("optimizer", tuple(OPTIMIZERS))):
            if getattr(self, name) not in known:
                names = ", ".join(item for item in known if item is not None)
                raise UsageError(f"There is no {name} {getattr(self, name)!r}.", remedy=f"Known are: {names}.")
        sizes = {"batch size": self.batch_size, "sequence length": self.sequence_length, "image size": self.image_size}
        for name, given in sizes.items():
            if given is not None and given < 1:
                raise UsageError(f"The {name} is {given}; it must be at least 1.")
        if self.training and self.dtype in QUANTISED:
            raise UsageError(f"Weights in {self.dtype} cannot be trained.", remedy="Train in bfloat16 or float32.")
        asked = [name for name in ("checkpointing", "mixed_precision") if getattr(self, name)]
        if asked and not self.training:
            raise UsageError(f"--{asked[0].replace('_', '-')} is about training.", remedy="Add --training.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """Whether an estimate fits on a device.

    Attributes:
        device: Its name.
        fits: Whether it does.
        margin_bytes: What is left; negative where something is missing.
        memory_bytes: The device's memory.
        usable_bytes: What a model can have of it.
        longest_context: Tokens of the longest sequences that fit at the batch asked for; 0 where not even one token
            does, ``None`` where length plays no part or was not asked for.
        largest_batch: Sequences that fit at the length asked for; 0 where not even one does.
        common: True for devices of the short list.
    """

    device: str
    fits: bool
    margin_bytes: int
    memory_bytes: int
    usable_bytes: int
    longest_context: int | None = None
    largest_batch: int | None = None
    common: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """How much memory a model takes.

    Attributes:
        config_class: The configuration class.
        model_type: The model type; ``None`` where the class has none.
        architecture: The model class.
        release: The transformers release that built it.
        request: What was asked for, with what was chosen where nothing was said.
        method: How activations were found.
        parameters: Number of parameters.
        weights_by_dtype: Bytes of the weights in each dtype.
        weights_bytes: Bytes of the weights in the dtype asked for.
        buffer_bytes: Bytes of the buffers.
        kv_cache_bytes: Bytes of the key-value cache once all tokens are in it; 0 where none is kept.
        kv_cache_values_per_token: Values that one more token adds to it; ``None`` where none is kept.
        attention_bytes: Bytes of attention scores held when the forward pass holds most.
        activation_bytes: Bytes of everything else held then: inputs, activations, logits.
        gradient_bytes: Bytes of the gradients; 0 where nothing is trained.
        optimizer_bytes: Bytes that the optimiser keeps, master weights included.
        total_bytes: Most that is held at once.
        max_positions: Tokens that the model is made for; ``None`` where it knows no limit.
        fits: The judgement for each device.
        assumptions: What the figures rest on, one sentence each.
    """

    config_class: str
    model_type: str | None
    architecture: str
    release: str
    request: EstimateRequest
    method: Method
    parameters: int
    weights_by_dtype: Mapping[str, int]
    weights_bytes: int
    buffer_bytes: int
    kv_cache_bytes: int
    kv_cache_values_per_token: int | None
    attention_bytes: int
    activation_bytes: int
    gradient_bytes: int
    optimizer_bytes: int
    total_bytes: int
    max_positions: int | None
    fits: tuple[Fit, ...]
    assumptions: tuple[str, ...]
