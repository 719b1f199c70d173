"""The options that ``catalog bench run`` and ``catalog bench plan`` share, and what they say read into records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias, TypeVar

import typer

from catalog.cli.completion import complete_names, complete_tasks

if TYPE_CHECKING:
    from catalog.benchmark.grid import Grid
    from catalog.benchmark.job import Care
    from catalog.builder.planning import BuildOptions

_T = TypeVar("_T")

SpecsArgument: TypeAlias = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME|SPEC",
        help="Model types (llama), config classes (LlamaConfig), spec files, folders or hub names of checkpoints.",
        show_default=False,
        autocompletion=complete_names,
    ),
]
AllOption: TypeAlias = Annotated[bool, typer.Option("--all", help="Every cataloged model, by its base model.")]
OnlyOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--only", metavar="NAME", help="With --all: this model only (repeatable).", autocompletion=complete_names
    ),
]
LimitOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--limit",
        metavar="N",
        min=1,
        help="With --all: at most so many models, those of largest interest first.",
        show_default=False,
    ),
]
ScaleOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--scale",
        metavar="tiny|full",
        help="tiny: shrunk to a million parameters or less; full: its own size. [default: full; with --all tiny]",
        show_default=False,
        autocompletion=lambda: ["tiny", "full"],
    ),
]
ParamOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        "-p",
        metavar="KEY=VALUE",
        help="A parameter of the configuration (repeatable); nested ones by dotted names.",
    ),
]
ArchitectureOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--architecture",
        metavar="A",
        help="Model class for every mode. [default: the plain model; to train one with a loss, to generate one that "
        "generates]",
        show_default=False,
    ),
]
TaskOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--task",
        metavar="T",
        help="Take the model class for this task.",
        show_default=False,
        autocompletion=complete_tasks,
    ),
]
ForwardOption: TypeAlias = Annotated[
    bool, typer.Option("--forward/--no-forward", help="Measure a forward pass, or leave it out.")
]
TrainOption: TypeAlias = Annotated[
    bool, typer.Option("--train", help="Measure a training step, too: forward, backward, AdamW.")
]
GenerateOption: TypeAlias = Annotated[
    bool, typer.Option("--generate", help="Measure generation, too: the prompt (prefill) and each further token.")
]
DeviceOption: TypeAlias = Annotated[
    str, typer.Option("--device", metavar="D", help="cpu, cuda or cuda:1. No GPU has run this project's tests.")
]
DtypeOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--dtype",
        metavar="D",
        help="float32, bfloat16 or float16; several with commas. [default: float32]",
        show_default=False,
        autocompletion=lambda: ["float32", "bfloat16", "float16"],
    ),
]
BatchOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--batch-size",
        metavar="B",
        help="Samples at a time; several with commas (1,8,32). [default: 1]",
        show_default=False,
    ),
]
LengthOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--sequence-length",
        metavar="S",
        help="Tokens of a text, or of the prompt; several with commas. [default: the model's choice, 128 at most]",
        show_default=False,
    ),
]
AttentionOption: TypeAlias = Annotated[
    list[str] | None,
    typer.Option(
        "--attention",
        metavar="A",
        help="eager, sdpa, flex_attention or flash_attention_2; several with commas. [default: the model's choice]",
        show_default=False,
        autocompletion=lambda: ["eager", "sdpa", "flex_attention", "flash_attention_2"],
    ),
]
CompileOption: TypeAlias = Annotated[
    bool, typer.Option("--compile", help="Compile the model (torch.compile); with --no-compile both ways.")
]
NoCompileOption: TypeAlias = Annotated[
    bool, typer.Option("--no-compile", help="Measure it without compiling, which is the default.")
]
ImageOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--image-size",
        metavar="N",
        help="Side of images in pixels. [default: the model's choice]",
        show_default=False,
    ),
]
NewTokensOption: TypeAlias = Annotated[
    int | None,
    typer.Option(
        "--new-tokens",
        metavar="N",
        help="With --generate: tokens to generate after the first one. [default: 32]",
        show_default=False,
    ),
]
SeedOption: TypeAlias = Annotated[
    int, typer.Option("--seed", metavar="N", help="Start of the random numbers of weights and inputs.")
]
SecondsOption: TypeAlias = Annotated[
    str | None,
    typer.Option(
        "--seconds",
        metavar="S",
        help="Time that the timed runs of one workload take together, at least. [default: 2; with --all at tiny "
        "scale 0.5]",
        show_default=False,
    ),
]
FlopsOption: TypeAlias = Annotated[bool, typer.Option("--flops/--no-flops", help="Count floating-point operations.")]
EstimateOption: TypeAlias = Annotated[
    bool,
    typer.Option("--estimate/--no-estimate", help="Estimate the memory, too, to hold it against what is measured."),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What ``run`` and ``plan`` are asked to measure, named as the options are."""

    specs: tuple[str, ...] = ()
    everything: bool = False
    only: tuple[str, ...] = ()
    limit: int | None = None
    scale: str | None = None
    param: tuple[str, ...] = ()
    architecture: str | None = None
    task: str | None = None
    forward: bool = True
    train: bool = False
    generate: bool = False
    device: str = "cpu"
    dtype: tuple[str, ...] = ()
    batch_size: tuple[str, ...] = ()
    sequence_length: tuple[str, ...] = ()
    attention: tuple[str, ...] = ()
    compile: bool = False
    no_compile: bool = False
    image_size: int | None = None
    new_tokens: int | None = None
    seed: int = 0
    seconds: str | None = None
    flops: bool = True
    estimate: bool = True

    def check(self) -> None:
        """Check that models are named in one way.

        Raises:
            UsageError: If they are not.
        """
        from catalog.errors import UsageError

        if self.everything and self.specs:
            raise UsageError("A model and --all do not go together.")
        if not self.everything and not self.specs:
            raise UsageError(
                "There is no model named.",
                remedy="Name one (catalog bench run bert), or measure them all with --all --scale tiny.",
            )
        if not self.everything and (self.only or self.limit is not None):
            raise UsageError("--only and --limit go with --all.")
        if self.everything and (self.param or self.architecture or self.task):
            raise UsageError("--all measures each model with its own parameters; it takes no options of one.")
        if self.architecture and self.task:
            raise UsageError("--architecture and --task do not go together: a task chooses the architecture.")
        if self.scale not in (None, "tiny", "full"):
            raise UsageError(f"There is no scale {self.scale!r}.", remedy="Take tiny or full.")
        if self.new_tokens is not None and not self.generate:
            raise UsageError("--new-tokens goes with --generate.")

    def chosen_scale(self) -> Literal["tiny", "full"] | None:
        """The scale, as planning takes it."""
        scales: dict[str | None, Literal["tiny", "full"] | None] = {"tiny": "tiny", "full": "full"}
        return scales.get(self.scale)

    def grid(self) -> Grid:
        """What each model is asked to do.

        Raises:
            UsageError: If a number is none, or a value is not one that can be measured.
        """
        from catalog.benchmark.grid import NEW_TOKENS, Grid

        attentions = tuple(None if name == "default" else name for name in _listed("--attention", self.attention, str))
        return Grid(
            forward=self.forward,
            train=self.train,
            generate=self.generate,
            dtypes=_listed("--dtype", self.dtype, str) or ("float32",),
            batch_sizes=_listed("--batch-size", self.batch_size, _whole) or (1,),
            sequence_lengths=_listed("--sequence-length", self.sequence_length, _whole) or (None,),
            attentions=attentions or (None,),
            compile=((False, True) if self.no_compile else (True,)) if self.compile else (False,),
            image_size=self.image_size,
            new_tokens=NEW_TOKENS if self.new_tokens is None else self.new_tokens,
            device=self.device,
            seed=self.seed,
        )

    def options(self) -> BuildOptions | None:
        """What is asked for of named models; ``None`` for all models.

        Raises:
            UsageError: If a parameter is none.
        """
        if self.everything:
            return None
        from catalog.builder.planning import BuildOptions
        from catalog.cli.build_one import parse_params

        return BuildOptions(params=parse_params(self.param), architecture=self.architecture, task=self.task)

    def care(self) -> Care:
        """How carefully each workload is measured.

        Raises:
            UsageError: If the time is none, or not from a hundredth of a second to an hour.
        """
        from catalog.benchmark.job import Care
        from catalog.errors import UsageError

        quick = self.everything and self.scale != "full"
        seconds = 0.5 if quick else 2.0
        if self.seconds is not None:
            seconds = read_seconds("--seconds", self.seconds)
            if not 0.01 <= seconds <= 3600:
                raise UsageError(f"--seconds is {self.seconds}; it must be from 0.01 to 3600.")
        return Care(
            seconds=seconds,
            rounds=5,
            least_runs=10,
            warmup_seconds=2.0 if quick else 5.0,
            flops=self.flops,
            estimate=self.estimate,
        )


