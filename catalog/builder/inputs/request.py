"""What inputs are asked for, and the means to make them: sizes, random numbers, and a look into the configuration.

Numbers come from two sources, both seeded and apart from torch's global generator. Whole numbers are drawn in Python
and handed to :func:`torch.tensor`: under ``FakeTensorMode`` such tensors keep their values, so that a model that reads
them (a grid of patches, the places of image tokens) gets an answer. Real numbers are drawn by torch, and nobody needs
their values.
"""

from __future__ import annotations

import inspect
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import torch

from catalog.errors import UsageError

ImageSize: TypeAlias = int | tuple[int, int]
"""Pixels of a square's side, or height and width."""

DEFAULT_SEQUENCE_LENGTH = 128
"""Tokens of a text where none is asked for and the model can take as many."""

_POSITION_TABLES = ("position", "wpe", "pos_emb")


@dataclass(kw_only=True)
class Request:
    """One call of :func:`~catalog.builder.inputs.make_inputs`, handed to every provider.

    Attributes:
        model: The model; its parameters may be real, fake or on the meta device.
        config: Its configuration.
        batch_size: Number of samples.
        sequence_length: Tokens of a text as asked for; ``None`` leaves it to the model.
        image_size: Pixels of an image as asked for; ``None`` leaves it to the model.
        device: Where the tensors are made.
        seed: Start of both random generators.
        labels: Whether arguments are made from which the model computes a loss.
        resolve: Makes one argument; providers reach it through :meth:`get`.
        made: The arguments made so far.
    """

    model: Any
    config: Any
    batch_size: int = 1
    sequence_length: int | None = None
    image_size: ImageSize | None = None
    device: str = "cpu"
    seed: int = 0
    labels: bool = False
    resolve: Callable[[Request, str], Any]
    made: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.parameters: Mapping[str, inspect.Parameter] = _parameters(self.model)
        self._random = random.Random(self.seed)  # noqa: S311 (test data, not secrets)
        self._generator = torch.Generator().manual_seed(self.seed)
        self._open: list[str] = []

    # What the model is.

    @property
    def architecture(self) -> str:
        """Name of the model's class."""
        return type(self.model).__name__

    @property
    def dtype(self) -> torch.dtype:
        """Element type of the model's weights, in which it expects real numbers."""
        for parameter in self.model.parameters():
            if parameter.is_floating_point():
                found: torch.dtype = parameter.dtype
                return found
        return torch.float32

    @property
    def text(self) -> Any:
        """The configuration of the part that reads text, which may be the whole."""
        try:
            return self.config.get_text_config()
        except ValueError:  # one part reads, another writes
            return self.config.get_text_config(encoder=True)

    @property
    def decoder(self) -> Any:
        """The configuration of the part that writes text."""
        return self.config.get_text_config(decoder=True)

    @property
    def vision(self) -> Any:
        """The configuration of the part that sees, which may be the whole."""
        for outer in (self.config, self.part("vlm_config"), self.part("encoder")):
            for name in ("vision_config", "image_config", "vision_encoder_config", "vision_tower_config"):
                found = getattr(outer, name, None)
                if found is not None and hasattr(found, "to_dict"):
                    return found
        return self.part("encoder")

    @property
    def audio(self) -> Any:
        """The configuration of the part that hears, which may be the whole."""
        return self.part("audio_config", "audio_encoder_config", "speech_config", "encoder_config", "encoder")

    def part(self, *names: str) -> Any:
        """The first of these sub-configurations that exists, else the configuration itself."""
        for name in names:
            found = getattr(self.config, name, None)
            if found is not None and hasattr(found, "to_dict"):
                return found
        return self.config

    def takes(self, name: str) -> bool:
        """True where the forward pass has an argument of this name."""
        return name in self.parameters

    def needs(self, name: str) -> bool:
        """True where the forward pass has an argument of this name without a default."""
        parameter = self.parameters.get(name)
        return (
            parameter is not None
            and parameter.default is inspect.Parameter.empty
            and parameter.kind in {inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY}
        )

    def has(self, *class_name_parts: str) -> bool:
        """True where the name of the model's class contains one of these."""
        return any(part in self.architecture for part in class_name_parts)

    def get(self, name: str) -> Any:
        """Another argument of the same call, made now if it was not yet; ``None`` where there is none.

        An argument that is being made counts as absent, so that two that look at each other come to an end.
        """
        if name in self.made:
            return self.made[name]
        if name in self._open or not self.takes(name):
            return None
        self._open.append(name)
        try:
            value = self.resolve(self, name)
        finally:
            self._open.pop()
        if value is not None:
            self.made[name] = value
        return value

    # Sizes.

    def value(self, *names: str, default: Any = None, of: Any = None) -> Any:
        """The first of these parameters that the configuration has and that is not ``None``.

        Args:
            *names: Names of parameters, best first.
            default: What to return where none is there.
            of: The configuration to look into; ``None`` means that of the model.
        """
        config = self.config if of is None else of
        for name in names:
            found = getattr(config, name, None)
            if found is not None:
                return found
        return default

    def length(self, *, limit: int | None = None, default: int = DEFAULT_SEQUENCE_LENGTH) -> int:
        """Tokens of a text: as asked for, else the default, or as many as the model can take where those are fewer.

        Raises:
            UsageError: More are asked for than the model can take.
        """
        bound = self.position_limit() if limit is None else limit
        if self.sequence_length is None:
            return default if bound is None else max(1, min(default, bound))
        if bound is not None and self.sequence_length > bound:
            raise UsageError(
                f"{self.architecture} takes at most {bound} tokens; {self.sequence_length} were asked for.",
                remedy="Ask for a shorter sequence, or configure more positions.",
            )
        return self.sequence_length

    def position_limit(self) -> int | None:
        """Positions that a text may have: rows of the smallest learned table; ``None`` where any number works."""
        limits = [
            rows - _offset(module)
            for name, module in self.model.named_modules()
            if any(part in name.rsplit(".", 1)[-1].lower() for part in _POSITION_TABLES)
            and not any(part in name for part in ("vision", "visual", "image", "audio", "speech", "patch"))
            and isinstance(rows := getattr(module, "num_embeddings", None), int)
            and rows > 2
        ]
        if limits or getattr(self.text, "rope_parameters", None):
            return min(limits, default=None)
        computed = getattr(self.text, "max_position_embeddings", None)
        return computed if isinstance(computed, int) and computed > 2 else None

    # Tensors.

    def integers(self, low: int, high: int, *shape: int) -> torch.Tensor:
        """Whole numbers from ``low`` up to ``high``, that one left out."""
        draws = [self._random.randrange(low, max(high, low + 1)) for _ in range(math.prod(shape))]
        return self.tensor(draws).reshape(shape)

    def choice(self, values: Sequence[int], *shape: int) -> torch.Tensor:
        """Whole numbers out of a list."""
        return self.tensor(self._random.choices(values, k=math.prod(shape))).reshape(shape)

    def full(self, value: float, *shape: int, dtype: torch.dtype = torch.int64) -> torch.Tensor:
        """One number everywhere."""
        return torch.tensor(value, dtype=dtype, device=self.device).repeat(shape)

    def tensor(self, values: Any, *, dtype: torch.dtype | None = torch.int64) -> torch.Tensor:
        """Given values."""
        return torch.tensor(values, dtype=dtype, device=self.device)

    def uniform(self, *shape: int, low: float = 0.0, high: float = 1.0) -> torch.Tensor:
        """Real numbers spread evenly between two bounds, in the model's element type."""
        return self._drawn(torch.rand, shape) * (high - low) + low

    def normal(self, *shape: int, scale: float = 1.0) -> torch.Tensor:
        """Real numbers around zero, in the model's element type: what normalised pixels and features look like."""
        return self._drawn(torch.randn, shape) * scale

    def _drawn(self, draw: Callable[..., torch.Tensor], shape: tuple[int, ...]) -> torch.Tensor:
        if self.device == "meta":
            return draw(shape, device="meta", dtype=self.dtype)
        return draw(shape, generator=self._generator).to(device=self.device, dtype=self.dtype)


