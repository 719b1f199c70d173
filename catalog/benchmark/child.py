"""What happens in the process of one job: it is set apart from everything else, does one thing, tells it, and ends.

The process gets a :class:`Task` as a JSON object and answers on its channel, a stream socket, in lines of JSON:
``{"ready": true}``, then ``{"stage": "build"}`` as often as it likes, and at last ``{"answer": …}`` or
``{"error": [kind, message]}``. Nothing is pickled, so that a process that went wrong cannot harm the one that reads.
"""

from __future__ import annotations

import ctypes
import dataclasses
import json
import os
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

Stage: TypeAlias = Callable[[str], None]
"""Takes the name of what begins now."""

_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG of prctl(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What a process is to do.

    Attributes:
        function: What to call, as ``"module:function"``; it takes `argument` and a :data:`Stage`, and returns a JSON
            value.
        argument: A JSON value.
        cores: Cores to keep to; empty for all.
        threads: Threads of torch within an operator; ``None`` for its own choice.
        environment: Variables to set.
    """

    function: str
    argument: Any = None
    cores: tuple[int, ...] = ()
    threads: int | None = None
    environment: Mapping[str, str] = field(default_factory=dict)


def encode(task: Task) -> bytes:
    """The task as a JSON object."""
    return json.dumps(dataclasses.asdict(task)).encode("ascii")


def decode(content: bytes) -> Task:
    """The task of :func:`encode`."""
    document = json.loads(content)
    return Task(**{**document, "cores": tuple(document["cores"])})


def measure_job(argument: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """Measure a job.

    Args:
        argument: The job, the environment where it is known, the peak of the device, and what to make the environment
            of.
        stage: Told what begins.

    Returns:
        The measurement.
    """
    from catalog.benchmark.job import job_from_document  # noqa: PLC0415  # the fork server has loaded it
    from catalog.benchmark.measure import measure  # noqa: PLC0415
    from catalog.measurements import Environment, measurement_to_document  # noqa: PLC0415

    known = argument.get("environment")
    environment = Environment(**(known or _environment(argument["place"])))
    job = job_from_document(argument["job"])
    return measurement_to_document(
        measure(job, environment=environment, peak_flops=argument.get("peak_flops"), stage=stage)
    )


def look_around(argument: Mapping[str, Any], stage: Stage) -> dict[str, Any]:
    """Find out where things are measured, and what the device reaches at most.

    Args:
        argument: The arguments of :func:`catalog.benchmark.measure.environment.environment`, and `dtype`.
        stage: Told what begins.

    Returns:
        The environment, and the floating-point operations a second.
    """
    from catalog.benchmark.measure.peak import peak_flops  # noqa: PLC0415

    place = dict(argument)
    dtype = place.pop("dtype")
    environment = _environment(place)
    stage("peak")
    return {"environment": environment, "peak_flops": peak_flops(place["device"], dtype, place["threads"])}


def _environment(place: Mapping[str, Any]) -> dict[str, Any]:
    from catalog.benchmark.measure.environment import environment  # noqa: PLC0415

    return dataclasses.asdict(environment(**place))


def run(task: Task, channel: socket.socket) -> None:
    """Do a task and tell its outcome; whatever is raised is told, too.

    Args:
        task: What to do.
        channel: Where to tell.
    """
    process = os.getpid()

    def tell(message: Mapping[str, Any]) -> None:
        line = json.dumps(message, allow_nan=False).encode("ascii") + b"\n"
        if os.getpid() == process:  # not from a process that this one has forked
            channel.sendall(line)

    try:
        _prepare(task)
        module, _, name = task.function.partition(":")
        function = getattr(import_module(module), name)
        tell({"ready": True})
        tell({"answer": function(task.argument, lambda stage: tell({"stage": stage}))})
    except BaseException as error:  # noqa: BLE001  # even an exit that a model asks for is told
        with suppress(OSError):  # the one who asked may have gone
            tell({"error": [type(error).__name__, _message(error)]})


def set_apart(*, parent: int) -> None:
    """Cut a process off from the terminal and from whatever started it, and let it die with its parent.

    Args:
        parent: The process that it is to die with.
    """
    with suppress(OSError, AttributeError):  # it leads a session already, or there are none
        os.setsid()
    die_with_parent(parent)
    for name in ("SIGINT", "SIGTERM", "SIGCHLD", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_DFL)
    with suppress(OSError):  # the kernel is to end this process first where memory runs out
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def die_with_parent(parent: int) -> None:
    """Have the system end this process when its parent ends, however that ends; on Linux only.

    Args:
        parent: The process that it is to die with; this one ends now where that has ended already.
    """
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None, use_errno=True).prctl(_DIE_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def _prepare(task: Task) -> None:
    os.environ.update(task.environment)
    warnings.simplefilter("ignore")
    if task.cores:
        with suppress(OSError, AttributeError):  # the cores are gone, or the system does not know any
            os.sched_setaffinity(0, task.cores)
    if task.threads is not None and (torch := sys.modules.get("torch")) is not None:
        torch.set_num_threads(task.threads)


def _message(error: BaseException) -> str:
    try:
        return str(error)[:2000]
    except Exception:  # noqa: BLE001  # an error of a foreign library may fail to tell itself
        return ""


def main() -> None:
    """Do the one task that standard input holds: a line with the channel, then the task."""
    own = sys.stdin.buffer
    channel = _open_channel(own.readline().strip().decode("ascii"))
    task = decode(own.read())
    set_apart(parent=os.getppid())
    run(task, channel)
    os._exit(0)


def _open_channel(name: str) -> socket.socket:
    """The channel: a number of a file that was inherited, or what Windows shares a socket by."""
    if sys.platform == "win32":
        return socket.fromshare(bytes.fromhex(name))
    return socket.socket(fileno=int(name))


if __name__ == "__main__":
    main()
