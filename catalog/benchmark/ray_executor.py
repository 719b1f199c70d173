"""Runs jobs on the machines of a Ray cluster, or on a Ray of its own on this machine.

Each worker is an actor that does on its node what :class:`~catalog.benchmark.local_executor.LocalExecutor` does here:
every job has a process of its own there, with the same limits. The rows come back to the driver, which alone writes
them. The nodes need this package, torch and transformers.
"""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stdout
from importlib import import_module
from types import TracebackType
from typing import Any, Final, Self

from catalog.benchmark.events import Answered, Started
from catalog.benchmark.job import Job, job_from_document, job_to_document
from catalog.benchmark.local_executor import LocalExecutor
from catalog.benchmark.options import SweepOptions
from catalog.benchmark.outcome import failed
from catalog.benchmark.process import search_path
from catalog.benchmark.workbench import Stop, Workers
from catalog.errors import CatalogError, MissingDependencyError
from catalog.measurements import Measurement, measurement_from_document, measurement_to_document

_WAIT: Final = 0.2  # seconds between two looks whether to stop
_FAILURES: Final = 5  # workers in a row that end before they are ready


class NodeWorker:
    """What an actor is: it measures one job after the other on its node.

    Args:
        options: What each job may take.
        cuda: Whether jobs run on a GPU.
        workers: What the processes load and call.
    """

    def __init__(self, options: SweepOptions, *, cuda: bool, workers: Workers) -> None:
        self._executor = LocalExecutor(options, cuda=cuda, workers=workers)

    def ready(self) -> None:
        """Answer once the actor is there."""

    def measure(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """Measure a job.

        Args:
            document: The job.

        Returns:
            The measurement.
        """
        answers = [item for item in self._executor.run([job_from_document(document)]) if isinstance(item, Answered)]
        return measurement_to_document(answers[0].measurement)


class RayExecutor:
    """Runs jobs on a Ray cluster. Use it as a context, so that the workers end with it, and Ray where it began it.

    Args:
        options: How many workers in the whole cluster, and what each may take. A worker reserves as many cores as it
            has threads, and one GPU where jobs run on one; cores are not pinned.
        cuda: Whether some of the jobs run on a GPU.
        workers: What the processes load and call.

    Raises:
        MissingDependencyError: If Ray is not installed.
        CatalogError: If the cluster cannot be reached.
    """

    def __init__(self, options: SweepOptions, *, cuda: bool = False, workers: Workers | None = None) -> None:
        try:
            self._ray: Any = import_module("ray")
        except ImportError as error:
            raise MissingDependencyError("ray", extra="ray", reason="the executor ray needs it") from error
        self._variables = frozenset(os.environ)
        self._began = not self._ray.is_initialized()
        if self._began:
            self._connect(options.ray_address)
        cores = [int(node["Resources"].get("CPU", 0)) for node in self._ray.nodes() if node["Alive"]]
        threads = options.threads or max(1, min(sum(cores) // options.jobs, max(cores, default=1)))
        if threads > max(cores, default=0):
            self.close()
            raise CatalogError(f"No node of the Ray cluster has {threads} cores.", remedy="Ask for fewer threads.")
        side_by_side = min(options.jobs, max(cores) // threads)
        self._options = dataclasses.replace(options, jobs=side_by_side, threads=threads, pin=False, ray_address=None)
        self._workers = workers or Workers()
        self._cuda = cuda
        self._slots = options.jobs
        self._actor_class = self._ray.remote(
            num_cpus=threads, num_gpus=int(cuda), max_restarts=0, max_task_retries=0, max_concurrency=1
        )(NodeWorker)
        self._actors: dict[int, Any] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers, and Ray where this began it."""
        actors, self._actors = self._actors, {}
        for actor in actors.values():
            self._ray.kill(actor)
        if self._began:
            self._ray.shutdown()
            for name in [name for name in os.environ if name not in self._variables]:
                if name.startswith("RAY_") or name == "PYTHONBREAKPOINT":  # it leaves them
                    del os.environ[name]

    def run(self, jobs: Iterable[Job], stop: Stop = lambda: False) -> Generator[Started | Answered, None, None]:
        """Run jobs.

        Args:
            jobs: What to measure.
            stop: Asked some times a second; the workers are ended once it says so, and their jobs have no row.

        Yields:
            What happens: each job is answered once.

        Raises:
            CatalogError: If workers do not come up.
        """
        waiting = deque(jobs)
        coming = {self._new(slot): slot for slot in range(min(self._slots, len(waiting)))}
        running: dict[Any, tuple[int, Job]] = {}
        failures = 0
        while (waiting or running) and not stop():
            with redirect_stdout(sys.stderr):  # where Ray tells of a worker that has ended
                done, _ = self._ray.wait([*coming, *running], num_returns=1, timeout=_WAIT)
            for reference in done:
                slot, job = running.pop(reference, (coming.pop(reference, 0), None))
                found, reason = self._result(reference)
                if job is not None:
                    yield Answered(job, slot, self._row(job, found, reason))
                elif reason is not None:
                    failures += 1
                    if failures == _FAILURES:
                        raise CatalogError(f"Workers of the Ray cluster do not start: {reason}")
                if reason is not None:
                    coming[self._new(slot)] = slot
                elif waiting:
                    failures = 0
                    job = waiting.popleft()
                    running[self._actors[slot].measure.remote(job_to_document(job))] = slot, job
                    yield Started(job, slot)

    def _new(self, slot: int) -> Any:
        """Start the worker of a slot; what comes back is done once it is there."""
        if slot in self._actors:
            self._ray.kill(self._actors[slot])
        self._actors[slot] = self._actor_class.remote(self._options, cuda=self._cuda, workers=self._workers)
        return self._actors[slot].ready.remote()

    def _result(self, reference: Any) -> tuple[Any, str | None]:
        """What a call returned, or why it did not."""
        try:
            return self._ray.get(reference), None
        except self._ray.exceptions.RayError as error:
            cause = getattr(error, "cause", None)
            return None, str(cause or error).strip().splitlines()[0]

    @staticmethod
    def _row(job: Job, found: Any, reason: str | None) -> Measurement:
        if reason is not None:
            return failed(job, "crash", f"The worker of the Ray cluster ended: {reason.rstrip('.')}.")
        return measurement_from_document(found)

    def _connect(self, address: str | None) -> None:
        local = {"runtime_env": {"env_vars": {"PYTHONPATH": search_path()}}} if address is None else {}
        try:
            with _undisturbed():
                self._ray.init(
                    address=address or "local",
                    include_dashboard=False if address is None else None,
                    logging_level="error",
                    log_to_driver=False,
                    **local,
                )
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise CatalogError(f"The Ray cluster cannot be reached: {str(error).strip().splitlines()[0]}") from error


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ray begin without its telling anybody of it, and without its taking over the end of this process."""
    main = threading.current_thread() is threading.main_thread()
    handler = signal.getsignal(signal.SIGTERM) if main else None
    names = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update({name: value for name, value in names.items() if before[name] is None})
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
        if handler is not None:
            signal.signal(signal.SIGTERM, handler)