def read_seconds(option: str, text: str) -> float:
    """Read a time that is given with an option.

    Raises:
        UsageError: If it is none.
    """
    from catalog.quantities import parse_seconds

    return _read(option, text, parse_seconds)


def read_bytes(option: str, text: str) -> int:
    """Read a number of bytes that is given with an option.

    Raises:
        UsageError: If it is none.
    """
    from catalog.quantities import parse_bytes

    return _read(option, text, parse_bytes)


def _read(option: str, text: str, make: Callable[[str], _T]) -> _T:
    from catalog.errors import UsageError

    try:
        return make(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error


def _listed(option: str, texts: tuple[str, ...], make: Callable[[str], _T]) -> tuple[_T, ...]:
    """The values of an option that may be repeated, and may hold several with commas."""
    from catalog.errors import UsageError

    parts = [part.strip() for text in texts for part in text.split(",")]
    if "" in parts:
        raise UsageError(f"{option} has an empty value.", remedy=f"Write several like {option} 1,8.")
    return tuple(_read(option, part, make) for part in parts)


def _whole(text: str) -> int:
    plain = text.replace("_", "")
    if not plain.removeprefix("-").isdecimal() or not plain.isascii() or len(plain) > 18:
        raise ValueError(f"{text!r} is no whole number.")
    return int(plain)


def asked_of(context: dict[str, Any]) -> Asked:
    """What is asked for, from a command's arguments by name; lists become tuples."""
    from dataclasses import fields

    given: dict[str, Any] = {field.name: context[field.name] for field in fields(Asked)}
    lists = {field.name: tuple(given[field.name] or ()) for field in fields(Asked) if isinstance(field.default, tuple)}
    return Asked(**{**given, **lists})
