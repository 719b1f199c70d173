"""What models are asked to do in one sweep: modes, and every combination of sizes, dtypes and implementations."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from catalog.errors import UsageError
from catalog.measurements import Mode, Workload

DTYPES: Final = ("float32", "bfloat16", "float16")
"""Element types in which models are measured."""

NEW_TOKENS: Final = 32
"""Tokens to generate, where nothing else is asked for."""

_MOST: Final = {"batch_size": 2**20, "sequence_length": 2**24, "image_size": 2**14, "new_tokens": 2**20}
"""Beyond these a number is a slip: nothing of that size can be measured."""
_DEVICE: Final = re.compile(r"cpu|cuda(:\d+)?")
_ATTENTION: Final = re.compile(r"[a-z][a-z0-9_]*(\|[a-z0-9_]+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """What each model is asked to do: one workload for each combination.

    Attributes:
        forward: Measure a forward pass.
        train: Measure a training step.
        generate: Measure generation.
        dtypes: Element types of weights and inputs.
        batch_sizes: Samples at a time.
        sequence_lengths: Tokens; ``None`` leaves them to the model.
        attentions: Implementations of attention; ``None`` for the model's own choice.
        compile: Whether the model goes through ``torch.compile``.
        image_size: Side of images in pixels; ``None`` leaves it to the model.
        new_tokens: Tokens to generate after the first one.
        device: ``"cpu"``, ``"cuda"`` or ``"cuda:1"``.
        seed: Start of the random numbers.

    Raises:
        UsageError: If a value is not one that can be measured, stands twice, or if there is nothing to measure.
    """

    forward: bool = True
    train: bool = False
    generate: bool = False
    dtypes: tuple[str, ...] = ("float32",)
    batch_sizes: tuple[int, ...] = (1,)
    sequence_lengths: tuple[int | None, ...] = (None,)
    attentions: tuple[str | None, ...] = (None,)
    compile: tuple[bool, ...] = (False,)
    image_size: int | None = None
    new_tokens: int = NEW_TOKENS
    device: str = "cpu"
    seed: int = 0

    def __post_init__(self) -> None:
        if not self.modes:
            raise UsageError(
                "There is nothing to measure: the forward pass is left out, and neither training nor generation is "
                "asked for.",
                remedy="Add --train or --generate, or leave out --no-forward.",
            )
        if not _DEVICE.fullmatch(self.device):
            raise UsageError(f"There is no device {self.device!r} to measure on.", remedy="Take cpu, cuda or cuda:1.")
        for dtype in self.dtypes:
            if dtype not in DTYPES:
                raise UsageError(f"There is no dtype {dtype!r} to measure.", remedy=f"Take {', '.join(DTYPES)}.")
        for attention in self.attentions:
            if attention is not None and not _ATTENTION.fullmatch(attention):
                raise UsageError(
                    f"{attention!r} is no implementation of attention.",
                    remedy="Take eager, sdpa, flex_attention or flash_attention_2; kernels are not fetched.",
                )
        _check_numbers("batch_size", self.batch_sizes)
        _check_numbers("sequence_length", self.sequence_lengths)
        _check_numbers("image_size", (self.image_size,))
        _check_numbers("new_tokens", (self.new_tokens,))
        if not 0 <= self.seed < 2**63:
            raise UsageError(f"The seed is {self.seed}; it must be a whole number from 0 to 2^63 - 1.")
        _check_different(self)

    @property
    def modes(self) -> tuple[Mode, ...]:
        """What is measured, in this order."""
        asked: tuple[tuple[Mode, bool], ...] = (
            ("forward", self.forward),
            ("train", self.train),
            ("generate", self.generate),
        )
        return tuple(mode for mode, wanted in asked if wanted)

    def workloads(self, mode: Mode, *, reads_text: bool = True) -> Iterator[Workload]:
        """Every combination.

        Args:
            mode: What is measured.
            reads_text: Whether a length plays a part; otherwise one workload stands for all lengths.
        """
        lengths: Iterable[int | None] = self.sequence_lengths if reads_text else (None,)
        for dtype, attention, compiled, batch_size, length in itertools.product(
            self.dtypes, self.attentions, self.compile, self.batch_sizes, lengths
        ):
            yield Workload(
                mode=mode,
                batch_size=batch_size,
                sequence_length=length,
                image_size=self.image_size,
                new_tokens=self.new_tokens if mode == "generate" else None,
                device=self.device,
                dtype=dtype,
                attention=attention,
                compile=compiled,
                seed=self.seed,
            )


def _check_numbers(name: str, values: Iterable[int | None]) -> None:
    for value in values:
        if value is not None and not 1 <= value <= _MOST[name]:
            what = "number of new tokens" if name == "new_tokens" else name.replace("_", " ")
            raise UsageError(f"The {what} is {value:,}; it must be from 1 to {_MOST[name]:,}.")


def _check_different(grid: Grid) -> None:
    for name in ("dtypes", "batch_sizes", "sequence_lengths", "attentions", "compile"):
        values = getattr(grid, name)
        if not values:
            raise UsageError(f"There is nothing to measure: {name.replace('_', ' ')} is empty.")
        twice = [value for value in values if values.count(value) > 1]
        if twice:
            raise UsageError(f"{twice[0]} stands twice among the values of one option.")
