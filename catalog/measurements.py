"""What running a model tells: how long it takes, how much memory it holds, on which machine, or why it does not run.

One :class:`Measurement` is one line of an NDJSON file and one row of the catalog. It holds everything that is needed to
read its figures: what was run, at which sizes, and where. The records flow from the worker that measures, which needs
only torch and transformers, to the store and to everything that shows them. They hold plain values only; nothing here
imports torch, transformers or SQLAlchemy.
"""

from __future__ import annotations

import dataclasses
import functools
import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import UnionType
from typing import Any, Literal, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from catalog.model_facts import InputShape
from catalog.records import Json, digest, to_document

FORMAT = 1
"""Version of the NDJSON lines. A reader refuses newer ones."""

Mode: TypeAlias = Literal["forward", "train", "generate"]
"""*forward*: one pass without gradients. *train*: forward, backward and a step of AdamW. *generate*: new tokens after a
prompt."""

Scale: TypeAlias = Literal["tiny", "full", "spec"]
"""*tiny*: the model shrunk to about a million parameters. *full*: its default size. *spec*: the size that a spec or a
checkpoint names."""

Status: TypeAlias = Literal[
    "measured",
    "crash",
    "timeout",
    "out-of-memory",
    "missing-library",
    "does-not-build",
    "no-inputs",
    "does-not-run",
    "unsupported",
    "interrupted",
]
"""How it ended.

*crash*: the process died (a signal, a segmentation fault). *timeout*: it took longer than it may, and was ended.
*out-of-memory*: it took more than it may even with one sample, or cannot fit to begin with. *missing-library*: an
optional library is not installed. *does-not-build*: making the configuration or the model fails. *no-inputs*: inputs
cannot be made. *does-not-run*: the pass raises. *unsupported*: what was asked for does not exist for this model or this
machine (generation with an encoder, training without a loss, compilation without a compiler, a device that is not
there). *interrupted*: it was stopped from outside; a resumed sweep runs it again.
"""

EstimateMethod: TypeAlias = Literal["graph", "run", "formula"]
"""How memory was estimated: *graph*: by following the model's graph without running it. *run*: by following a real
pass. *formula*: by closed formulas, since neither could be followed."""

BY_FORMULA = "Memory is estimated by formula"
"""How the note begins of a row whose estimate rests on closed formulas."""
BY_RUN = "Memory is estimated from a real pass"
"""How the note begins of a row whose estimate followed a real pass."""

