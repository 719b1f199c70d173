"""What a sweep tells while it runs, and when it is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from catalog.benchmark.job import Job
from catalog.measurements import Measurement, Status


@dataclass(frozen=True, slots=True)
class Started:
    """A worker was asked for.

    Attributes:
        job: What it measures. Its batch is smaller than what was asked for where that did not fit.
        slot: Which of the workers that run side by side, from 0.
    """

    job: Job
    slot: int


@dataclass(frozen=True, slots=True)
class Staged:
    """A worker goes on.

    Attributes:
        job: What it measures.
        slot: Which of the workers that run side by side.
        stage: What it begins to do.
    """

    job: Job
    slot: int
    stage: str


@dataclass(frozen=True, slots=True)
class Finished:
    """A job has its row, which is in the file.

    Attributes:
        job: What was asked for.
        slot: Which of the workers that run side by side.
        measurement: The row.
        done: Jobs of this call that have a row by now.
        total: Jobs that this call runs: those that had no row before.
    """

    job: Job
    slot: int
    measurement: Measurement
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Answered:
    """What an executor hands to the sweep, which keeps it and then tells of it as :class:`Finished`.

    Attributes:
        job: What was asked for.
        slot: Which of the workers that run side by side.
        measurement: The row, without the name of the run.
    """

    job: Job
    slot: int
    measurement: Measurement


Event: TypeAlias = Started | Staged | Finished
Listener: TypeAlias = Callable[[Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What came of a sweep.

    Attributes:
        run: The name that its rows carry.
        output: The file that holds them.
        total: Jobs that were to be run.
        done: How many of them have a row now.
        known: Jobs that had a row before, and were not run.
        statuses: How many of those that were run ended in which way.
        seconds: Wall time.
        interrupted: Whether it was stopped before its end.
        notes: What else is to be known, as sentences: a line that was cut off by an earlier end, for example.
    """

    run: str
    output: Path
    total: int
    done: int
    known: int = 0
    statuses: Mapping[Status, int] = field(default_factory=dict)
    seconds: float = 0.0
    interrupted: bool = False
    notes: tuple[str, ...] = ()

    @property
    def left(self) -> int:
        """Jobs without a row: those that the same call runs when it is made again."""
        return self.total - self.done
