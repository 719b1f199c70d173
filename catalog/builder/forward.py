"""Runs one forward pass: on fake tensors at any size, or on real ones."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from catalog.builder.construct import find_architecture, fitting, make_config, make_model
from catalog.builder.fake import fake_tensors
from catalog.builder.inputs import make_inputs
from catalog.builder.plan import BuildPlan
from catalog.model_facts import BuildFailure, ForwardFacts, ForwardMode, InputShape

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
    import inspect  # noqa: PLC0415

    import torch  # noqa: PLC0415

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
    batch_size: int = 1,
    sequence_length: int | None = None,
    image_size: int | None = None,
) -> ForwardFacts:
    """Build a plan's model, make inputs for it and run it; a failure is told, not raised.

    Args:
        plan: What to build; its device is not looked at.
        mode: On fake tensors, which take no memory, or on real ones on the processor.
        batch_size: Number of samples.
        sequence_length: Tokens of a text; ``None`` for a common one.
        image_size: Pixels of an image's side; ``None`` for what the configuration says.

    Returns:
        What happened, without figures of operations.
    """
    options = {"batch_size": batch_size, "sequence_length": sequence_length, "image_size": image_size}
    inputs: dict[str, Any] = {}
    failure = None
    try:
        with ready(plan, mode=mode) as model:
            inputs = make_inputs(model, model.config, **options)  # type: ignore[arg-type]
            run_forward(model, inputs)
    except Exception as error:  # noqa: BLE001 (any model may fail in any way; that is what is reported)
        failure = reason(error)
    return ForwardFacts(mode=mode, failure=failure, inputs=shapes(inputs))


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
    from transformers.initialization import no_init_weights  # noqa: PLC0415 (imports torch)

    config = make_config(plan)
    model_class = find_architecture(plan, type(config))
    config = fitting(config, model_class)
    config._experts_implementation = "batched_mm"
    options: dict[str, Any] = {"attn_implementation": plan.attention or "eager"}
    if plan.dtype is not None:
        import torch  # noqa: PLC0415

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


def reason(error: BaseException) -> BuildFailure:
    """Why a forward pass failed."""
    text = " ".join(str(error).split())[:300] or type(error).__name__
    return BuildFailure(kind="upstream-bug", reason=f"{type(error).__name__}: {text}")


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
