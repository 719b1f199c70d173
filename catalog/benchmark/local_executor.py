"""Runs jobs on this machine, each in a process of its own that is ended where it takes too much.

This process sleeps while workers run. It wakes when one tells something, and twenty times a second to look at their
memory, which takes it some 40 microseconds a worker.
"""

from __future__ import annotations

import dataclasses
import os
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

from catalog.benchmark.child import Task
from catalog.benchmark.events import Answered, Staged, Started
from catalog.benchmark.job import Job, job_to_document
from catalog.benchmark.machine import core_groups, members, own_cores, resident_memory
from catalog.benchmark.options import SweepOptions
from catalog.benchmark.outcome import Attempt, environment_of, failed
from catalog.benchmark.process import PRELOAD, Child, Launcher, ServerEndedError, make_launcher
from catalog.builder.memory_guard import available_memory
from catalog.errors import CatalogError

Happening: TypeAlias = Started | Staged | Answered

Stop: TypeAlias = Callable[[], bool]
"""Tells whether to end before all is done."""

_LOOK_EVERY: Final = 0.05  # seconds between two looks at the memory of the workers
_SEARCH_EVERY: Final = 1.0  # seconds between two searches for what they have started
_GRACE: Final = 2.0  # seconds for a process to end once it has answered
_ABANDON: Final = 10.0  # seconds after which a process that cannot be ended is let go
_PEAK_SECONDS: Final = 60.0  # for measuring what the device reaches
_READY_SECONDS: Final = 600.0  # for loading torch from a slow disk
_SERVER_ENDS: Final = 2  # times that a job may be in flight when the server of the processes ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Workers:
    """What the processes load and call; functions are ``"module:function"`` as :class:`Task` takes them.

    Attributes:
        measure: Called with a job, it returns a measurement.
        look_around: Called to find out where things are measured; ``None`` not to look.
        preload: Modules that are loaded once for all.
    """

    measure: str = "catalog.benchmark.child:measure_job"
    look_around: str | None = "catalog.benchmark.child:look_around"
    preload: tuple[str, ...] = PRELOAD


