"""Runs jobs on this machine, each in a process of its own that is ended where it takes too much.

This process sleeps while workers run. It wakes when one tells something, and twenty times a second to look at their
memory, which takes it some 10 microseconds a worker; twice a second it looks for what they have started, which takes
about a millisecond where a hundred processes run.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from types import TracebackType
from typing import Final, Self, TypeAlias

from catalog.benchmark.events import Answered, Staged, Started
from catalog.benchmark.job import Job
from catalog.benchmark.machine import members, resident_memory
from catalog.benchmark.options import SweepOptions
from catalog.benchmark.outcome import Attempt, failed
from catalog.benchmark.process import Child, ServerEndedError
from catalog.benchmark.workbench import WAIT, Stop, Waiting, Workbench, Workers

Happening: TypeAlias = Started | Staged | Answered
"""What an executor tells the sweep."""

_SEARCH_EVERY: Final = 0.5  # seconds between two searches for what the workers have started
_GRACE: Final = 2.0  # seconds for a process to end once it has answered
_ABANDON: Final = 10.0  # seconds after which a process that cannot be ended is let go


class LocalExecutor:
    """Runs jobs in processes on this machine. Use it as a context, so that the processes end with it.

    Args:
        options: How many workers, and what each may take.
        cuda: Whether some of the jobs run on a GPU; otherwise the workers see none.
        workers: What the processes load and call.
    """

    def __init__(self, options: SweepOptions, *, cuda: bool = False, workers: Workers | None = None) -> None:
        self._bench = Workbench(options, cuda=cuda, workers=workers or Workers())
        self._jobs = options.jobs
        self._groups: dict[int, tuple[float, frozenset[int]]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all processes."""
        self._bench.close()

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
        waiting = deque(Waiting(asked=job, job=job) for job in jobs)
        running: dict[int, Attempt] = {}
        self._bench.get_ready(stop)
        self._bench.look_around([item.job for item in waiting], stop)
        try:
            while (waiting or running) and not stop():
                try:
                    yield from self._fill(running, waiting)
                    self._bench.launcher.wait(WAIT)
                    yield from self._watch(running, waiting)
                except ServerEndedError as error:
                    self._bench.close()
                    yield from self._start_over(running, waiting, error)
                    self._bench.get_ready(stop)
        finally:
            for attempt in running.values():
                self._bench.let_go(attempt.child)

    def _fill(self, running: dict[int, Attempt], waiting: deque[Waiting]) -> Iterator[Started]:
        """Start workers where there is room."""
        for slot in range(self._jobs):
            if not waiting or any(attempt.ends > 1 for attempt in running.values()):
                return
            if slot not in running and not (waiting[0].alone and running):
                running[slot] = self._bench.start(waiting[0], slot)
                yield Started(waiting.popleft().job, slot)

    def _watch(self, running: dict[int, Attempt], waiting: deque[Waiting]) -> Iterator[Staged | Answered]:
        """Look at each worker once: what it does, what it takes, whether it has ended."""
        for slot, attempt in tuple(running.items()):
            child = attempt.child
            if child.stage is not None and child.stage != attempt.stage:
                attempt.stage = child.stage
                yield Staged(attempt.job, slot, child.stage)
            if not self._is_over(attempt, time.monotonic()):
                continue
            del running[slot]
            self._groups.pop(child.token, None)
            self._bench.let_go(child)
            if (smaller := attempt.smaller()) is not None:
                waiting.appendleft(Waiting(asked=attempt.asked, job=smaller, ends=attempt.ends))
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
                self._end(attempt, now)
        else:
            self._limit(attempt, now)
        return False

    def _limit(self, attempt: Attempt, now: float) -> None:
        """End a worker that takes too much."""
        child = attempt.child
        if child.process is not None:
            attempt.highest = max(attempt.highest, resident_memory(self._group(child, child.process, now)))
        if attempt.memory is not None and attempt.highest > attempt.memory:
            attempt.over = "memory"
        elif now - child.asked > attempt.seconds:
            attempt.over = "time"
        if attempt.over is not None:
            self._end(attempt, now)

    def _end(self, attempt: Attempt, now: float) -> None:
        attempt.ended_at = now
        self._bench.launcher.kill(attempt.child)

    def _group(self, child: Child, process: int, now: float) -> frozenset[int]:
        """The processes of a worker, looked for once in a while."""
        found_at, group = self._groups.get(child.token, (0.0, frozenset()))
        if now - found_at > _SEARCH_EVERY:
            group = members(process) | {process}
            self._groups[child.token] = now, group
        return group

    def _start_over(
        self, running: dict[int, Attempt], waiting: deque[Waiting], error: ServerEndedError
    ) -> Iterator[Answered]:
        """Queue again what ran when the server of the processes ended; the second time each alone, then no more."""
        for slot, attempt in sorted(running.items(), reverse=True):
            del running[slot]
            if attempt.child.answered:
                yield Answered(attempt.asked, slot, attempt.measurement())
            elif attempt.ends > 1:
                reason = f"{error.message.removesuffix('.')} whenever this ran, at last when nothing else did."
                yield Answered(attempt.asked, slot, failed(attempt.job, "crash", reason))
            else:
                waiting.appendleft(Waiting(asked=attempt.asked, job=attempt.job, ends=attempt.ends + 1))
