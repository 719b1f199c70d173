"""A worker that does what the parameters of its job say, good or bad."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from catalog.benchmark.child import measure_job
from catalog.benchmark.job import Job, job_from_document
from catalog.benchmark.options import SweepOptions
from catalog.benchmark.outcome import failed
from catalog.benchmark.rows import read_jobs
from catalog.benchmark.sweep import sweep
from catalog.benchmark.workbench import Workers
from catalog.builder.plan import BuildPlan
from catalog.measurements import Workload, measurement_to_document

WORKERS = Workers(measure="misbehaving:work", look_around=None, preload=())
"""Nothing of this needs torch."""

MIB = 2**20
VARIABLES = ("HF_HUB_OFFLINE", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS")


def job(act: str, *, number: int = 0, batch_size: int = 1) -> Job:
    """A job whose worker does something."""
    return Job(
        plan=BuildPlan(
            config_class="NoConfig", module="nowhere", model_type=act, params={"act": act, "number": number}
        ),
        workload=Workload(batch_size=batch_size),
    )


def work(argument: Mapping[str, Any], stage: Callable[[str], None]) -> Any:
    """What the process calls."""
    asked = job_from_document(argument["job"])
    stage("act")
    notes = ACTS[str(asked.plan.params["act"])](asked) or ()
    return measurement_to_document(replace(failed(asked, "measured", ""), reason=None, notes=notes))


def measure(argument: Mapping[str, Any], stage: Callable[[str], None]) -> Any:
    """Measure a job for real, and tell besides what the server had done before it forked."""
    import torch

    threads = len(list(Path(f"/proc/{os.getppid()}/task").iterdir()))
    told = f"server: {threads} thread, GPU opened: {torch.cuda.is_initialized()}, {torch.get_num_threads()} for torch"
    document = measure_job(argument, stage)
    return {**document, "notes": [*document.get("notes", []), told]}


def _hang(_: Job) -> None:
    while True:
        time.sleep(100)


def _hang_in_c(_: Job) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    ctypes.PyDLL(None).sleep(1000)  # it holds the interpreter's lock


def _spin(_: Job) -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, set(signal.Signals))
    while True:
        pass


def _stop(_: Job) -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


def _allocate(_: Job) -> None:
    held = []
    while True:
        held.append(b"x" * (16 * MIB))
        time.sleep(0.01)


def _allocate_in_a_grandchild(asked: Job) -> None:
    if os.fork() == 0:
        _allocate(asked)
    _hang(asked)


def _allocate_by_batch(asked: Job) -> None:
    held = b"x" * (asked.workload.batch_size * 64 * MIB)
    time.sleep(0.2)
    del held


def _slow(_: Job) -> None:
    time.sleep(0.3)


def _print(_: Job) -> None:
    for _number in range(100):
        sys.stdout.write("garbage " * 1000)
        os.write(1, b'{"answer": {}}\n' * 100)
        os.write(2, b"\xff\x00" * 1000)
    sys.stdout.flush()


def _write_everywhere(_: Job) -> None:
    for file in range(3, 100):
        try:
            os.write(file, b"\xff\xfe garbage\n{}\n[[[\n")
        except OSError:
            continue


def _close_everything(asked: Job) -> None:
    os.closerange(3, 200)
    _hang(asked)


def _fork(_: Job) -> None:
    if os.fork() == 0:
        os.setsid()
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(1000)


def _daemon(_: Job) -> None:
    if os.fork() == 0:
        os.setsid()
        if os.fork() != 0:
            os._exit(0)
        os.closerange(0, 200)
        time.sleep(1000)


def _answer_twice(_: Job) -> None:
    os.fork()  # both answer


def _kill_parent(asked: Job) -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    _hang(asked)


def _kill_executor(asked: Job) -> None:
    server = Path(f"/proc/{os.getppid()}/stat").read_text().rpartition(")")[2].split()
    os.kill(int(server[1]), signal.SIGKILL)
    _hang(asked)


def _tell_place(_: Job) -> tuple[str]:
    told = {
        "cores": sorted(os.sched_getaffinity(0)),
        "process": os.getpid(),
        "session": os.getsid(0),
        "oom_score": int(Path("/proc/self/oom_score_adj").read_text()),
        "variables": {
            name: os.environ.get(name) for name in ("HF_HUB_OFFLINE", "CUDA_VISIBLE_DEVICES", "OMP_NUM_THREADS")
        },
        "streams": [str(Path(f"/proc/self/fd/{number}").readlink()) for number in range(3)],
    }
    return (json.dumps(told),)


def _raise(_: Job) -> None:
    raise ValueError("a model's own error.")


def _run_out(asked: Job) -> None:
    if asked.workload.batch_size > 2:
        raise MemoryError("no room")


def _exit(_: Job) -> None:
    sys.exit("bye")


ACTS: dict[str, Callable[[Job], Any]] = {
    "behave": lambda _: None,
    "slow": _slow,
    "hang": _hang,
    "hang-in-c": _hang_in_c,
    "spin": _spin,
    "stop": _stop,
    "allocate": _allocate,
    "allocate-in-a-grandchild": _allocate_in_a_grandchild,
    "allocate-by-batch": _allocate_by_batch,
    "run-out": _run_out,
    "segfault": lambda _: ctypes.string_at(0),
    "abort": lambda _: os.abort(),
    "exit-at-once": lambda _: os._exit(3),
    "exit-well": lambda _: os._exit(0),
    "exit": _exit,
    "raise": _raise,
    "tell-place": _tell_place,
    "print": _print,
    "write-everywhere": _write_everywhere,
    "close-everything": _close_everything,
    "fork": _fork,
    "daemon": _daemon,
    "answer-twice": _answer_twice,
    "huge": lambda _: ("x" * (8 * MIB),),
    "not-json": lambda _: (object(),),
    "not-a-number": lambda _: (float("nan"),),
    "kill-parent": _kill_parent,
    "kill-executor": _kill_executor,
    "kill": lambda _: os.kill(os.getpid(), signal.SIGKILL),
}


def main() -> None:
    """Sweep a file of jobs into a file of rows, as a program that can be killed."""
    jobs, output = (Path(argument) for argument in sys.argv[1:3])
    seconds = float(sys.argv[3].partition("=")[2]) if sys.argv[3:] else 1.0
    options = SweepOptions(jobs=3, seconds=seconds, memory=150 * MIB, pin=False)
    summary = sweep(read_jobs(jobs), output, options, workers=WORKERS)
    if summary.interrupted:
        sys.stdout.write(f"interrupted: {summary.done} of {summary.total}, {summary.left} left\n")


if __name__ == "__main__":
    main()