class LocalExecutor:
    """Runs jobs in processes on this machine. Use it as a context, so that the processes end with it.

    Args:
        options: How many workers, and what each may take.
        cuda: Whether some of the jobs run on a GPU; otherwise the workers see none.
        workers: What the processes load and call.
    """

    def __init__(
        self,
        options: SweepOptions,
        *,
        cuda: bool = False,
        workers: Workers | None = None,
    ) -> None:
        self._options = options
        self._workers = workers or Workers()
        cores = own_cores()
        self._slots = core_groups(cores, options.jobs) if options.pin else ()
        self._threads = options.threads or max(1, len(cores) // options.jobs)
        self._variables = _variables(self._threads, cuda=cuda)
        self._launcher: Launcher | None = None
        self._known: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._share: int | None = None
        self._groups: dict[int, tuple[float, frozenset[int]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        launcher, self._launcher = self._launcher, None
        if launcher is not None:
            launcher.close()

    def run(self, jobs: Iterable[Job], stop: Stop = lambda: False) -> Generator[Happening, None, None]:
        """Run jobs, as many side by side as the options say.

        Args:
            jobs: What to measure.
            stop: Asked some times a second; the workers are ended once it says so, and their jobs have no row.

        Yields:
            What happens: each job is answered once.

        Raises:
            MissingDependencyError: If torch or transformers cannot be loaded.
        """
        waiting = deque((job, job) for job in jobs)
        self._get_ready(stop)
        self._look_around([job for job, _ in waiting], stop)
        running: dict[int, Attempt] = {}
        ends: dict[str, int] = {}
        try:
            while (waiting or running) and not stop():
                try:
                    for slot in range(self._options.jobs):
                        if waiting and slot not in running:
                            asked, job = waiting[0]
                            running[slot] = self._start(asked, job, slot)
                            waiting.popleft()
                            yield Started(job, slot)
                    self._open().wait(_LOOK_EVERY)
                    yield from self._watch(running, waiting)
                except ServerEndedError as error:
                    self.close()
                    yield from self._start_over(running, waiting, ends, error)
                    self._get_ready(stop)
        finally:
            for attempt in running.values():
                self._let_go(attempt)

    def _open(self) -> Launcher:
        if self._launcher is None:
            self._launcher = make_launcher(self._variables, self._workers.preload)
            if (free := available_memory("cpu")) is not None:
                self._share = free // self._options.jobs
        return self._launcher

    def _get_ready(self, stop: Stop) -> None:
        """Wait until processes can be started."""
        launcher = self._open()
        until = time.monotonic() + _READY_SECONDS
        while not (launcher.ready or stop()):
            launcher.wait(_LOOK_EVERY)
            if time.monotonic() > until:
                raise CatalogError(f"Loading torch and transformers took more than {_READY_SECONDS:g} seconds.")

    def _place(self, device: str) -> dict[str, Any]:
        return {
            "device": device,
            "threads": self._threads,
            "jobs": self._options.jobs,
            "pinned": bool(self._slots),
            "executor": self._options.executor,
        }

    def _look_around(self, jobs: Sequence[Job], stop: Stop) -> None:
        """Find out once for each device and dtype where things are measured, and what the device reaches."""
        for kind in dict.fromkeys((job.workload.device, job.workload.dtype) for job in jobs):
            if self._workers.look_around is None or kind in self._known or stop():
                continue
            self._known[kind] = {}
            task = self._task(
                self._workers.look_around, {**self._place(kind[0]), "dtype": kind[1]}, slot=0, device=kind[0]
            )
            try:
                child = self._open().start(task)
                while not (child.answered or child.ended or stop()):
                    if time.monotonic() - child.asked > _PEAK_SECONDS:
                        break
                    self._open().wait(_LOOK_EVERY)
                self._end(child)
            except ServerEndedError:
                self.close()  # figures without it are better than none
                self._get_ready(stop)
                continue
            if isinstance(child.answer, Mapping):
                self._known[kind] = child.answer

    def _end(self, child: Child) -> None:
        """End a process, and wait for its end."""
        launcher = self._open()
        until = time.monotonic() + _ABANDON
        if not child.ended:
            launcher.kill(child)
        while not child.ended and time.monotonic() < until:
            launcher.wait(_LOOK_EVERY)
        launcher.forget(child)

    def _task(self, function: str, argument: Mapping[str, Any], *, slot: int, device: str) -> Task:
        hidden = {} if device.startswith("cuda") else {"CUDA_VISIBLE_DEVICES": ""}
        return Task(
            function=function,
            argument=argument,
            cores=self._slots[slot] if self._slots else (),
            threads=self._threads,
            environment=hidden,
        )

    def _start(self, asked: Job, job: Job, slot: int) -> Attempt:
        workload = job.workload
        known = self._known.get((workload.device, workload.dtype), {})
        environment = environment_of(known.get("environment"))
        argument = {
            "job": job_to_document(job),
            "place": self._place(workload.device),
            "environment": None if environment is None else dataclasses.asdict(environment),
            "peak_flops": known.get("peak_flops"),
        }
        launcher = self._open()
        limits = [limit for limit in (self._share, available_memory("cpu")) if limit is not None]
        wanted = self._options.memory
        free = min(limits, default=None)
        return Attempt(
            asked=asked,
            job=job,
            slot=slot,
            child=launcher.start(self._task(self._workers.measure, argument, slot=slot, device=workload.device)),
            seconds=self._options.seconds,
            memory=min((limit for limit in (free, wanted) if limit is not None), default=None),
            free=wanted is None or (free is not None and free < wanted),
            environment=environment,
        )

    def _watch(self, running: dict[int, Attempt], waiting: deque[tuple[Job, Job]]) -> Iterator[Staged | Answered]:
        """Look at each worker once: what it does, what it takes, whether it has ended."""
        for slot, attempt in tuple(running.items()):
            child = attempt.child
            if child.stage is not None and child.stage != attempt.stage:
                attempt.stage = child.stage
                yield Staged(attempt.job, slot, child.stage)
            if not self._is_over(attempt, time.monotonic()):
                continue
            del running[slot]
            self._let_go(attempt)
            if (smaller := attempt.smaller()) is not None:
                waiting.appendleft((attempt.asked, smaller))
            else:
                yield Answered(attempt.asked, slot, attempt.measurement())

    def _is_over(self, attempt: Attempt, now: float) -> bool:
        """Whether a worker is no more, or cannot be ended; one that takes too much is ended."""
        child = attempt.child
        if child.ended:
            return True
        if attempt.ended_at is not None:
            return now - attempt.ended_at > _ABANDON
        if child.answered:
            attempt.answered_at = attempt.answered_at or now
            if child.fault is not None or now - attempt.answered_at > _GRACE:
                attempt.ended_at = now
                self._open().kill(child)
        else:
            self._limit(attempt, now)
        return False

    def _limit(self, attempt: Attempt, now: float) -> None:
        """End a worker that takes too much."""
        child = attempt.child
        if child.process is not None:
            attempt.highest = max(attempt.highest, resident_memory(self._group(child, now)))
        if attempt.memory is not None and attempt.highest > attempt.memory:
            attempt.over = "memory"
        elif now - child.asked > attempt.seconds:
            attempt.over = "time"
        else:
            return
        attempt.ended_at = now
        self._open().kill(child)

    def _group(self, child: Child, now: float) -> frozenset[int]:
        assert child.process is not None  # noqa: S101  # it is told before its memory is looked at
        found_at, group = self._groups.get(child.token, (0.0, frozenset()))
        if now - found_at > _SEARCH_EVERY:
            group = members(child.process) | {child.process}
            self._groups[child.token] = now, group
        return group

    def _let_go(self, attempt: Attempt) -> None:
        self._groups.pop(attempt.child.token, None)
        if self._launcher is not None:
            if not attempt.child.ended:
                with suppress(ServerEndedError):  # then it has ended, too
                    self._launcher.kill(attempt.child)
            self._launcher.forget(attempt.child)

    def _start_over(
        self,
        running: dict[int, Attempt],
        waiting: deque[tuple[Job, Job]],
        ends: dict[str, int],
        error: CatalogError,
    ) -> Iterator[Answered]:
        """Queue again what ran when the server of the processes ended; what was there each time is answered."""
        if not running:
            ends[""] = ends.get("", 0) + 1
            if ends[""] > _SERVER_ENDS:
                raise error
        for slot, attempt in sorted(running.items(), reverse=True):
            if attempt.child.answered:
                del running[slot]
                yield Answered(attempt.asked, slot, attempt.measurement())
                continue
            key = attempt.asked.key
            ends[key] = ends.get(key, 0) + 1
            del running[slot]
            if ends[key] < _SERVER_ENDS:
                waiting.appendleft((attempt.asked, attempt.job))
            else:
                reason = f"{error.message.removesuffix('.')}, each of the {_SERVER_ENDS} times that this ran."
                yield Answered(attempt.asked, slot, failed(attempt.job, "crash", reason))


def _variables(threads: int, *, cuda: bool) -> dict[str, str]:
    """Variables of the environment of all workers."""
    found = {
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_VERBOSITY": "critical",
        "TOKENIZERS_PARALLELISM": "false",
        "OMP_NUM_THREADS": str(threads),
        "MKL_NUM_THREADS": str(threads),
        "OPENBLAS_NUM_THREADS": "1",  # it would start threads when it is loaded, before the fork
        "PYTORCH_NVML_BASED_CUDA_CHECK": "1",  # asking whether there is a GPU must not open it before the fork
    }
    if "TORCHINDUCTOR_COMPILE_THREADS" not in os.environ:
        found["TORCHINDUCTOR_COMPILE_THREADS"] = str(threads)
    if not cuda:
        found["CUDA_VISIBLE_DEVICES"] = ""
    return found
