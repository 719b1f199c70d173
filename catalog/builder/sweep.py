"""Builds many models, each in a process that may hang, crash or take all memory without harm to the others.

One worker process serves all models, since importing torch takes longer than building most of them; it is replaced
when it ends or has to be ended.
"""

from __future__ import annotations

import dataclasses
import os
import pickle
import selectors
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Literal, Self, TypeAlias, cast

from catalog.builder.memory_guard import available_memory
from catalog.builder.plan import BuildPlan
from catalog.model_facts import BuildFailure, FailureKind, ForwardFacts, ModelFacts
from catalog.quantities import format_bytes

_LOOK_EVERY: Final = 0.5  # seconds between two looks at the memory of the worker
_GRACE_SECONDS: Final = 10.0  # for a process that keeps the time of several tries itself
_START_SECONDS: Final = 600.0  # for loading torch, which says nothing of any model

Progress: TypeAlias = Callable[[str, int, int], None]
Ending: TypeAlias = Literal["crash", "timeout", "out-of-memory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepLimits:
    """What one model may take.

    Attributes:
        seconds: Wall time for building it, and as much again for each of the two tries of its forward pass.
        memory: Bytes of resident memory of the process that builds it, where the system tells; never more than what
            is free when that process starts.
        models: Models after which the process is replaced, so that what they leave behind does not add up.
    """

    seconds: float = 120.0
    memory: int = 6 * 2**30
    models: int = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One model to build.

    Attributes:
        plan: What to build.
        base: Whether it stands for the size of its configuration.
        forward: Run it on fake tensors, too.
        tiny: The model at a small size, which is run on real tensors where fake ones do not do.
        seconds: How long each try of a forward pass may take.
    """

    plan: BuildPlan
    base: bool = False
    forward: bool = False
    tiny: BuildPlan | None = None
    seconds: float | None = None

    @property
    def name(self) -> str:
        """What it is called in messages."""
        return self.plan.architecture or self.plan.config_class


@dataclass(frozen=True, slots=True)
class Ended:
    """How a worker ended before it answered."""

    how: Ending
    reason: str


def sweep(
    jobs: Iterable[Job], *, limits: SweepLimits | None = None, progress: Progress | None = None
) -> Iterator[ModelFacts]:
    """Build models one after the other.

    Args:
        jobs: What to build.
        limits: What one model may take.
        progress: Called with the model, how many are done, and how many there are.

    Yields:
        The facts of each model as soon as they are known. A configuration that has no model in transformers yields
        nothing.
    """
    jobs = tuple(jobs)
    with Worker(limits or SweepLimits()) as worker:
        for number, job in enumerate(jobs):
            if progress is not None:
                progress(job.name, number, len(jobs))
            found = _facts(worker, job)
            if found is not None and found.architecture:
                yield found
    if progress is not None:
        progress("", len(jobs), len(jobs))


def without_known(jobs: Iterable[Job], known: Iterable[ModelFacts]) -> tuple[Job, ...]:
    """The jobs whose outcome this transformers and this torch have not told yet.

    Args:
        jobs: What to build.
        known: What is known already.
    """
    here = {
        (facts.config_class, facts.architecture): facts.failure is not None or facts.forward.mode is not None
        for facts in known
        if facts.torch == version("torch") and facts.release == version("transformers")
    }
    bases = {facts.config_class for facts in known if facts.base}
    left = []
    for job in jobs:
        ran = here.get((job.plan.config_class, job.plan.architecture or ""))
        if job.plan.architecture is None:
            ran = job.plan.config_class in bases or None
        if ran is None or (job.forward and not ran):
            left.append(job)
    return tuple(left)


def _facts(worker: Worker, job: Job) -> ModelFacts | None:
    """What one model tells; how its process ended, if it did."""
    built = worker.ask(dataclasses.replace(job, seconds=worker.limits.seconds))
    if isinstance(built, Ended):
        return _ended(job, built)
    if not isinstance(built, ModelFacts) or not job.forward or built.failure is not None:
        return cast("ModelFacts | None", built)
    ran = worker.more(tries=1 if job.tiny is None else 2)
    if isinstance(ran, Ended):
        ran = ForwardFacts(mode="fake", failure=_failure(ran))
    return dataclasses.replace(built, forward=ran)


def _ended(job: Job, ended: Ended) -> ModelFacts:
    plan = job.plan
    return ModelFacts(
        release=version("transformers"),
        config_class=plan.config_class,
        model_type=plan.model_type,
        architecture=plan.architecture or "",
        base=job.base,
        failure=_failure(ended),
        torch=version("torch"),
    )


def _failure(ended: Ended) -> BuildFailure:
    kind: FailureKind = "unexplained" if ended.how == "crash" else ended.how
    return BuildFailure(kind=kind, reason=ended.reason)


class Worker:
    """The process that builds models. Use it as a context, so that it ends with it.

    Args:
        limits: What one model may take.
    """

    def __init__(self, limits: SweepLimits) -> None:
        self.limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._served = 0
        self._memory = limits.memory

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        process, self._process, self._served = self._process, None, 0
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()

    def ask(self, job: Job) -> Any:
        """Send a job, and wait for the first answer."""
        if self._served >= self.limits.models:
            self.close()
        process = self._process
        if process is None:
            process = self._start()
            if isinstance(ready := self._answer(_START_SECONDS), Ended):
                return ready
        self._served += 1
        content = pickle.dumps(job)
        try:
            assert process.stdin is not None  # noqa: S101  # it was opened as a pipe
            process.stdin.write(len(content).to_bytes(8, "big") + content)
            process.stdin.flush()
        except OSError:  # it has ended
            return self._end("crash", "The process that built it ended.")
        return self.more()

    def more(self, *, tries: int = 1) -> Any:
        """Wait for the next answer to the last job; the process is ended where it takes too much.

        Args:
            tries: How often the job is tried before it answers.
        """
        # The process keeps the time of each try itself, unless it hangs where it cannot be interrupted.
        return self._answer(self.limits.seconds * tries + (_GRACE_SECONDS if tries > 1 else 0.0))

    def _answer(self, seconds: float) -> Any:
        process = self._process
        if process is None or process.stdout is None:
            return Ended("crash", "The process that built it ended.")
        until = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(process.stdout, selectors.EVENT_READ)
            while not selector.select(_LOOK_EVERY):
                if time.monotonic() > until:
                    return self._end("timeout", f"It took more than {seconds:g} seconds.")
                if resident_memory(process.pid) > self._memory:
                    return self._end(
                        "out-of-memory", f"Building it took more than {format_bytes(self._memory)} of memory."
                    )
        head = process.stdout.read(8)
        content = process.stdout.read(int.from_bytes(head, "big")) if len(head) == 8 else b""
        if not content:
            process.wait()
            status = process.returncode
            return self._end("crash", f"The process that built it ended with status {status}.")
        return pickle.loads(content)  # noqa: S301  # it comes from our own process

    def _end(self, how: Ending, reason: str) -> Ended:
        self.close()
        return Ended(how, reason)

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "HF_HUB_OFFLINE": "1",
            "TRANSFORMERS_VERBOSITY": "critical",
            "CUDA_VISIBLE_DEVICES": "",
        }
        self._memory = min(self.limits.memory, available_memory("cpu") or self.limits.memory)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "catalog.builder.sweep_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # an interruption is for this process, which then ends that one
        )
        return self._process


def resident_memory(process: int) -> int:
    """Bytes of memory that a process holds; 0 where the system does not tell."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
