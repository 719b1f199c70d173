"""Figures that follow from what a row holds, the same wherever they are shown."""

from __future__ import annotations

from catalog.measurements import Measurement


def estimate_error(measurement: Measurement) -> float | None:
    """How far the estimate of the memory lies from what was measured: estimated / measured - 1.

    Returns:
        The relative error, above 0 where too much was estimated; ``None`` without an estimate or a measurement.
    """
    found = measurement.peak_memory
    if measurement.status != "measured" or found is None or found <= 0 or measurement.memory.estimated is None:
        return None
    return measurement.memory.estimated / found - 1


def share_of_peak(measurement: Measurement) -> float | None:
    """Achieved floating-point operations a second as a share of the measured peak; ``None`` where either is unknown."""
    if measurement.achieved_flops is None or not measurement.peak_flops:
        return None
    return measurement.achieved_flops / measurement.peak_flops


def token_length(measurement: Measurement) -> int | None:
    """Tokens in a text of the workload: as asked for, else as the inputs were made; ``None`` without a text."""
    if measurement.workload.sequence_length is not None:
        return measurement.workload.sequence_length
    shapes = {item.name: item.shape for item in measurement.inputs}
    shape = shapes.get("input_ids", ())
    return shape[1] if len(shape) == 2 else None
