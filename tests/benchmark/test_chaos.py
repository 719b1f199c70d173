"""A sweep whose workers, whose server and which itself are killed at random: each job ends with exactly one row."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import misbehaving
import pytest
from misbehaving import ACTS, job

from catalog.benchmark.machine import children, marked
from catalog.benchmark.rows import read_rows, write_jobs

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it looks for processes in /proc")

JOBS = [
    *(job(act) for act in ACTS if act not in {"stop", "close-everything", "allocate-in-a-grandchild", "kill-executor"}),
    *(job("slow", number=number) for number in range(1, 9)),
]


class Chaos:
    """A sweep in a process of its own, whose processes are killed at random while it runs."""

    def __init__(self, folder: Path) -> None:
        self.jobs, self.rows = folder / "jobs.ndjson", folder / "rows.ndjson"
        self.mark = uuid.uuid4().hex
        self.random = random.Random(int(os.environ.get("CHAOS_SEED", "7")))
        write_jobs(self.jobs, JOBS)

    def run(self, until: Callable[[], bool] = lambda: False, *, end: signal.Signals = signal.SIGKILL) -> None:
        environment = {**os.environ, "CHAOS": self.mark, "PYTHONPATH": os.pathsep.join(sys.path)}
        driver = subprocess.Popen([sys.executable, misbehaving.__file__, self.jobs, self.rows], env=environment)
        killing = threading.Event()
        killer = threading.Thread(target=self.kill, args=(driver.pid, killing))
        killer.start()
        try:
            deadline = time.monotonic() + 30
            while driver.poll() is None and not until():
                assert time.monotonic() < deadline
                time.sleep(0.02)
            if driver.poll() is None:
                driver.send_signal(end)
            driver.wait(10)
        finally:
            killing.set()
            killer.join()
            driver.kill()
        deadline = time.monotonic() + 10
        while self.left() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not self.left()
        if not until():
            assert driver.returncode == 0

    def kill(self, driver: int, ended: threading.Event) -> None:
        while not ended.wait(self.random.uniform(0.1, 0.5)):
            servers = children(driver)
            processes = sorted(self.left() - {driver} - servers)
            if servers and self.random.random() < 0.1:
                processes = sorted(servers)
            if processes:
                with suppress(OSError):
                    os.kill(self.random.choice(processes), signal.SIGKILL)

    def left(self) -> frozenset[int]:
        return marked(f"CHAOS={self.mark}")

    def count(self) -> int:
        return self.rows.read_bytes().count(b"\n") if self.rows.exists() else 0


def test_every_job_ends_with_exactly_one_row(tmp_path: Path) -> None:
    chaos = Chaos(tmp_path)
    chaos.run(lambda: chaos.count() >= 8)
    before = read_rows(chaos.rows)
    assert len(before) >= 8
    with chaos.rows.open("ab") as file:
        file.write(b'{"format":1,"run":"cut o')  # as if it had been ended while it wrote
    chaos.run(lambda: chaos.count() >= 16, end=signal.SIGTERM)
    chaos.run()
    rows = read_rows(chaos.rows)
    assert Counter(row.key for row in rows) == Counter(job.key for job in JOBS)
    assert rows[: len(before)] == before
    assert len({row.run for row in rows}) == 1
    assert {row.status for row in rows} >= {"measured", "crash"}