def _parameters(model: Any) -> Mapping[str, inspect.Parameter]:
    """Arguments of the forward pass, and those that it hands on to the towers without naming them itself."""
    own = dict(inspect.signature(model.forward).parameters)
    if any(parameter.kind is inspect.Parameter.VAR_KEYWORD for parameter in own.values()):
        for name in ("get_image_features", "get_audio_features"):
            method = getattr(getattr(model, "model", None), name, None)
            for parameter in inspect.signature(method).parameters.values() if callable(method) else ():
                if parameter.default is inspect.Parameter.empty and parameter.name not in own:
                    own[parameter.name] = parameter
    return own


def sub_configs(config: Any) -> Iterator[Any]:
    """A configuration and all that it is composed of, the outer ones first."""
    yield config
    for name in getattr(config, "sub_configs", None) or {}:
        inner = getattr(config, name, None)
        if inner is not None and hasattr(inner, "to_dict"):
            yield from sub_configs(inner)


def _offset(module: Any) -> int:
    """Rows at the start of a table of positions that no token uses (RoBERTa counts from ``padding_idx + 1``)."""
    offset = getattr(module, "offset", None)
    if isinstance(offset, int):
        return offset
    padding = getattr(module, "padding_idx", None)
    return padding + 1 if isinstance(padding, int) else 0
