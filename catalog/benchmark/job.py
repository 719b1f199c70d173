"""One model to measure: its plan, its workload, and how carefully to measure.

Jobs can be written as NDJSON and carried to a machine that has torch and transformers and nothing else; see
:mod:`catalog.benchmark.__main__`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.builder.plan import BuildPlan
from catalog.measurements import Scale, Subject, Workload, job_key
from catalog.records import to_document


@dataclass(frozen=True, slots=True, kw_only=True)
class Care:
    """How carefully one workload is measured.

    Attributes:
        seconds: Time that the timed runs take together, at least.
        rounds: Rounds that they are split into; their medians tell the noise.
        least_runs: Timed runs at least, however slow one is.
        warmup_seconds: Time after which warming up ends, settled or not.
        flops: Count the floating-point operations, too.
        memory: Track what the allocator hands out, too, in a run of its own.
        estimate: Estimate the memory, too, so that both can be compared.
    """

    seconds: float = 1.0
    rounds: int = 5
    least_runs: int = 10
    warmup_seconds: float = 5.0
    flops: bool = True
    memory: bool = True
    estimate: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One model under one workload.

    Attributes:
        plan: What to build. Its params are what the model gets; device, dtype, attention and seed are the workload's.
        workload: What it is asked to do.
        scale: What its size is called.
        care: How carefully it is measured.
    """

    plan: BuildPlan
    workload: Workload = field(default_factory=Workload)
    scale: Scale = "full"
    care: Care = field(default_factory=Care)

    @property
    def subject(self) -> Subject:
        """Which model it is, as rows name it."""
        plan = self.plan
        return Subject(
            config_class=plan.config_class,
            architecture=plan.architecture or "",
            model_type=plan.model_type,
            scale=self.scale,
            params=plan.params,
            checkpoint=plan.checkpoint,
        )

    @property
    def key(self) -> str:
        """What it asks for, the same in every run."""
        return job_key(self.subject, self.workload)

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.plan.model_type or self.plan.config_class


def job_to_document(job: Job) -> dict[str, Any]:
    """The JSON object of a job."""
    return dict(to_document(job))


def job_from_document(document: Mapping[str, Any]) -> Job:
    """Make the job again from what :func:`job_to_document` wrote.

    Raises:
        TypeError: If a key is missing or not known.
    """
    return Job(
        **{
            **document,
            "plan": BuildPlan(**document["plan"]),
            "workload": Workload(**document.get("workload", {})),
            "care": Care(**document.get("care", {})),
        }
    )


def with_batch(job: Job, batch_size: int) -> Job:
    """The same job with another batch."""
    return dataclasses.replace(job, workload=dataclasses.replace(job.workload, batch_size=batch_size))