MODES: tuple[Mode, ...] = get_args(Mode)
SCALES: tuple[Scale, ...] = get_args(Scale)
STATUSES: tuple[Status, ...] = get_args(Status)
ESTIMATE_METHODS: tuple[EstimateMethod, ...] = get_args(EstimateMethod)


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """What a model is asked to do.

    Attributes:
        mode: What is run.
        batch_size: Samples at a time. In a :class:`Measurement` the number that was run, which is smaller than what was
            asked for where memory ran out.
        sequence_length: Tokens of a text, of the prompt for generation; ``None`` leaves it to the model.
        image_size: Side of an image in pixels; ``None`` leaves it to the model.
        new_tokens: Tokens to generate after the first one; ``None`` for other modes.
        device: ``"cpu"``, ``"cuda"`` or ``"cuda:1"``.
        dtype: Element type of weights and inputs (``"float32"``, ``"bfloat16"``, ``"float16"``).
        attention: Implementation of attention that is asked for; ``None`` for the model's own choice.
        compile: Whether the model goes through ``torch.compile``.
        seed: Start of the random numbers of weights and inputs.
    """

    mode: Mode = "forward"
    batch_size: int = 1
    sequence_length: int | None = None
    image_size: int | None = None
    new_tokens: int | None = None
    device: str = "cpu"
    dtype: str = "float32"
    attention: str | None = None
    compile: bool = False
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Which model was run.

    Attributes:
        config_class: Its configuration class.
        architecture: The model class; empty where none could be found.
        model_type: Model type under which it was asked for.
        scale: At which size.
        params: Parameters of the configuration besides its defaults, as they were given.
        checkpoint: Folder or hub name, where one was named.
    """

    config_class: str
    architecture: str = ""
    model_type: str | None = None
    scale: Scale = "full"
    params: Mapping[str, Json] = field(default_factory=dict)
    checkpoint: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """How long something takes, in seconds, over `n` timed runs.

    Attributes:
        p50: Median.
        p90: 90th percentile, interpolated linearly between runs.
        p99: 99th percentile; with fewer than 100 runs it lies between the two slowest.
        mean: Arithmetic mean.
        minimum: Fastest run.
        maximum: Slowest run.
        n: Number of timed runs.
        noise: How far the medians of the rounds lie apart: half of their range, divided by the median of all runs.
            0.02 means that a repeated measurement in the same process stays within about 2 %.
    """

    p50: float
    p90: float
    p99: float
    mean: float
    minimum: float
    maximum: float
    n: int
    noise: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Peak memory in bytes; ``None`` for what this machine does not tell.

    Attributes:
        resident: Highest resident set of the worker's process while it ran, the interpreter and libraries included.
        resident_before: Resident set before the model was made, so that the difference is the model's.
        tracked: Weights, buffers, inputs and what torch's allocator handed out at its highest during one run.
        allocated: CUDA: highest ``torch.cuda.max_memory_allocated``.
        reserved: CUDA: highest ``torch.cuda.max_memory_reserved``.
        estimated: What the catalog estimates for the same run, to be held against `tracked` or `allocated`.
        estimate_failure: Why there is no estimate; ``None`` where there is one or none was asked for.
    """

    resident: int | None = None
    resident_before: int | None = None
    tracked: int | None = None
    allocated: int | None = None
    reserved: int | None = None
    estimated: int | None = None
    estimate_failure: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Where something was measured.

    Attributes:
        torch: Release of torch, with its build (``"2.13.0+cpu"``).
        transformers: Release of transformers.
        python: Release of Python.
        system: Operating system and architecture (``"Linux-6.1-x86_64"``).
        processor: Model of the processor.
        cores: Cores that the process may use.
        memory: Bytes of memory of the machine.
        threads: Threads of torch within an operator.
        jobs: Workers that ran side by side.
        pinned: Whether each worker kept to cores of its own.
        gpu: Model of the GPU; ``None`` on a processor.
        gpu_memory: Bytes of its memory.
        driver: Release of its driver.
        cuda: Release of CUDA that torch was built with; ``None`` without.
        version: Release of this catalog.
        commit: Commit of this catalog's checkout; ``None`` outside of one.
        executor: What ran the workers: ``"local"`` or ``"ray"``.
    """

    torch: str
    transformers: str
    python: str
    system: str
    processor: str
    cores: int
    memory: int | None = None
    threads: int = 1
    jobs: int = 1
    pinned: bool = False
    gpu: str | None = None
    gpu_memory: int | None = None
    driver: str | None = None
    cuda: str | None = None
    version: str = ""
    commit: str | None = None
    executor: str = "local"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One model under one workload on one machine.

    Attributes:
        run: Name of the sweep that it belongs to.
        key: What was asked for (:func:`job_key`): the same in every run that asks for the same.
        measured_at: When it ended, in UTC (``"2026-01-31T12:00:00Z"``).
        status: How it ended; all figures below are ``None`` or empty unless it was measured.
        reason: Why it was not measured, in one sentence; ``None`` where it was.
        library: The missing library, by the name under which it is installed.
        subject: Which model.
        workload: What it did; its `batch_size` is the one that was run.
        asked_batch_size: The batch that was asked for, where that was more than memory held; else ``None``.
        environment: Where; ``None`` only where the process ended before it could tell.
        inputs: The arguments of the pass, with their shapes.
        attention: Implementation of attention that ran; ``None`` where the model does not tell.
        latency: Time of one pass, of one training step, or of the whole generation.
        device_latency: CUDA: the same between two events on the device.
        prefill: Generation: time to the first new token.
        decode: Generation: time of each further token, averaged over the tokens of a run.
        samples_per_second: Throughput at the median.
        tokens_per_second: Throughput at the median: tokens read by a pass or step, tokens written when generating;
            ``None`` for a model that reads no text.
        parameters: Number of parameters.
        flops: Floating-point operations of one pass or step, counted over the graph, a multiply and an add being two.
        achieved_flops: `flops` a second at the median.
        peak_flops: What a large matrix product reaches on the same device with the same dtype and threads.
        memory: Peak memory.
        warmup_runs: Runs before the timed ones.
        warmed_up: Whether the time had settled when the timed runs began.
        rounds: Rounds that the timed runs were split into.
        start_seconds: Time from asking for the process to its being ready, which is outside of every figure above.
        build_seconds: Time to make the model.
        compile_seconds: Time of the first run of a compiled model.
        seconds: Time from asking for the process to its answer.
        notes: What the figures rest on besides, as sentences: overrides, assumptions of the count of operations.
    """

    run: str = ""
    key: str
    measured_at: str
    status: Status
    reason: str | None = None
    library: str | None = None
    subject: Subject
    workload: Workload
    asked_batch_size: int | None = None
    environment: Environment | None = None
    inputs: tuple[InputShape, ...] = ()
    attention: str | None = None
    latency: Timing | None = None
    device_latency: Timing | None = None
    prefill: Timing | None = None
    decode: Timing | None = None
    samples_per_second: float | None = None
    tokens_per_second: float | None = None
    parameters: int | None = None
    flops: int | None = None
    achieved_flops: float | None = None
    peak_flops: float | None = None
    memory: Memory = field(default_factory=Memory)
    warmup_runs: int | None = None
    warmed_up: bool | None = None
    rounds: int | None = None
    start_seconds: float | None = None
    build_seconds: float | None = None
    compile_seconds: float | None = None
    seconds: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def peak_memory(self) -> int | None:
        """Bytes that the model's work held at its highest: of a GPU's allocator, else of torch's on the processor.

        It is what the estimate is held against.
        """
        return self.memory.tracked if self.memory.allocated is None else self.memory.allocated

    @property
    def estimate_method(self) -> EstimateMethod | None:
        """How the memory was estimated, by the row's notes; ``None`` without an estimate."""
        if self.memory.estimated is None:
            return None
        if any(note.startswith(BY_FORMULA) for note in self.notes):
            return "formula"
        return "run" if any(note.startswith(BY_RUN) for note in self.notes) else "graph"


