"""Measures one job in this process."""

from __future__ import annotations

import dataclasses
import gc
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

from catalog.benchmark.job import Job
from catalog.benchmark.measure.course import Course
from catalog.benchmark.measure.loading import load, planned
from catalog.benchmark.measure.reasons import Stage, is_out_of_memory, reason_of
from catalog.benchmark.measure.resident import ResidentPeak
from catalog.builder.weights import repeatable
from catalog.measurements import Environment, Measurement


def measure(
    job: Job,
    *,
    environment: Environment,
    peak_flops: float | None = None,
    stage: Callable[[Stage], None] = lambda _: None,
) -> Measurement:
    """Measure one model under one workload, in this process.

    What a model does wrong is told, not raised. Where memory runs out, the batch is halved until it fits.

    Args:
        job: What to measure.
        environment: Where, as :func:`~catalog.benchmark.measure.environment.environment` tells; its threads are used.
        peak_flops: What a large matrix product reaches here, to be told beside what the model reaches.
        stage: Called with what begins.

    Returns:
        What was measured, or why it was not. The name of the run, and the times of the process, are left to the caller.
    """
    course = Course(job=job, plan=job.plan, threads=environment.threads, listener=stage)
    row = Measurement(
        key=job.key,
        measured_at="",
        status="measured",
        subject=job.subject,
        workload=job.workload,
        environment=environment,
        peak_flops=peak_flops,
    )
    try:
        with ExitStack() as stack:
            course.enter("build")
            _settle(stack, job, environment.threads)
            row = _measured(row, course)
    except Exception as error:  # noqa: BLE001  # any model may fail in any way; that is what is reported
        failure = reason_of(error, stage=course.stage, plan=job.plan)
        row = dataclasses.replace(row, status=failure.status, reason=failure.reason, library=failure.library)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return dataclasses.replace(row, measured_at=now, notes=tuple(dict.fromkeys(course.notes)))


def _settle(stack: ExitStack, job: Job, threads: int) -> None:
    """Set threads, random numbers and the current device for as long as the stack is open."""
    import torch  # noqa: PLC0415  # it takes seconds

    stack.callback(torch.set_num_threads, torch.get_num_threads())
    torch.set_num_threads(threads)
    stack.enter_context(repeatable(job.workload.seed))
    if job.workload.device.startswith("cuda") and torch.cuda.is_available():
        stack.enter_context(torch.cuda.device(torch.device(job.workload.device).index or 0))


def _measured(row: Measurement, course: Course) -> Measurement:
    """Build the model, and measure it with the largest batch that fits."""
    course.plan, notes = planned(course.job)
    course.note(notes)
    course.resident = ResidentPeak.from_now()
    started = time.perf_counter()
    model = load(course.plan, training=row.workload.mode == "train")
    row = dataclasses.replace(
        row,
        subject=dataclasses.replace(row.subject, architecture=row.subject.architecture or type(model).__name__),
        build_seconds=time.perf_counter() - started,
        parameters=_parameters(model),
    )
    asked = batch = row.workload.batch_size
    while (found := _tried(row, course, model, batch)) is None:
        _let_go(model)
        batch //= 2
    return found if batch == asked else dataclasses.replace(found, asked_batch_size=asked)


def _tried(row: Measurement, course: Course, model: Any, batch: int) -> Measurement | None:
    """Measure a model with some batch; ``None`` where memory ran out and there is a smaller one to try.

    It is a function of its own so that nothing of what failed is held by its exception when the next one is tried.
    """
    from catalog.benchmark.measure.workloads import measured_at_batch  # noqa: PLC0415  # it imports torch

    try:
        return measured_at_batch(row, course, model, batch)
    except Exception as error:
        if batch == 1 or not is_out_of_memory(error):
            raise
        return None


def _let_go(model: Any) -> None:
    """Give back what a run that failed has left."""
    import torch  # noqa: PLC0415  # it takes seconds

    model.zero_grad(set_to_none=True)
    gc.collect()
    if torch.cuda.is_initialized():
        torch.cuda.empty_cache()


def _parameters(model: Any) -> int:
    unique = {id(item): item for item in model.parameters()}
    return sum(item.numel() for item in unique.values())
