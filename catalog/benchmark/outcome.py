"""Turns the end of a worker into a row, whichever end that was."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from catalog.benchmark.job import Job, with_batch
from catalog.benchmark.process import Child, describe_status
from catalog.measurements import Environment, Measurement, Memory, Status, measurement_from_document
from catalog.quantities import format_bytes

Bound: TypeAlias = Literal["time", "memory"]
"""What a worker was ended for."""

_OUT_OF_MEMORY = ("MemoryError", "OutOfMemoryError")


@dataclass(eq=False, kw_only=True)
class Attempt:
    """One worker for one job.

    Attributes:
        asked: The job that was asked for.
        job: The job that is run; its batch may be smaller.
        ends: How often the server of the processes has ended while it ran.
        slot: Which of the workers that run side by side.
        child: The process.
        seconds: How long it may take.
        memory: Bytes that it may hold; ``None`` where nothing bounds it.
        free: Whether that is what was free on the machine.
        environment: Where it runs, where that is known.
        highest: Most bytes that it held.
        over: What it was ended for; ``None`` where it was not.
        answered_at: When it told all that it would, on the clock of ``time.monotonic``.
        ended_at: When it was ended, on the same clock.
        stage: What was told of it last.
    """

    asked: Job
    job: Job
    ends: int
    slot: int
    child: Child
    seconds: float
    memory: int | None = None
    free: bool = False
    environment: Environment | None = None
    highest: int = 0
    over: Bound | None = None
    answered_at: float | None = None
    ended_at: float | None = None
    stage: str | None = None

    def smaller(self) -> Job | None:
        """The job with half the batch, where it ran out of memory and can be halved."""
        error = self.child.error
        ran_out = self.over == "memory" if error is None else error[0] in _OUT_OF_MEMORY
        batch_size = self.job.workload.batch_size
        return with_batch(self.job, batch_size // 2) if ran_out and not self._measured and batch_size > 1 else None

    def measurement(self) -> Measurement:
        """The row, without the name of the run."""
        if self._measured:
            try:
                found = measurement_from_document(self.child.answer)
            except (TypeError, ValueError, KeyError, AttributeError) as error:
                found = self._failed("crash", f"What the process answered is no measurement: {error}.")
        else:
            found = self._failed(*self._why())
        asked = self.asked.workload.batch_size
        return dataclasses.replace(
            found,
            key=self.asked.key,
            environment=found.environment or self.environment,
            asked_batch_size=asked if found.workload.batch_size != asked else None,
            start_seconds=self.child.ready,
            seconds=time.monotonic() - self.child.asked,
        )

    @property
    def _measured(self) -> bool:
        return isinstance(self.child.answer, Mapping)

    @property
    def _at(self) -> str:
        if self.child.ready is None:
            return "while it was started"
        return "before it began" if self.child.stage is None else f'at the stage "{self.child.stage}"'

    def _why(self) -> tuple[Status, str]:
        child = self.child
        if child.error is not None:
            kind, text = child.error
            if kind in _OUT_OF_MEMORY:
                return "out-of-memory", f"Memory ran out {self._at}: {text or kind}."
            return "does-not-run", f"{kind} {self._at}: {text.rstrip('.')}."
        if child.fault is not None:
            return "crash", f"The process {child.fault} {self._at}."
        if child.answer is not None:
            return "crash", "What the process answered is no measurement."
        if self.over == "time":
            return "timeout", f"It took more than {self.seconds:g} seconds, and was ended {self._at}."
        if self.over == "memory" and self.memory is not None:
            which = "that were free" if self.free else "that it may take"
            return "out-of-memory", (
                f"It took {format_bytes(self.highest)} of memory, more than the {format_bytes(self.memory)} {which}, "
                f"with a batch of {self.job.workload.batch_size}, and was ended {self._at}."
            )
        if child.failed is not None:
            return "crash", f"The process could not be started: {child.failed}."
        if child.status == -9:
            return "crash", f"The process was killed from outside {self._at}, perhaps for want of memory."
        if child.status is None or child.status == 0:
            return "crash", f"The process ended without an answer {self._at}."
        return "crash", f"The process ended with {describe_status(child.status)} {self._at}."

    def _failed(self, status: Status, reason: str) -> Measurement:
        return failed(self.job, status, reason, resident=self.highest or None)


def failed(job: Job, status: Status, reason: str, *, resident: int | None = None) -> Measurement:
    """The row of a job that was not measured.

    Args:
        job: What was run.
        status: How it ended.
        reason: Why, in one sentence.
        resident: Most bytes that its process held.
    """
    return Measurement(
        key=job.key,
        measured_at=datetime.now(tz=UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        status=status,
        reason=reason,
        subject=job.subject,
        workload=job.workload,
        memory=Memory(resident=resident),
    )


def environment_of(document: Any) -> Environment | None:
    """The environment that a process told; ``None`` where it told none."""
    try:
        return Environment(**document)
    except TypeError:
        return None
