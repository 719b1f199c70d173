"""Measures a model that is built, with one batch: a forward pass, a training step, or generation."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

import torch

from catalog.benchmark.measure.allocations import tracked_bytes
from catalog.benchmark.measure.attention import attention_of, check_attention
from catalog.benchmark.measure.compiling import compiled, graph_note
from catalog.benchmark.measure.course import Course
from catalog.benchmark.measure.cuda import device_timing, forget_peak, peak_since
from catalog.benchmark.measure.estimated import estimated_memory
from catalog.benchmark.measure.generation import Generation, check_generates, generation, written
from catalog.benchmark.measure.operations import count_operations
from catalog.benchmark.measure.passes import Pass, forward_pass, training_step
from catalog.benchmark.measure.percentiles import less
from catalog.benchmark.measure.reasons import told
from catalog.benchmark.measure.refusals import UnsupportedError
from catalog.benchmark.measure.timing import Timed, time_call, time_once
from catalog.builder.forward import shapes
from catalog.builder.inputs import make_inputs
from catalog.measurements import Measurement, Memory, Workload


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
    if workload.mode == "generate":
        check_generates(model)
    course.enter("inputs")
    inputs = inputs_for(model, workload)
    row = dataclasses.replace(row, workload=workload, inputs=shapes(inputs), attention=attention_of(model))
    with compiled(model, when=workload.compile):
        if workload.mode == "generate":
            row, run = _generated(row, course, model, inputs)
        else:
            row, run = _passed(row, course, model, inputs)
        row = dataclasses.replace(row, memory=_used(row, course))
        if course.job.care.memory and workload.device == "cpu":
            course.enter("memory")
            row = _tracked(row, course, run, model, inputs)
    return _judged(row, course, model, inputs)


def inputs_for(model: Any, workload: Workload) -> dict[str, Any]:
    """Inputs of a workload, real numbers in its element type."""
    made = make_inputs(
        model,
        model.config,
        batch_size=workload.batch_size,
        sequence_length=workload.sequence_length,
        image_size=workload.image_size,
        device=workload.device,
        seed=workload.seed,
        labels=workload.mode == "train",
    )
    wanted = getattr(torch, workload.dtype)
    return {name: _cast(value, wanted) for name, value in made.items()}


def _cast(value: Any, dtype: torch.dtype) -> Any:
    if isinstance(value, torch.Tensor):
        return value.to(dtype) if value.is_floating_point() else value
    if isinstance(value, Mapping):
        return {name: _cast(item, dtype) for name, item in value.items()}
    return type(value)(_cast(item, dtype) for item in value) if type(value) in (list, tuple) else value


def _passed(row: Measurement, course: Course, model: Any, inputs: Mapping[str, Any]) -> tuple[Measurement, Pass]:
    """Time a forward pass or a training step."""
    workload = row.workload
    run = training_step(model, inputs) if workload.mode == "train" else forward_pass(model, inputs)
    row = _first(row, course, run)
    timed = _timed(course, run)
    tokens = tokens_read(inputs)
    row = dataclasses.replace(
        row,
        latency=timed.timing,
        warmup_runs=timed.warmup_runs,
        warmed_up=timed.warmed_up,
        rounds=timed.rounds,
        samples_per_second=workload.batch_size / timed.timing.p50,
        tokens_per_second=None if tokens is None else tokens / timed.timing.p50,
    )
    course.note(run.notes())
    return _on_device(row, run), run


def _generated(row: Measurement, course: Course, model: Any, inputs: Mapping[str, Any]) -> tuple[Measurement, Pass]:
    """Time the reading of a prompt, and the writing of tokens after it."""
    found = generation(model, inputs, new_tokens=row.workload.new_tokens)
    row = dataclasses.replace(row, workload=dataclasses.replace(row.workload, new_tokens=found.new_tokens))
    row = _first(row, course, found.whole)
    course.enter("warm-up")
    _check_lengths(found)
    prefill = _timed(course, found.first)
    whole = _timed(course, found.whole)
    row = dataclasses.replace(
        row,
        latency=whole.timing,
        prefill=prefill.timing,
        decode=less(whole.timing, prefill.timing.p50, found.new_tokens),
        warmup_runs=prefill.warmup_runs + whole.warmup_runs,
        warmed_up=prefill.warmed_up and whole.warmed_up,
        rounds=whole.rounds,
        samples_per_second=row.workload.batch_size / whole.timing.p50,
        tokens_per_second=row.workload.batch_size * (1 + found.new_tokens) / whole.timing.p50,
    )
    return _on_device(row, found.whole), found.whole


def _check_lengths(found: Generation) -> None:
    """Make sure that both passes write what they are asked for, on which the time of a token rests."""
    with found.whole.context():
        lengths = written(found.first.call()), written(found.whole.call())
    if None in lengths or lengths[1] - lengths[0] != found.new_tokens:  # type: ignore[operator]
        raise UnsupportedError("Its generation does not write as many tokens as it is asked for.")


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


def _tracked(row: Measurement, course: Course, run: Pass, model: Any, inputs: Mapping[str, Any]) -> Measurement:
    """Add what the allocator hands out during a run."""
    try:
        found = tracked_bytes(run, model, inputs)
    except Exception as error:  # noqa: BLE001  # the time stands without it; the reason is kept
        course.note([f"Allocations were not tracked: {told(error)}"])
        return row
    return dataclasses.replace(row, memory=dataclasses.replace(row.memory, tracked=found))


def _judged(row: Measurement, course: Course, model: Any, inputs: Mapping[str, Any]) -> Measurement:
    """Add what the figures can be held against: operations, and the estimate of the memory."""
    workload, care = row.workload, course.job.care
    if workload.compile:
        course.note([graph_note()])
    if care.flops and workload.mode != "generate" and row.latency is not None:
        course.enter("operations")
        counted = count_operations(model, inputs, training=workload.mode == "train", run_seconds=row.latency.p50)
        course.note(counted.notes)
        achieved = None if counted.flops is None else counted.flops / row.latency.p50
        row = dataclasses.replace(row, flops=counted.flops, achieved_flops=achieved)
    if care.estimate:
        course.enter("estimate")
        estimated = estimated_memory(course.plan, workload, model, inputs)
        course.note(estimated.notes)
        memory = dataclasses.replace(row.memory, estimated=estimated.bytes, estimate_failure=estimated.failure)
        row = dataclasses.replace(row, memory=memory)
    return row


def tokens_read(inputs: Mapping[str, Any]) -> int | None:
    """Tokens that a pass reads, those that a decoder is given included; ``None`` for a model that reads no text."""
    found = [inputs[name] for name in ("input_ids", "decoder_input_ids") if name in inputs]
    counts = [item.numel() for item in found if isinstance(item, torch.Tensor) and not item.is_floating_point()]
    return sum(counts) or None
