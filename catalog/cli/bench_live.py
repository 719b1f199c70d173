"""What a person sees while a sweep runs: each worker, the last results, how much is left. Plain lines for a log.

The machine that shows this is the one that measures, so little is drawn, and seldom.
"""

from __future__ import annotations

import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from catalog.cli.bench_pages import name_of, size_text, timing_text
from catalog.cli.output import note
from catalog.quantities import format_duration, format_rate

if TYPE_CHECKING:
    from catalog.benchmark.events import Event, Finished, Listener
    from catalog.benchmark.job import Job
    from catalog.measurements import Measurement

_A_SECOND = 2
"""How often it is drawn."""
_LAST = 6
"""Results that are shown."""


@contextmanager
def shown_sweep(total: int, *, quiet: bool = False) -> Iterator[Listener]:
    """Show a sweep while the block runs.

    Args:
        total: Number of jobs.
        quiet: Write no plain lines.

    Yields:
        What is told of each event.
    """
    if not sys.stderr.isatty():
        yield _no_line if quiet else _line
        return
    from rich.console import Console
    from rich.live import Live

    view = _View(total)
    console = Console(stderr=True, markup=False, highlight=False, emoji=False)
    with Live(
        console=console,
        get_renderable=view.render,
        refresh_per_second=_A_SECOND,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    ):
        yield view.take


def _no_line(_event: Event) -> None:
    return


def _line(event: Event) -> None:
    from catalog.benchmark.events import Finished

    if isinstance(event, Finished):
        note(f"[{event.done}/{event.total}] {result_text(event.measurement)}")


def result_text(row: Measurement) -> str:
    """A measurement on one line: ``bert forward 1×128 float32: 42.1 ms ± 1.2 %, 3,040 tokens/s``."""
    load = row.workload
    what = " ".join([name_of(row), load.mode, size_text(row), load.dtype, *(["compiled"] if load.compile else [])])
    if row.status != "measured":
        return f"{what}: {row.status}: {row.reason or ''}"
    rate = format_rate(row.tokens_per_second, "tokens") or format_rate(row.samples_per_second, "samples")
    return f"{what}: {timing_text(row.latency)}" + (f", {rate}" if rate else "")


@dataclass(slots=True)
class _Slot:
    """What one worker does."""

    job: Job
    since: float
    stage: str = "starts"


class _View:
    """The state of a sweep, and what it looks like."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._began: float | None = None
        self._slots: dict[int, _Slot] = {}
        self._last: deque[Measurement] = deque(maxlen=_LAST)
        self._statuses: Counter[str] = Counter()

    def take(self, event: Event) -> None:
        """Note what happened; it is drawn when its time has come."""
        from catalog.benchmark.events import Staged, Started

        now = time.monotonic()
        if isinstance(event, Started):
            self._began = self._began or now  # loading torch says nothing of how long the jobs take
            self._slots[event.slot] = _Slot(event.job, now)
        elif isinstance(event, Staged):
            self._slots.setdefault(event.slot, _Slot(event.job, now)).stage = event.stage
        else:
            self._finish(event)

    def _finish(self, event: Finished) -> None:
        self._slots.pop(event.slot, None)
        self._done, self._total = event.done, event.total
        self._last.append(event.measurement)
        self._statuses[event.measurement.status] += 1

    def render(self) -> Any:
        """What is drawn."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        if self._began is None:
            return Text("loading torch and transformers …", style="dim")
        lines = Table.grid(padding=(0, 2))
        for justify in ("left", "left", "right", "left", "left"):
            lines.add_column(justify=justify, no_wrap=True, overflow="ellipsis")
        for row in list(self._last):
            lines.add_row(*map(Text, _cells(row)), style="" if row.status == "measured" else "yellow")
        for _, slot in sorted(self._slots.items()):
            load = slot.job.workload
            size = f"{load.batch_size}" + ("" if load.sequence_length is None else f"×{load.sequence_length}")
            elapsed = _clock(time.monotonic() - slot.since)
            cells = (slot.job.name, load.mode, size, load.dtype, f"{slot.stage} …  {elapsed}")
            lines.add_row(*map(Text, cells), style="cyan")
        bar = Table.grid(padding=(0, 1))
        progress = ProgressBar(total=max(self._total, 1), completed=self._done, width=30)
        bar.add_row(progress, Text(f"{self._done}/{self._total}"), Text(self._left(self._began)))
        failed = self._failed()
        return Group(lines, bar, *([Text(failed, style="yellow", no_wrap=True, overflow="ellipsis")] if failed else []))

    def _left(self, began: float) -> str:
        elapsed = time.monotonic() - began
        if not self._done:
            return _clock(elapsed)
        left = elapsed / self._done * (self._total - self._done)
        return f"{_clock(elapsed)}, about {_clock(left)} left"

    def _failed(self) -> str:
        failed = [f"{count} {status}" for status, count in self._statuses.most_common() if status != "measured"]
        return f"not measured: {', '.join(failed)}" if failed else ""


def _cells(row: Measurement) -> tuple[str, ...]:
    """A result as the cells of a line."""
    load = row.workload
    result = timing_text(row.latency) if row.status == "measured" else f"{row.status}: {row.reason or ''}"
    return (name_of(row), load.mode, size_text(row), load.dtype, result)


def _clock(seconds: float) -> str:
    return format_duration(max(0, round(seconds)))
