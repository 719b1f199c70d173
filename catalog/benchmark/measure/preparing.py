"""Prepares what is timed, with everything that does not belong to it done before."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from catalog.benchmark.measure.course import Course
from catalog.benchmark.measure.feeding import inputs_for
from catalog.benchmark.measure.generation import check_generates, check_lengths, generation
from catalog.benchmark.measure.passes import Pass, forward_pass, training_step
from catalog.benchmark.measure.reasons import is_out_of_memory, told
from catalog.benchmark.measure.refusals import UnsupportedError
from catalog.measurements import Workload


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What is timed, and what it is fed with.

    Attributes:
        run: The pass, the step or the whole generation.
        inputs: Arguments of the forward pass.
        first: Generation: reading the prompt and writing one token.
        new_tokens: Generation: tokens after the first one.
        loss_failure: Training: why the model's own loss is not what it learns from, where it has one.
    """

    run: Pass
    inputs: Mapping[str, Any]
    first: Pass | None = None
    new_tokens: int | None = None
    loss_failure: str | None = None


def prepare(model: Any, workload: Workload, course: Course) -> Prepared:
    """Prepare a workload.

    Args:
        model: The model.
        workload: What it is asked to do.
        course: The job on its way.

    Raises:
        UnsupportedError: If the model cannot do it.
        Exception: Whatever the model raises.
    """
    if workload.mode == "train":
        return _training(model, workload, course)
    if workload.mode == "generate":
        check_generates(model)
    course.enter("inputs")
    inputs = inputs_for(model, workload)
    course.enter("warm-up")
    if workload.mode == "forward":
        return Prepared(run=forward_pass(model, inputs), inputs=inputs)
    found = generation(model, inputs, new_tokens=workload.new_tokens)
    check_lengths(found)
    return Prepared(run=found.whole, inputs=inputs, first=found.first, new_tokens=found.new_tokens)


def _training(model: Any, workload: Workload, course: Course) -> Prepared:
    """A training step that has run once.

    A head whose loss needs what is not here, such as a library that matches boxes, is trained on the mean of its first
    output, as a model without a head is.
    """
    try:
        return _step(model, workload, course, labels=True)
    except UnsupportedError:
        raise
    except Exception as error:  # its reason is kept, and the pass without labels tells whether the loss is to blame
        if is_out_of_memory(error) or isinstance(error, TimeoutError):
            raise
        failure = told(error)
    model.zero_grad(set_to_none=True)
    prepared = _step(model, workload, course, labels=False)
    return dataclasses.replace(prepared, loss_failure=failure)


def _step(model: Any, workload: Workload, course: Course, *, labels: bool) -> Prepared:
    course.enter("inputs")
    inputs = inputs_for(model, workload, labels=labels)
    course.enter("warm-up")
    run = training_step(model, inputs)
    with run.context():
        run.call()
    return Prepared(run=run, inputs=inputs)
