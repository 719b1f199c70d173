"""Measurements to show: some made by hand for the releases of ``samples``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from catalog.measurements import (
    Environment,
    Measurement,
    Memory,
    Status,
    Subject,
    Timing,
    Workload,
    job_key,
)
from catalog.model_facts import InputShape

MIB = 1024**2
LAPTOP = Environment(
    torch="2.13.0+cpu",
    transformers="5.23.0",
    python="3.11.2",
    system="Linux-6.1-x86_64",
    processor="Example CPU 2000",
    cores=2,
    memory=16 * 1024**3,
    threads=1,
    jobs=2,
    pinned=True,
    version="0.1.0",
    commit="0123456789abcdef",
)
ACCELERATOR = replace(
    LAPTOP, torch="2.13.0+cu130", gpu="Example GPU 80 GB", gpu_memory=80 * 1024**3, driver="580.1", cuda="13.0", jobs=1
)


def timing(median: float, *, n: int = 40, noise: float = 0.012) -> Timing:
    """Times around a median, in seconds."""
    return Timing(
        p50=median,
        p90=1.1 * median,
        p99=1.3 * median,
        mean=1.02 * median,
        minimum=0.95 * median,
        maximum=1.4 * median,
        n=n,
        noise=noise,
    )


def measurement(
    config_class: str = "LlamaConfig",
    architecture: str = "LlamaModel",
    *,
    median: float = 0.0123,
    status: Status = "measured",
    reason: str | None = None,
    environment: Environment | None = LAPTOP,
    scale: Any = "tiny",
    run: str = "2026-11-20-120000",
    measured_at: str = "2026-11-20T12:00:00Z",
    model_type: str | None = None,
    tracked: int = 20 * MIB,
    estimated: int | None = 21 * MIB,
    parameters: int = 1_200_000,
    **asked: Any,
) -> Measurement:
    """One row: what it took, or why there is none."""
    subject = Subject(config_class=config_class, architecture=architecture, scale=scale, model_type=model_type)
    workload = Workload(**asked)
    row = Measurement(
        run=run,
        key=job_key(subject, workload),
        measured_at=measured_at,
        status=status,
        reason=reason,
        subject=subject,
        workload=workload,
        environment=environment,
    )
    if status != "measured":
        return row
    tokens = (workload.sequence_length or 128) * workload.batch_size
    written = workload.mode == "generate"
    flops = 2 * parameters * tokens
    on_gpu = workload.device != "cpu"
    return replace(
        row,
        inputs=(
            InputShape(name="input_ids", shape=(workload.batch_size, tokens // workload.batch_size), dtype="int64"),
        ),
        attention="sdpa",
        latency=timing(median),
        prefill=timing(median / 4) if written else None,
        decode=timing(median / 20) if written else None,
        samples_per_second=workload.batch_size / median,
        tokens_per_second=(20 if written else tokens) / median,
        parameters=parameters,
        flops=None if written else flops,
        achieved_flops=None if written else flops / median,
        peak_flops=60e9,
        memory=Memory(
            resident=400 * MIB + tracked,
            resident_before=400 * MIB,
            tracked=None if on_gpu else tracked,
            allocated=tracked if on_gpu else None,
            reserved=2 * tracked if on_gpu else None,
            estimated=estimated,
            estimate_failure=None if estimated is not None else "There is no estimate for it.",
        ),
        warmup_runs=6,
        warmed_up=True,
        rounds=5,
        start_seconds=0.05,
        build_seconds=0.4,
        seconds=3.2,
    )


def measured_rows(classes: Iterable[str]) -> list[Measurement]:
    """Rows as a sweep over classes leaves them: forward, training and generation, some of which fail; and, of the
    first class, a grid of sizes on another machine.
    """
    rows = []
    for number, name in enumerate(classes):
        model = name.removesuffix("Config") + "Model"
        median = 0.004 * (1 + number % 17)
        size = {"parameters": 400_000 + 30_000 * (number % 50), "tracked": (4 + number % 40) * MIB}
        estimated = (4 + number % 40) * MIB + number % 3 * 100_000
        rows.append(measurement(name, model, median=median, estimated=estimated, **size))
        if number % 9 == 5:
            rows.append(measurement(name, model, mode="train", status="timeout", reason="It took longer than 120 s."))
        else:
            rows.append(measurement(name, model, mode="train", median=3 * median, estimated=None, **size))
        if number % 2:
            rows.append(
                measurement(name, model, mode="generate", status="unsupported", reason=f"{model} does not generate.")
            )
        else:
            rows.append(measurement(name, model, mode="generate", new_tokens=32, median=30 * median, **size))
        if number == 0:
            rows += grid(name, model)
    return rows


def grid(config_class: str, architecture: str) -> list[Measurement]:
    """One model at its default size with several batches and lengths on an accelerator."""
    return [
        measurement(
            config_class,
            architecture,
            median=0.002 + 1e-6 * batch * length,
            environment=ACCELERATOR,
            scale="full",
            run="2026-11-20-130000",
            parameters=110_000_000,
            tracked=220 * MIB + batch * length * 1000,
            estimated=230 * MIB + batch * length * 1000,
            batch_size=batch,
            sequence_length=length,
            dtype="bfloat16",
            device="cuda",
        )
        for batch in (1, 4, 16)
        for length in (32, 128, 512)
    ]
