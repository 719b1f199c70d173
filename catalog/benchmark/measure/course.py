"""How far one job has come, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from catalog.benchmark.job import Job
from catalog.benchmark.measure.reasons import Stage
from catalog.benchmark.measure.resident import ResidentPeak
from catalog.builder.plan import BuildPlan


@dataclass(kw_only=True)
class Course:
    """One job on its way.

    Attributes:
        job: What was asked for.
        plan: What is built, with what its model needs besides.
        threads: Threads of torch within an operator.
        listener: Called with what begins.
        notes: What the figures rest on, as sentences.
        resident: Follows the resident set since before the model was made.
        stage: What is being done.
    """

    job: Job
    plan: BuildPlan
    threads: int
    listener: Callable[[Stage], None]
    notes: list[str] = field(default_factory=list)
    resident: ResidentPeak = field(default_factory=ResidentPeak.unknown)
    stage: Stage = "build"

    def enter(self, stage: Stage) -> None:
        """Begin with something."""
        self.stage = stage
        self.listener(stage)

    def note(self, sentences: Iterable[str]) -> None:
        """Keep what there is to say."""
        self.notes.extend(sentences)
