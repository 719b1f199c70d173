"""How a sweep is run: how many workers side by side, and what each of them may take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, TypeAlias

from catalog.errors import UsageError

Executor: TypeAlias = Literal["local", "ray"]
"""What runs the workers: this machine, or the machines of a Ray cluster."""

_RUN_NAME: Final = re.compile(r"\w[\w.:+-]{0,99}")


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepOptions:
    """How a sweep is run.

    Attributes:
        run: Name of the sweep, which its rows carry. ``None`` continues the run of the last row of the output file, and
            names a new one after the time where the file has no rows.
        jobs: Workers side by side.
        threads: Threads of torch within an operator; ``None`` for the cores of a worker.
        pin: Whether each worker keeps to cores of its own. It does not where there are fewer cores than workers.
        seconds: Wall time of one worker, its start included.
        memory: Bytes of resident memory of one worker and what it starts, where the system tells (Linux); ``None`` for
            no bound but what is free, which the workers share evenly.
        executor: What runs the workers.
        ray_address: Address of a Ray cluster; ``None`` for a Ray of its own on this machine.
        again: Whether jobs are run that the output has a row for.

    Raises:
        UsageError: If a value is out of its range.
    """

    run: str | None = None
    jobs: int = 1
    threads: int | None = None
    pin: bool = True
    seconds: float = 120.0
    memory: int | None = None
    executor: Executor = "local"
    ray_address: str | None = None
    again: bool = False

    def __post_init__(self) -> None:
        if self.run is not None and _RUN_NAME.fullmatch(self.run) is None:
            raise UsageError(
                f"{self.run!r} is no name for a run.", remedy="Use letters, digits, and . _ - + : between them."
            )
        for name, value in (("jobs", self.jobs), ("threads", self.threads)):
            if value is not None and value < 1:
                raise UsageError(f"There have to be 1 or more {name}, not {value}.")
        if not 0 < self.seconds < float("inf"):
            raise UsageError(f"The time limit has to be above 0 seconds, not {self.seconds:g}.")
        if self.memory is not None and self.memory < 2**20:
            raise UsageError(f"The memory limit has to be 1 MiB or more, not {self.memory} bytes.")
        if self.executor not in ("local", "ray"):
            raise UsageError(f"There is no executor {self.executor!r}.", remedy="Use local or ray.")
        if self.ray_address is not None and self.executor != "ray":
            raise UsageError("An address of a Ray cluster needs the executor ray.", remedy="Use executor ray.")


def new_run_name() -> str:
    """A name for a sweep that starts now: its time in UTC (``"2026-01-31-120000"``)."""
    return datetime.now(tz=UTC).strftime("%Y-%m-%d-%H%M%S")
