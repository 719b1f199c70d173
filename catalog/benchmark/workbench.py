"""What workers on this machine need: cores, memory, variables, and the server that they are forked from."""

from __future__ import annotations

import dataclasses
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from catalog.benchmark.child import Task
from catalog.benchmark.fork_launcher import PRELOAD, ForkLauncher
from catalog.benchmark.fresh_launcher import FreshLauncher
from catalog.benchmark.job import Job, job_to_document
from catalog.benchmark.machine import core_groups, own_cores
from catalog.benchmark.options import SweepOptions
from catalog.benchmark.outcome import Attempt, environment_of
from catalog.benchmark.process import Child, Launcher, ServerEndedError
from catalog.builder.memory_guard import available_memory
from catalog.errors import CatalogError

Stop: TypeAlias = Callable[[], bool]
"""Tells whether to end before all is done."""

_FORKS: Final = sys.platform.startswith("linux")  # forked processes of macOS fail in its own libraries
WAIT: Final = 0.05  # seconds to sleep at most before looking at the workers
_READY_SECONDS: Final = 600.0  # for loading torch from a slow disk
_STARTS: Final = 5  # times that the server of the processes may end before it is ready
_PEAK_SECONDS: Final = 60.0  # for measuring what the device reaches
_END_SECONDS: Final = 10.0  # for a process to end once it is killed


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A job in the queue.

    Attributes:
        asked: What was asked for.
        job: What is to be run; its batch may be smaller.
        ends: How often the server of the processes has ended while it ran.
    """

    asked: Job
    job: Job
    ends: int = 0

    @property
    def alone(self) -> bool:
        """Whether nothing else may run meanwhile: it may be what ends the server."""
        return self.ends > 1


class Workbench:
    """Starts workers on this machine.

    Args:
        options: How many workers, and what each may take.
        cuda: Whether some of the jobs run on a GPU; otherwise the workers see none.
        workers: What the processes load and call.
    """

    def __init__(self, options: SweepOptions, *, cuda: bool, workers: Workers) -> None:
        self.options = options
        self._workers = workers
        cores = own_cores()
        self._cores = core_groups(cores, options.jobs) if options.pin else ()
        self._threads = options.threads or max(1, len(cores) // options.jobs)
        self._variables = _variables(self._threads, cuda=cuda)
        self._launcher: Launcher | None = None
        self._share: int | None = None
        self._known: dict[tuple[str, str], Mapping[str, Any]] = {}

    @property
    def launcher(self) -> Launcher:
        """What starts the processes and listens to them."""
        if self._launcher is None:
            self._launcher = (
                ForkLauncher(self._variables, self._workers.preload) if _FORKS else FreshLauncher(self._variables)
            )
            if (free := available_memory("cpu")) is not None:
                self._share = free // self.options.jobs
        return self._launcher

    def close(self) -> None:
        """End all processes."""
        launcher, self._launcher = self._launcher, None
        if launcher is not None:
            launcher.close()

    def get_ready(self, stop: Stop) -> None:
        """Wait until processes can be started.

        Args:
            stop: Tells whether to wait no longer.

        Raises:
            MissingDependencyError: If torch or transformers cannot be loaded.
            CatalogError: If the server that loads them does not come up.
        """
        until = time.monotonic() + _READY_SECONDS
        ends = 0
        while not (self.launcher.ready or stop()):
            try:
                self.launcher.wait(WAIT)
            except ServerEndedError:
                self.close()
                ends += 1
                if ends == _STARTS:
                    raise
            if time.monotonic() > until:
                raise CatalogError(f"Loading torch and transformers took more than {_READY_SECONDS:g} seconds.")

    def look_around(self, jobs: Sequence[Job], stop: Stop) -> None:
        """Find out once for each device and dtype where things are measured, and what the device reaches.

        Where that fails, the rows go without.

        Args:
            jobs: What is to be measured.
            stop: Tells whether to leave it.
        """
        for device, dtype in dict.fromkeys((job.workload.device, job.workload.dtype) for job in jobs):
            if self._workers.look_around is None or (device, dtype) in self._known or stop():
                continue
            argument = {**self._place(device), "dtype": dtype}
            task = self._task(self._workers.look_around, argument, slot=0, device=device)
            try:
                found = self._answer_to(task, stop)
            except ServerEndedError:
                self.close()
                self.get_ready(stop)
                found = None
            self._known[device, dtype] = found if isinstance(found, Mapping) else {}

    def start(self, waiting: Waiting, slot: int) -> Attempt:
        """Start a worker.

        Args:
            waiting: Its job.
            slot: Which of those that run side by side.

        Raises:
            ServerEndedError: If the process that starts the others has ended.
        """
        workload = waiting.job.workload
        known = self._known.get((workload.device, workload.dtype), {})
        environment = environment_of(known.get("environment"))
        argument = {
            "job": job_to_document(waiting.job),
            "place": self._place(workload.device),
            "environment": None if environment is None else dataclasses.asdict(environment),
            "peak_flops": known.get("peak_flops"),
        }
        launcher, wanted = self.launcher, self.options.memory
        free = min((limit for limit in (self._share, available_memory("cpu")) if limit is not None), default=None)
        return Attempt(
            asked=waiting.asked,
            job=waiting.job,
            ends=waiting.ends,
            slot=slot,
            child=launcher.start(self._task(self._workers.measure, argument, slot=slot, device=workload.device)),
            seconds=self.options.seconds,
            memory=min((limit for limit in (free, wanted) if limit is not None), default=None),
            free=wanted is None or (free is not None and free < wanted),
            environment=environment,
        )

    def let_go(self, child: Child) -> None:
        """End a process where it has not ended, and forget it."""
        if self._launcher is not None:
            if not child.ended:
                with suppress(ServerEndedError):  # then it has ended, too
                    self._launcher.kill(child)
            self._launcher.forget(child)

    def _answer_to(self, task: Task, stop: Stop) -> Any:
        """What a process answers to a task, which it has ended with; ``None`` where it did not answer in time."""
        child = self.launcher.start(task)
        self._await(lambda: child.answered or child.ended, _PEAK_SECONDS, stop)
        self.launcher.kill(child)
        self._await(lambda: child.ended, _END_SECONDS, stop)
        self.let_go(child)
        return child.answer

    def _await(self, condition: Callable[[], bool], seconds: float, stop: Stop) -> None:
        until = time.monotonic() + seconds
        while not (condition() or stop() or time.monotonic() > until):
            self.launcher.wait(WAIT)

    def _place(self, device: str) -> dict[str, Any]:
        """The arguments of :func:`catalog.benchmark.measure.environment.environment`."""
        return {
            "device": device,
            "threads": self._threads,
            "jobs": self.options.jobs,
            "pinned": bool(self._cores),
            "executor": self.options.executor,
        }

    def _task(self, function: str, argument: Mapping[str, Any], *, slot: int, device: str) -> Task:
        return Task(
            function=function,
            argument=argument,
            cores=self._cores[slot] if self._cores else (),
            threads=self._threads,
            environment={} if device.startswith("cuda") else {"CUDA_VISIBLE_DEVICES": ""},
        )


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
