"""Measures one job in this process."""

from __future__ import annotations

import dataclasses
import gc
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from catalog.benchmark.job import Job
from catalog.benchmark.measure.loading import load, planned
from catalog.benchmark.measure.reasons import Stage, is_out_of_memory, reason_of
from catalog.benchmark.measure.resident import ResidentPeak
from catalog.benchmark.measure.timing import time_call
from catalog.builder.forward import shapes
from catalog.builder.inputs import make_inputs
from catalog.builder.plan import BuildPlan
from catalog.measurements import Environment, Measurement, Memory, Workload


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
    plan, notes = planned(job)
    course = _Course(job=job, plan=plan, threads=environment.threads, notes=list(notes), listener=stage)
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
        row = _measured(row, course)
    except Exception as error:  # noqa: BLE001  # any model may fail in any way; that is what is reported
        failure = reason_of(error, stage=course.stage, plan=job.plan)
        row = dataclasses.replace(row, status=failure.status, reason=failure.reason, library=failure.library)
    return dataclasses.replace(
        row, measured_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), notes=tuple(dict.fromkeys(course.notes))
    )


@dataclass(kw_only=True)
class _Course:
    """How far one job has come, and what there is to say about it."""

    job: Job
    plan: BuildPlan
    threads: int
    notes: list[str] = field(default_factory=list)
    listener: Callable[[Stage], None]
    stage: Stage = "build"

    def enter(self, stage: Stage) -> None:
        self.stage = stage
        self.listener(stage)


def _measured(row: Measurement, course: _Course) -> Measurement:
    course.enter("build")
    resident = ResidentPeak.from_now()
    started = time.perf_counter()
    model = load(course.plan, training=row.workload.mode == "train")
    row = dataclasses.replace(
        row,
        subject=dataclasses.replace(row.subject, architecture=row.subject.architecture or type(model).__name__),
        build_seconds=time.perf_counter() - started,
        parameters=_parameters(model),
    )
    asked = batch = row.workload.batch_size
    while True:
        workload = dataclasses.replace(row.workload, batch_size=batch)
        try:
            found = _at_batch(dataclasses.replace(row, workload=workload), course, model, resident)
            break
        except Exception as error:
            if batch == 1 or not is_out_of_memory(error):
                raise
        model.zero_grad(set_to_none=True)
        gc.collect()
        batch //= 2
    return found if batch == asked else dataclasses.replace(found, asked_batch_size=asked)


def _at_batch(row: Measurement, course: _Course, model: Any, resident: ResidentPeak) -> Measurement:
    from catalog.benchmark.measure.passes import forward_pass, training_step  # noqa: PLC0415  # they import torch

    workload = row.workload
    course.enter("inputs")
    inputs = _inputs(model, workload)
    row = dataclasses.replace(row, inputs=shapes(inputs))
    course.enter("warm-up")
    run = training_step(model, inputs) if workload.mode == "train" else forward_pass(model, inputs)
    with run.context():
        timed = time_call(run.call, care=course.job.care, threads=course.threads)
    return dataclasses.replace(
        row,
        latency=timed.timing,
        warmup_runs=timed.warmup_runs,
        warmed_up=timed.warmed_up,
        rounds=timed.rounds,
        samples_per_second=workload.batch_size / timed.timing.p50,
        memory=Memory(resident=resident.highest(), resident_before=resident.before),
    )


def _inputs(model: Any, workload: Workload) -> dict[str, Any]:
    return make_inputs(
        model,
        model.config,
        batch_size=workload.batch_size,
        sequence_length=workload.sequence_length,
        image_size=workload.image_size,
        device=workload.device,
        seed=workload.seed,
        labels=workload.mode == "train",
    )


def _parameters(model: Any) -> int:
    unique = {id(item): item for item in model.parameters()}
    return sum(item.numel() for item in unique.values())
