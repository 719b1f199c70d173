"""Runs one forward pass: on fake tensors at any size, or on real ones at a small one."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

from catalog.builder.construct import find_architecture, fitting, make_config, make_model
from catalog.builder.failures import explain, one_line
from catalog.builder.fake import fake_tensors
from catalog.builder.forward_overrides import runnable
from catalog.builder.inputs import make_inputs
from catalog.builder.overrides import with_override
from catalog.builder.plan import BuildPlan
from catalog.builder.time_limit import time_limit
from catalog.errors import CatalogError
from catalog.model_facts import BuildFailure, FailureKind, ForwardFacts, ForwardMode, InputShape

if TYPE_CHECKING:
    from torch import nn


def run_forward(model: nn.Module, inputs: Mapping[str, Any]) -> Any:
    """Run a model in evaluation mode, without gradients and without keeping a cache.

    Args:
        model: The model.
        inputs: Arguments of its forward pass, as :func:`catalog.builder.inputs.make_inputs` makes them.

    Returns:
        What the forward pass returns.
    """
    import torch  # noqa: PLC0415  # it takes seconds

    options: dict[str, Any] = {}
    if "use_cache" in inspect.signature(model.forward).parameters:
        options["use_cache"] = False
    model.eval()
    with torch.no_grad():
        return model(**{**options, **inputs})


def try_forward(
    plan: BuildPlan,
    *,
    mode: ForwardMode = "fake",
    size: Literal["default", "tiny"] = "default",
    flops: bool = False,
    seconds: float | None = None,
    **sizes: Any,
) -> ForwardFacts:
    """Build a plan's model, make inputs for it and run it; a failure is told, not raised.

    What the model needs besides its defaults to be built or to run is given to it and told among the assumptions. One
    process may run many models one after the other; a caller that does not trust them to stay within its memory runs
    each in a process of its own.

    Args:
        plan: What to build; its device is not looked at.
        mode: On fake tensors, which take no memory, or on real ones on the processor.
        size: What to call the plan's size in the answer.
        flops: Count the operations of the pass, too.
        seconds: Give up after so long; in the main thread only. ``None`` waits for ever.
        **sizes: ``batch_size``, ``sequence_length``, ``image_size`` and ``seed`` of the inputs.

    Returns:
        What happened; its mode is ``None`` where the model did not even build.
    """
    plan, built = with_override(plan)
    plan, run = runnable(plan)
    assumptions = tuple(override.reason for override in (built, run) if override is not None)
    facts = ForwardFacts(mode=mode, size=size, assumptions=assumptions)
    stage = "build"
    try:
        with time_limit(seconds), ready(plan, mode=mode) as model:
            stage = "inputs"
            inputs = make_inputs(model, model.config, **sizes)
            facts = replace(facts, inputs=shapes(inputs))
            stage = "run"
            return _counted(facts, model, inputs) if flops else _run(facts, model, inputs)
    except Exception as error:  # noqa: BLE001 (any model may fail in any way; that is what is reported)
        if stage == "build" and not isinstance(error, TimeoutError):
            return replace(facts, mode=None, failure=explain(error, plan=plan))
        return replace(facts, failure=_explained(error, stage))


def _run(facts: ForwardFacts, model: Any, inputs: Mapping[str, Any]) -> ForwardFacts:
    run_forward(model, inputs)
    return facts


def _counted(facts: ForwardFacts, model: Any, inputs: Mapping[str, Any]) -> ForwardFacts:
    from catalog.builder.flops import count_flops  # noqa: PLC0415  # imports torch

    count = count_flops(model, inputs, backward=True)
    return replace(
        facts,
        flops=count.total,
        backward_flops=count.backward,
        flops_by_operator=count.by_operator,
        assumptions=(*facts.assumptions, *count.assumptions),
    )


def forward_either_way(
    plan: BuildPlan, tiny: BuildPlan | None, *, flops: bool = False, seconds: float | None = None, **sizes: Any
) -> ForwardFacts:
    """Run a model on fake tensors at its own size, and where that fails on real ones at a small size.

    Args:
        plan: The model at its own size.
        tiny: The model at a small size; ``None`` to leave the second try out.
        flops: Count the operations.
        seconds: How long each try may take.
        **sizes: As for :func:`try_forward`.

    Returns:
        The first that ran; where neither did, what the first told.
    """
    first = try_forward(plan, mode="fake", flops=flops, seconds=seconds, **sizes)
    if first.failure is None or tiny is None:
        return first
    second = try_forward(tiny, mode="real", size="tiny", flops=flops, seconds=seconds, **sizes)
    return second if second.failure is None else first


@contextmanager
def ready(plan: BuildPlan, *, mode: ForwardMode) -> Iterator[Any]:
    """The plan's model, ready to run within the block.

    Args:
        plan: What to build.
        mode: ``"fake"`` runs the block under fake tensors, with attention that counts and experts whose work does not
            depend on values; ``"real"`` builds random weights on the processor.
    """
    if mode == "real":
        yield make_model(replace(plan, device="cpu", seed=plan.seed or 0))
        return
    from transformers.initialization import no_init_weights  # noqa: PLC0415  # imports torch

    config = make_config(plan)
    model_class = find_architecture(plan, type(config))
    config = fitting(config, model_class)
    config._experts_implementation = "batched_mm"
    options: dict[str, Any] = {"attn_implementation": plan.attention or "eager"}
    if plan.dtype is not None:
        import torch  # noqa: PLC0415  # it takes seconds

        options["dtype"] = getattr(torch, plan.dtype)
    with quiet("torch._subclasses.fake_tensor"), fake_tensors():
        with no_init_weights():
            model = model_class._from_config(config, **options)
        yield model.eval()


def shapes(inputs: Mapping[str, Any]) -> tuple[InputShape, ...]:
    """Names, shapes and element types of the tensors among the inputs."""
    found = []
    for name, value in inputs.items():
        tensor = value[0] if isinstance(value, (list, tuple)) and value else value
        if hasattr(tensor, "dtype") and hasattr(tensor, "shape"):
            dtype = str(tensor.dtype).removeprefix("torch.")
            found.append(InputShape(name=name, shape=tuple(tensor.shape), dtype=dtype))
    return tuple(found)


def _explained(error: BaseException, stage: str) -> BuildFailure:
    """Why a model that was built did not run."""
    kind: FailureKind = "no-inputs" if stage == "inputs" or _misses_an_argument(error) else "unexplained"
    if isinstance(error, TimeoutError):
        kind = "timeout"
    elif isinstance(error, MemoryError) or "can't allocate memory" in str(error):
        kind = "out-of-memory"
    elif type(error).__name__ in {"DataDependentOutputException", "DynamicOutputShapeException"}:
        return BuildFailure(
            kind="unsupported",
            reason=f"What it computes next depends on values that fake tensors do not have ({error}).",
        )
    # torch.nn.Module raises this where a class defines no forward, as those do that only generate.
    elif isinstance(error, NotImplementedError) and "forward" in str(error):
        return BuildFailure(kind="unsupported", reason="It has no forward pass; it only generates.")
    elif isinstance(error, CatalogError):
        kind = "no-inputs"
    return BuildFailure(kind=kind, reason=one_line(error))


def _misses_an_argument(error: BaseException) -> bool:
    return isinstance(error, TypeError) and "required positional argument" in str(error)


@contextmanager
def quiet(name: str) -> Iterator[None]:
    """Silence a logger that reports what is handed on as an exception anyway."""
    logger = logging.getLogger(name)
    before = logger.disabled
    logger.disabled = True
    try:
        yield
    finally:
        logger.disabled = before
