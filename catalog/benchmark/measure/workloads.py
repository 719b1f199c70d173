"""Measures a model that is built, with one batch: its time, its memory, and what both can be held against."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from catalog.benchmark.measure.allocations import tracked_bytes
from catalog.benchmark.measure.attention import attention_of, check_attention
from catalog.benchmark.measure.compiling import compiled, graph_note
from catalog.benchmark.measure.course import Course
from catalog.benchmark.measure.cuda import device_timing, forget_peak, peak_since
from catalog.benchmark.measure.estimated import Estimated, estimated_memory
from catalog.benchmark.measure.feeding import state_notes, tokens_read
from catalog.benchmark.measure.operations import count_operations
from catalog.benchmark.measure.passes import Pass
from catalog.benchmark.measure.percentiles import less
from catalog.benchmark.measure.preparing import Prepared, prepare
from catalog.benchmark.measure.reasons import told
from catalog.benchmark.measure.timing import Timed, time_call, time_once
from catalog.builder.forward import shapes
from catalog.measurements import Measurement, Memory


def measured_at_batch(row: Measurement, course: Course, model: Any, batch_size: int) -> Measurement:
    """Measure a model with a batch.

    Args:
        row: What is known so far.
        course: The job on its way.
        model: The model.
        batch_size: Samples at a time.

    Returns:
        The row with all figures.

    Raises:
        UnsupportedError: If what was asked for does not exist for this model.
        Exception: Whatever the model raises.
    """
    workload = dataclasses.replace(row.workload, batch_size=batch_size)
    check_attention(model, workload.attention)
    found = prepare(model, workload, course)
    course.note(state_notes(found.inputs))
    if found.loss_failure is not None:
        course.note([f"The model's own loss does not run here: {found.loss_failure}"])
    row = dataclasses.replace(
        row,
        workload=dataclasses.replace(workload, new_tokens=found.new_tokens),
        inputs=shapes(found.inputs),
        attention=attention_of(model),
    )
    with compiled(model, when=workload.compile):
        row = _first(row, course, found.run)
        row = _timed_row(row, course, found)
        row = dataclasses.replace(row, memory=_used(row, course))
        if course.job.care.memory and workload.device == "cpu":
            course.enter("memory")
            row = _tracked(row, course, model, found)
    return _judged(row, course, model, found)


def _timed_row(row: Measurement, course: Course, found: Prepared) -> Measurement:
    """Add the times, and the throughput at the median."""
    first = None if found.first is None else _timed(course, found.first)
    timed = _timed(course, found.run)
    batch, seconds = row.workload.batch_size, timed.timing.p50
    if first is None or found.new_tokens is None:
        tokens = tokens_read(found.inputs)
    else:
        tokens = batch * (1 + found.new_tokens)
        row = dataclasses.replace(
            row, prefill=first.timing, decode=less(timed.timing, first.timing.p50, found.new_tokens)
        )
    course.note(found.run.notes())
    row = dataclasses.replace(
        row,
        latency=timed.timing,
        warmup_runs=timed.warmup_runs + (0 if first is None else first.warmup_runs),
        warmed_up=timed.warmed_up and (first is None or first.warmed_up),
        rounds=timed.rounds,
        samples_per_second=batch / seconds,
        tokens_per_second=None if tokens is None else tokens / seconds,
    )
    return _on_device(row, found.run)


def _first(row: Measurement, course: Course, run: Pass) -> Measurement:
    """Compile the model by its first run, where it is to be compiled."""
    if not row.workload.compile:
        return row
    course.enter("compile")
    with run.context():
        seconds = time_once(run.call, threads=course.threads)
    return dataclasses.replace(row, compile_seconds=seconds)


def _timed(course: Course, run: Pass) -> Timed:
    """Warm a pass up and time it."""
    course.enter("warm-up")
    device = course.job.workload.device
    if device.startswith("cuda"):
        forget_peak(device)
    begin: Callable[[], None] = lambda: course.enter("time")  # noqa: E731  # a name for its type
    with run.context():
        timed = time_call(run.call, care=course.job.care, threads=course.threads, settled=begin)
    if timed.block > 1:
        course.note([f"Runs are so short that {timed.block} were timed at once; the percentiles are those of blocks."])
    return timed


def _on_device(row: Measurement, run: Pass) -> Measurement:
    """Add the time between two events on the device."""
    if not row.workload.device.startswith("cuda") or row.latency is None or row.rounds is None:
        return row
    return dataclasses.replace(row, device_latency=device_timing(run, like=row.latency, rounds=row.rounds))


def _used(row: Measurement, course: Course) -> Memory:
    """What the system, and the device, count."""
    memory = Memory(resident=course.resident.highest(), resident_before=course.resident.before)
    if not row.workload.device.startswith("cuda"):
        return memory
    peak = peak_since(row.workload.device)
    return dataclasses.replace(memory, allocated=peak.allocated, reserved=peak.reserved)


def _tracked(row: Measurement, course: Course, model: Any, found: Prepared) -> Measurement:
    """Add what the allocator hands out during a run."""
    try:
        tracked = tracked_bytes(found.run, model, found.inputs)
    except Exception as error:  # noqa: BLE001  # the time stands without it; the reason is kept
        course.note([f"Allocations were not tracked: {told(error)}"])
        return row
    return dataclasses.replace(row, memory=dataclasses.replace(row.memory, tracked=tracked))


def _judged(row: Measurement, course: Course, model: Any, found: Prepared) -> Measurement:
    """Add what the figures can be held against: operations, and the estimate of the memory."""
    workload, care = row.workload, course.job.care
    if workload.compile:
        course.note([graph_note()])
    if care.flops and workload.mode != "generate" and row.latency is not None:
        course.enter("operations")
        training, seconds = workload.mode == "train", row.latency.p50
        counted = count_operations(model, found.inputs, training=training, run_seconds=seconds)
        course.note(counted.notes)
        achieved = None if counted.flops is None else counted.flops / seconds
        row = dataclasses.replace(row, flops=counted.flops, achieved_flops=achieved)
    if care.estimate:
        course.enter("estimate")
        if found.loss_failure is not None:
            estimated = Estimated(failure="The estimate follows the model's own loss, which does not run here.")
        elif state_notes(found.inputs):
            estimated = Estimated(failure="The estimate follows a first run, and later ones compute less.")
        else:
            estimated = estimated_memory(course.plan, workload, model, found.inputs)
        course.note(estimated.notes)
        memory = dataclasses.replace(row.memory, estimated=estimated.bytes, estimate_failure=estimated.failure)
        row = dataclasses.replace(row, memory=memory)
    return row
