"""Measurements as CSV and NDJSON.

The first columns of the CSV are those of timm's ``benchmark.py``, in its units, so that what reads timm's results reads
these: times in milliseconds, parameters in millions, multiply-accumulates of one sample in billions. They hold medians
where timm has means. ``infer_macts`` stays empty: activations are not counted. Our own columns follow, one for
everything that a row holds; a row that was not measured has its status and reason there, and no figure.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from catalog.measurements import Environment, Measurement, Timing, measurement_to_document
from catalog.records import canonical_json, to_document

Cell = str | int | float | bool | None

_FORMULA = ("=", "+", "-", "@", "\t", "\n")
"""What a spreadsheet takes for the beginning of a formula, or skips before one."""


# CSV


def to_csv(rows: Iterable[Measurement]) -> str:
    """One line a measurement, after a line with the names of the columns.

    A text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_cell(read(row)) for read in COLUMNS.values()])
    return file.getvalue()


def _cell(value: Cell) -> Cell:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        # A reader takes a lone carriage return for the end of a line unless it is quoted, which the writer does not.
        text = value.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
        text = text.encode("utf-8", "replace").decode()
        return f"'{text}" if text.startswith(_FORMULA) else text
    return value


def _of_timm(prefix: str, mode: str) -> dict[str, Callable[[Measurement], Cell]]:
    """The columns of timm for one kind of run; empty for rows of another."""

    def only(read: Callable[[Measurement], Cell]) -> Callable[[Measurement], Cell]:
        return lambda row: read(row) if row.status == "measured" and row.workload.mode == mode else None

    columns: dict[str, Callable[[Measurement], Cell]] = {
        "samples_per_sec": lambda row: _rounded(row.samples_per_second, 2),
        "step_time": lambda row: _milliseconds(row.latency),
        "batch_size": lambda row: row.workload.batch_size,
        "img_size": image_size,
    }
    return {f"{prefix}_{name}": only(read) for name, read in columns.items()}


def image_size(row: Measurement) -> int | None:
    """Side of the images that a model was given, in pixels; ``None`` where it was given none."""
    for item in row.inputs:
        if item.name == "pixel_values" and len(item.shape) >= 4:
            return item.shape[-1]
    return row.workload.image_size


def _macs(row: Measurement) -> Cell:
    """Multiply-accumulates of one sample, in billions; timm counts them with one sample, too."""
    if row.flops is None or row.workload.batch_size < 1 or row.workload.mode != "forward" or row.status != "measured":
        return None
    return _rounded(row.flops / 2 / row.workload.batch_size / 1e9, 2)


def _milliseconds(timing: Timing | None, name: str = "p50") -> Cell:
    return None if timing is None else _rounded(1000 * getattr(timing, name), 3)


def _rounded(value: float | None, digits: int) -> float | None:
    """A figure with so many digits behind the point, and with four significant ones where that would be fewer."""
    if value is None or not math.isfinite(value):
        return None
    smallest = 10.0 ** (3 - digits)
    return round(value, digits) if abs(value) >= smallest or not value else float(f"{value:.4g}")


def _timing_columns() -> dict[str, Callable[[Measurement], Cell]]:
    def reader(timing: str, name: str) -> Callable[[Measurement], Cell]:
        return lambda row: None if getattr(row, timing) is None else getattr(getattr(row, timing), name)

    found: dict[str, Callable[[Measurement], Cell]] = {}
    for timing in ("latency", "device_latency", "prefill", "decode"):
        for item in dataclasses.fields(Timing):
            unit = "" if item.name in ("n", "noise") else "_s"
            found[f"{timing}_{item.name}{unit}"] = reader(timing, item.name)
    return found


def _plain_columns(holder: str, names: Mapping[str, str]) -> dict[str, Callable[[Measurement], Cell]]:
    """Columns that are fields of a part of a row, or of the row itself where `holder` is empty."""

    def reader(name: str) -> Callable[[Measurement], Cell]:
        def read(row: Measurement) -> Cell:
            part: Any = getattr(row, holder) if holder else row
            found: Cell = getattr(part, name) if part is not None else None
            return found

        return read

    return {column: reader(name) for column, name in names.items()}


def _same(*names: str) -> dict[str, str]:
    return {name: name for name in names}


_INFER, _TRAIN = _of_timm("infer", "forward"), _of_timm("train", "train")

COLUMNS: Final[Mapping[str, Callable[[Measurement], Cell]]] = {
    "model": lambda row: row.subject.model_type or row.subject.config_class,
    "infer_img_size": _INFER["infer_img_size"],
    "infer_samples_per_sec": _INFER["infer_samples_per_sec"],
    "infer_step_time": _INFER["infer_step_time"],
    "infer_batch_size": _INFER["infer_batch_size"],
    "param_count": lambda row: None if row.parameters is None else _rounded(row.parameters / 1e6, 2),
    "infer_gmacs": _macs,
    "infer_macts": lambda _: None,
    **{f"train_{name}": _TRAIN[f"train_{name}"] for name in ("samples_per_sec", "step_time", "batch_size", "img_size")},
    **_plain_columns("subject", _same("config_class", "architecture", "scale")),
    "params": lambda row: canonical_json(row.subject.params) if row.subject.params else None,
    **_plain_columns("subject", _same("checkpoint")),
    **_plain_columns("workload", _same("mode", "device", "dtype")),
    "asked_attention": lambda row: row.workload.attention,
    **_plain_columns("", _same("attention")),
    **_plain_columns("workload", _same("compile", "batch_size")),
    **_plain_columns("", _same("asked_batch_size")),
    **_plain_columns("workload", _same("sequence_length", "image_size", "new_tokens", "seed")),
    **_plain_columns("", _same("status", "reason", "library")),
    **_timing_columns(),
    **_plain_columns(
        "", _same("samples_per_second", "tokens_per_second", "parameters", "flops", "achieved_flops", "peak_flops")
    ),
    **_plain_columns(
        "memory",
        {
            f"memory_{name}_bytes": name
            for name in ("resident", "resident_before", "tracked", "allocated", "reserved", "estimated")
        },
    ),
    **_plain_columns("memory", _same("estimate_failure")),
    **_plain_columns(
        "", _same("warmup_runs", "warmed_up", "rounds", "start_seconds", "build_seconds", "compile_seconds", "seconds")
    ),
    "inputs": lambda row: canonical_json(to_document(row.inputs)) if row.inputs else None,
    "notes": lambda row: "; ".join(row.notes) or None,
    **_plain_columns("", _same("run", "key", "measured_at")),
    **_plain_columns(
        "environment",
        {
            "machine_memory_bytes" if item.name == "memory" else item.name: item.name
            for item in dataclasses.fields(Environment)
        },
    ),
}
"""Column → what it holds of a row. Those down to ``train_img_size`` are timm's."""

TIMM_COLUMNS: Final = tuple(COLUMNS)[: tuple(COLUMNS).index("config_class")]


# NDJSON


def to_ndjson(rows: Iterable[Measurement]) -> str:
    """One JSON object a line, as a sweep writes them: ``catalog bench import`` reads them on another machine."""
    lines = (
        json.dumps(measurement_to_document(row), ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"
        for row in rows
    )
    return "".join(lines).encode("utf-8", "backslashreplace").decode()