def job_key(subject: Subject, workload: Workload) -> str:
    """Name what was asked for: 16 hexadecimal digits that every run with the same request shares.

    Args:
        subject: The model as it was asked for. Its architecture counts, its model type does not.
        workload: What it is asked to do, with the batch that was asked for.
    """
    asked = {
        "config_class": subject.config_class,
        "architecture": subject.architecture,
        "scale": subject.scale,
        "params": subject.params,
        "checkpoint": subject.checkpoint,
        "workload": dataclasses.asdict(workload),
    }
    return digest(asked)[:16]


def measurement_to_document(measurement: Measurement) -> dict[str, Any]:
    """The JSON object of one NDJSON line; what is ``None`` or empty is left out, everything else is written."""
    return {"format": FORMAT, **_written(measurement)}


def _written(record: Any) -> Any:
    if not dataclasses.is_dataclass(record):
        return to_document(record)
    found = {}
    for item in dataclasses.fields(record):
        value = getattr(record, item.name)
        # An empty value is written where leaving it out would read as another one, or as a missing one.
        default = item.default if item.default_factory is dataclasses.MISSING else item.default_factory()
        if not (value is None or value in ((), {}, "")) or value != default:
            found[item.name] = _written(value)
    return found


def measurement_from_document(document: Mapping[str, Any]) -> Measurement:
    """Make the record again from what :func:`measurement_to_document` wrote.

    Args:
        document: A JSON object of the current format. Keys that this version does not know are an error.

    Raises:
        TypeError: If a key is missing or not known.
        ValueError: If a value is not one of those allowed, or the format is newer.
    """
    values = dict(document)
    written = values.pop("format", None)
    if written != FORMAT:
        raise ValueError(f"its format is {written!r}, and this version reads {FORMAT}")
    timings = ("latency", "device_latency", "prefill", "decode")
    found = _made(
        Measurement,
        {
            **values,
            "subject": _made(Subject, values.get("subject", {})),
            "workload": _made(Workload, values.get("workload", {})),
            "environment": None if values.get("environment") is None else _made(Environment, values["environment"]),
            "memory": _made(Memory, values.get("memory", {})),
            "inputs": tuple(_made(InputShape, _with_tuple(item, "shape")) for item in values.get("inputs", ())),
            **_with_tuple({"notes": values.get("notes", [])}, "notes"),
            **{name: None if values.get(name) is None else _made(Timing, values[name]) for name in timings},
        },
    )
    if found.status not in STATUSES:
        raise ValueError(f"there is no status {found.status!r}")
    if found.workload.mode not in MODES:
        raise ValueError(f"there is no mode {found.workload.mode!r}")
    if found.subject.scale not in SCALES:
        raise ValueError(f"there is no scale {found.subject.scale!r}")
    try:
        datetime.fromisoformat(found.measured_at)
    except ValueError:
        raise ValueError(f"measured_at is {found.measured_at!r}, which is no time") from None
    return found


def environment_from_document(document: Mapping[str, Any]) -> Environment:
    """Make the record again from what :func:`catalog.records.to_document` wrote.

    Raises:
        TypeError: If a key is missing or not known.
        ValueError: If a value is of another type.
    """
    return _made(Environment, document)


_R = TypeVar("_R")


def _made(record: type[_R], values: Mapping[str, Any]) -> _R:
    """Make a record of values whose types fit; files come from elsewhere, and a database would keep what is wrong."""
    if not isinstance(values, Mapping):
        raise ValueError(f"{values!r} stands where an object belongs")  # one kind of error for a reader
    kinds = _kinds(cast("Hashable", record))
    for name, value in values.items():
        kind = type(value)
        if kind not in kinds.get(name, (kind,)):
            expected = " or ".join(sorted(_NAMES.get(item, item.__name__) for item in kinds[name]))
            raise ValueError(f"{name} is {value!r}, where {expected} belongs")
        if kind is float and not math.isfinite(value):
            raise ValueError(f"{name} is {value!r}, which is no number")
    return record(**values)


_NAMES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", type(None): "null"}


@functools.cache
def _kinds(record: Hashable) -> dict[str, frozenset[type]]:
    return {name: _allowed(hint) for name, hint in get_type_hints(record).items()}


def _allowed(hint: Any) -> frozenset[type]:
    """Types that JSON has for an annotation."""
    origin = get_origin(hint)
    if origin in (Union, UnionType):
        return frozenset().union(*map(_allowed, get_args(hint)))
    if origin is Literal:
        return frozenset(map(type, get_args(hint)))
    if hint is float:
        return frozenset({float, int})
    return frozenset({dict if origin is Mapping else origin or hint})


def _with_tuple(values: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = dict(values)
    if name in found:
        if not isinstance(found[name], list | tuple):
            raise ValueError(f"{name} is {found[name]!r}, where a list belongs")
        found[name] = tuple(found[name])
    return found
