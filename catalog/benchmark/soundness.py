"""Whether a row that a file holds can be one: its types fit already, its values may still be none that was measured."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from catalog.measurements import Measurement
from catalog.records import canonical_json

_LARGEST: Final = 10**30
"""No figure is larger; what is could not be divided or written."""
_LONGEST: Final = 200
_YEARS: Final = range(2000, 2200)
_BELOW_ZERO: Final = "seed"


def check_soundness(row: Measurement) -> None:
    """Check the values of a row.

    Args:
        row: A row that was read from a file.

    Raises:
        ValueError: If a value cannot be what it says.
    """
    for name in ("run", "key"):
        text = getattr(row, name)
        if len(text) > _LONGEST or not text.isprintable():
            raise ValueError(f"{name} is {text[:40]!r}, which is no name")
    if datetime.fromisoformat(row.measured_at).year not in _YEARS:
        raise ValueError(f"measured_at is {row.measured_at!r}, when nothing was measured")
    _check_numbers(row)
    for item in row.inputs:
        if not all(type(size) is int for size in item.shape):
            raise ValueError(f"shape is {list(item.shape)!r}, where whole numbers belong")
    if not all(isinstance(note, str) for note in row.notes):
        raise ValueError("notes hold something else than texts")
    canonical_json(row.subject.params)  # it refuses what is no number


def _check_numbers(row: Measurement) -> None:
    for timing in (row.latency, row.prefill):
        if timing is not None and timing.p50 < 0:
            raise ValueError(f"p50 is {timing.p50}, where a time belongs")
    for name, value in _numbers(row):
        if abs(value) > _LARGEST or (value < 0 and isinstance(value, int) and name != _BELOW_ZERO):
            raise ValueError(f"{name} is {'too large' if abs(value) > _LARGEST else 'below zero'}")
    if row.workload.batch_size < 1:
        raise ValueError(f"batch_size is {row.workload.batch_size}, where 1 or more belongs")


def _numbers(record: Any) -> Iterator[tuple[str, int | float]]:
    for item in dataclasses.fields(record):
        value = getattr(record, item.name)
        if isinstance(value, int | float):
            yield item.name, value
        elif dataclasses.is_dataclass(value):
            yield from _numbers(value)
