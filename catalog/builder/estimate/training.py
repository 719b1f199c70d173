"""What training adds to a model's weights: gradients, the optimiser's state, master copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from catalog.builder.estimate.reading import HEADS, LAYERS, WIDTH, number
from catalog.errors import UsageError

_FLOAT32_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimizer:
    """What an optimiser keeps.

    Attributes:
        values: Values a parameter, in the dtype of the weights it updates.
        bytes_each: Bytes of such a value where the optimiser fixes them; ``None`` for the weights' own.
        source: Where that stands.
        updates: Whether a step makes a tensor of updates before it changes the weights.
    """

    values: float
    bytes_each: float | None = None
    source: str
    updates: bool = True


OPTIMIZERS: Final[Mapping[str, Optimizer]] = {
    "adamw": Optimizer(values=2, source="Loshchilov and Hutter, 2019: first and second moment"),
    "adam": Optimizer(values=2, source="Kingma and Ba, 2015: first and second moment"),
    "adamw-8bit": Optimizer(
        values=2,
        bytes_each=1 + 4 / 256,
        source="Dettmers et al., 2022: moments in 8 bits, a float32 scale for 256",
        updates=False,
    ),
    "lion": Optimizer(values=1, source="Chen et al., 2023: momentum"),
    "rmsprop": Optimizer(values=1, source="Hinton, 2012: running mean of squares"),
    "adagrad": Optimizer(values=1, source="Duchi et al., 2011: sum of squares"),
    "adafactor": Optimizer(values=0, source="Shazeer and Stern, 2018: rows and columns of the second moment"),
    "sgd": Optimizer(values=0, source="no state", updates=False),
    "sgd-momentum": Optimizer(values=1, source="Sutskever et al., 2013: momentum", updates=False),
}


def optimizer_named(name: str) -> Optimizer:
    """Look an optimiser up.

    Raises:
        UsageError: If there is none of that name.
    """
    found = OPTIMIZERS.get(name.lower())
    if found is None:
        raise UsageError(f"There is no optimizer {name!r}.", remedy=f"Known are: {', '.join(OPTIMIZERS)}.")
    return found


def optimizer_bytes(
    *, trainable: int, dtype_bytes: int, optimizer: str = "adamw", mixed_precision: bool = False, factored: int = 0
) -> int:
    """Bytes that the optimiser keeps between two steps.

    With mixed precision the optimiser works on a float32 copy of the weights, so that AdamW keeps 12 bytes a parameter
    (Rajbhandari et al., 2020, section 3.1, where K = 12).

    Args:
        trainable: Parameters that are trained.
        dtype_bytes: Bytes of a weight.
        optimizer: One of :data:`OPTIMIZERS`.
        mixed_precision: Keep a master copy in float32, and the state in float32.
        factored: Rows and columns of all matrices, which Adafactor keeps instead of one value a parameter.
    """
    kind = optimizer_named(optimizer)
    each = kind.bytes_each if kind.bytes_each is not None else (_FLOAT32_BYTES if mixed_precision else dtype_bytes)
    state = int(trainable * kind.values * each) + (factored * _FLOAT32_BYTES if optimizer == "adafactor" else 0)
    return state + (trainable * _FLOAT32_BYTES if mixed_precision and dtype_bytes < _FLOAT32_BYTES else 0)


def step_bytes(*, trainable: int, dtype_bytes: int, largest: int, together: bool, optimizer: str = "adamw") -> int:
    """Bytes that one step takes for a moment: 0 for optimisers that change the weights in place.

    torch's implementations for accelerators (``foreach``) make the updates of all parameters together; those
    for processors go parameter by parameter, and make two tensors of its size.

    Args:
        trainable: Parameters that are trained.
        dtype_bytes: Bytes of a value that the optimiser works on.
        largest: Parameters of the largest tensor.
        together: All parameters at once, as on accelerators.
        optimizer: One of :data:`OPTIMIZERS`.
    """
    if not optimizer_named(optimizer).updates:
        return 0
    return trainable * dtype_bytes if together else 2 * largest * dtype_bytes


def training_activations(
    config: Any, *, batch_size: int, sequence_length: int, dtype_bytes: int, eager: bool, checkpointing: bool
) -> int | None:
    """Bytes of activations that a transformer keeps for the backward pass, by closed formula.

    Korthikanti et al., 2022, equations 1 and 2: a layer keeps ``s * b * h * (34 + 5 * a * s / h)`` bytes in 16 bits,
    with dropout masks of one byte; 2 bytes more a value in 32 bits. What scales with ``s * s`` falls away where the
    scores are not kept (their section 5). With activation checkpointing a layer keeps its input alone, ``2 * s * b *
    h``, and one layer at a time is computed anew (their table 2).

    Args:
        config: The configuration of the decoder or encoder.
        batch_size: b, sequences.
        sequence_length: s, tokens of each.
        dtype_bytes: Bytes of a value.
        eager: Whether scores are written out.
        checkpointing: Whether layers are computed anew.

    Returns:
        Bytes; ``None`` where the configuration does not tell heads, width and layers.
    """
    heads, width, layers = number(config, HEADS), number(config, WIDTH), number(config, LAYERS)
    if heads is None or width is None or layers is None:
        return None
    tokens = batch_size * sequence_length
    masks = 2 * tokens * width
    layer = (32 * tokens * width // 2) * dtype_bytes + masks
    if eager:
        scores = batch_size * heads * sequence_length * sequence_length
        layer += scores * (2 * dtype_bytes + 1)
    if checkpointing:
        return layers * tokens * width * dtype_bytes + layer
    return layers * layer
