"""What building a model tells: its size, its parts, its floating-point operations, or why it does not build.

The records flow from the builder to the store and from there to everything that shows them. Like all records they
are frozen and hold plain values only; nothing here imports torch, transformers or SQLAlchemy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

FailureKind: TypeAlias = Literal[
    "missing-library",
    "default-does-not-construct",
    "needs-sub-config",
    "needs-parameter",
    "needs-download",
    "upstream-bug",
    "no-inputs",
    "out-of-memory",
    "timeout",
    "unsupported",
    "unexplained",
]
"""Why a model did not build or did not run.

*missing-library*: an optional library is not installed. *default-does-not-construct*: the configuration class raises
when it is called without arguments. *needs-sub-config*, *needs-parameter*: the defaults leave out what the model
cannot do without. *needs-download*: the model's code fetches something. *upstream-bug*: transformers itself fails on
its own defaults. *no-inputs*: inputs for it cannot be made. *unsupported*: an operation does not exist on the device.
*unexplained*: it fails, and whether transformers or what it was given is to blame is not known.
"""

ForwardMode: TypeAlias = Literal["fake", "real"]
"""How a forward pass ran: on fake tensors, which have shapes but no values, or on real ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildFailure:
    """Why something did not work.

    Attributes:
        kind: The kind of reason.
        reason: What went wrong, in one sentence of plain text.
        library: The missing library, by the name under which it is installed; ``None`` for other kinds.
        parameter: The configuration parameter to blame, dotted from the root; ``None`` where it cannot be told.
    """

    kind: FailureKind
    reason: str
    library: str | None = None
    parameter: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InputShape:
    """One argument of a forward pass.

    Attributes:
        name: The keyword (``"input_ids"``).
        shape: Its dimensions; for a list of tensors, those of the first one.
        dtype: Its element type (``"int64"``).
    """

    name: str
    shape: tuple[int, ...]
    dtype: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryNode:
    """One line of a model's summary tree.

    Attributes:
        path: Dotted path of the module from the root (``"layers.0.self_attn"``); empty for the root.
        module: Name of its class (``"LlamaAttention"``).
        depth: Nesting, starting at 0 for the root.
        parameters: Parameters in it and below it, shared ones once.
        repeats: How many siblings in a row are alike, this one included; only the first of them is listed.
        component: The part of the model that it counts to (``"attention"``); ``None`` for a mixture.
    """

    path: str
    module: str
    depth: int
    parameters: int
    repeats: int = 1
    component: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForwardFacts:
    """What one forward pass told.

    Attributes:
        mode: On fake tensors or on real ones; ``None`` where none was tried.
        size: Whether the model had its default size or was shrunk (``"tiny"``).
        failure: Why it did not run; ``None`` where it ran.
        inputs: The arguments it ran with.
        flops: Floating-point operations of the forward pass, a multiply and an add being two; ``None`` where not
            counted.
        backward_flops: Those of the backward pass alone.
        flops_by_operator: Share of `flops` by operator (``"aten.mm"``).
        assumptions: What the figure rests on, where it is not a plain count of the graph.
    """

    mode: ForwardMode | None = None
    size: Literal["default", "tiny"] = "default"
    failure: BuildFailure | None = None
    inputs: tuple[InputShape, ...] = ()
    flops: int | None = None
    backward_flops: int | None = None
    flops_by_operator: Mapping[str, int] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFacts:
    """One architecture at its default size, as one environment built it.

    Attributes:
        release: The transformers release that built it.
        config_class: The configuration class.
        model_type: The model type under which it was built; ``None`` where the class has none.
        architecture: The model class (``"LlamaModel"``).
        base: True for the architecture that stands for the configuration's size: its base model.
        failure: Why it did not build; ``None`` where it did. Counts are ``None`` or empty then.
        override: Why the defaults alone do not build and what was given instead; ``None`` where nothing was.
        override_params: The parameters that were given instead of the defaults.
        parameters: Number of parameters, tied weights counted once.
        trainable_parameters: Those that require a gradient.
        embedding_parameters: Those of token and position embeddings.
        active_parameters: Those that take part in computing one token; fewer than `parameters` in mixtures of experts.
        buffers: Number of elements of the buffers, those that are not saved included.
        buffer_bytes: Size of the buffers.
        tied: Groups of names that share one tensor.
        components: Parameters by part: ``"embeddings"``, ``"attention"``, ``"mlp"``, ``"experts"``, ``"router"``,
            ``"norm"``, ``"head"``, ``"convolution"``, ``"state_space"``, ``"other"``. They add up to `parameters`.
        branches: Parameters by branch of models that have several: ``"encoder"``, ``"decoder"``, ``"vision"``,
            ``"text"``, ``"audio"``, … Empty for others.
        weights_bytes: Bytes of the weights by dtype (``"float32"``, ``"bfloat16"``, ``"float16"``, ``"int8"``,
            ``"int4"``).
        layers: Number of repeated blocks; ``None`` where the model has none.
        kv_cache_values_per_token: Values that one more token adds to the cache of one sequence, once every window is
            full; ``None`` for models that keep no cache.
        summary: The tree of modules, alike siblings folded.
        forward: What a forward pass told.
        torch: Release of torch.
        seconds: Time to construct it on the meta device.
    """

    release: str
    config_class: str
    model_type: str | None
    architecture: str
    base: bool = False
    failure: BuildFailure | None = None
    override: str | None = None
    override_params: Mapping[str, object] = field(default_factory=dict)
    parameters: int | None = None
    trainable_parameters: int | None = None
    embedding_parameters: int | None = None
    active_parameters: int | None = None
    buffers: int | None = None
    buffer_bytes: int | None = None
    tied: tuple[tuple[str, ...], ...] = ()
    components: Mapping[str, int] = field(default_factory=dict)
    branches: Mapping[str, int] = field(default_factory=dict)
    weights_bytes: Mapping[str, int] = field(default_factory=dict)
    layers: int | None = None
    kv_cache_values_per_token: int | None = None
    summary: tuple[SummaryNode, ...] = ()
    forward: ForwardFacts = field(default_factory=ForwardFacts)
    torch: str = ""
    seconds: float | None = None


def model_facts_from_document(document: Mapping[str, Any]) -> ModelFacts:
    """Make the record again from what :func:`catalog.records.to_document` wrote."""
    return ModelFacts(
        **{
            **document,
            "failure": _failure(document.get("failure")),
            "tied": tuple(map(tuple, document.get("tied", ()))),
            "summary": tuple(SummaryNode(**node) for node in document.get("summary", ())),
            "forward": _forward(document.get("forward", {})),
        }
    )


def _failure(document: Mapping[str, Any] | None) -> BuildFailure | None:
    return None if document is None else BuildFailure(**document)


def _forward(document: Mapping[str, Any]) -> ForwardFacts:
    inputs = document.get("inputs", ())
    return ForwardFacts(
        **{
            **document,
            "failure": _failure(document.get("failure")),
            "inputs": tuple(InputShape(**{**item, "shape": tuple(item["shape"])}) for item in inputs),
            "assumptions": tuple(document.get("assumptions", ())),
        }
    )
