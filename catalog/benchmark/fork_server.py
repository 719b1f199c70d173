"""Starts processes that have torch and transformers loaded already: it loads them once, and forks for each task.

Run as ``python -m catalog.benchmark.fork_server SOCKET PRELOAD …``. Unlike the fork server of ``multiprocessing`` it
belongs to one sweep and ends with it, never imports the program that uses it, keeps environment and terminal apart,
and ends everything that its children leave behind, even what has left their process group.

A request is eight bytes, the length of what follows, with a file descriptor beside them, and a JSON object:
``{"token", "task"}`` to start, or ``{"kill": token}``. It answers in lines of JSON: ``{"ready": […]}`` once all is
loaded, with what could not be, ``{"token", "process"}``, and ``{"token", "status"}`` when a process has ended.
"""

from __future__ import annotations

import array
import ctypes
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
import warnings
from contextlib import suppress
from typing import Any, Final

from catalog.benchmark.child import decode, run, set_apart
from catalog.benchmark.machine import children

_LOOK_FOR_PARENT: Final = 1.0  # seconds
_ADOPT: Final = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)


class ForkServer:
    """Forks for each request until the other end of the control socket closes.

    Args:
        control: Where requests come from and answers go to.
    """

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.running: dict[int, int] = {}  # process → token
        self.parent = os.getppid()

    def serve(self, preload: list[str]) -> None:
        """Load modules, then answer requests until nobody asks any more; then end all processes.

        Args:
            preload: Modules to load; torch and transformers have to load, others need not.
        """
        ctypes.CDLL(None).prctl(_ADOPT, 1, 0, 0, 0)
        wake, signalled = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(signalled, warn_on_full_buffer=False)
        self.tell({"ready": _load(preload)})
        gc.collect()
        gc.freeze()  # children then share the pages that the collector would write to
        try:
            while os.getppid() == self.parent:
                asked = self.control.fileno()
                ready, _, _ = select.select([asked, wake], [], [], _LOOK_FOR_PARENT)
                if wake in ready:
                    os.read(wake, 4096)
                    self.reap()
                if asked in ready and not self.answer():
                    return
        except OSError:  # whoever asks has gone
            return
        finally:
            for process in tuple(self.running):
                _end(process)
            self.end_adopted(spare=frozenset())

    def tell(self, message: dict[str, Any]) -> None:
        """Send an answer."""
        self.control.sendall(json.dumps(message).encode("ascii") + b"\n")

    def answer(self) -> bool:
        """Take one request; false where none will come."""
        head, passed = _receive(self.control)
        if len(head) < 8:
            return False
        content = b""
        while left := int.from_bytes(head, "big") - len(content):
            block = self.control.recv(left)
            if not block:
                return False
            content += block
        request = json.loads(content)
        if "kill" in request:
            for process, token in self.running.items():
                if token == request["kill"]:
                    _end(process)
            return True
        self.fork(request["token"], request["task"], passed[0])
        return True

    def fork(self, token: int, task: str, channel: int) -> None:
        """Start a process for a task."""
        server = os.getpid()
        try:
            process = os.fork()
        except OSError as error:
            os.close(channel)
            self.tell({"token": token, "failed": error.strerror or str(error)})
            return
        if process == 0:
            try:
                signal.set_wakeup_fd(-1)
                set_apart(parent=server)
                self.control.close()
                run(decode(task.encode("ascii")), socket.socket(fileno=channel))
            finally:
                os._exit(0)
        os.close(channel)
        self.running[process] = token
        self.tell({"token": token, "process": process})

    def reap(self) -> None:
        """Tell which processes have ended, and end what they left behind."""
        ended = False
        for process in tuple(self.running):
            # It is not waited for yet, so that its number cannot belong to another group.
            if os.waitid(os.P_PID, process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            _end(process)
            _, status = os.waitpid(process, 0)
            ended = True
            self.tell({"token": self.running.pop(process), "status": os.waitstatus_to_exitcode(status)})
        if ended:
            self.end_adopted(spare=frozenset(self.running))

    def end_adopted(self, *, spare: frozenset[int]) -> None:
        """End processes whose parents have ended, which makes them children of this one."""
        while adopted := children(os.getpid()) - spare:
            for process in adopted:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
                with suppress(ChildProcessError):
                    os.waitpid(process, 0)  # what it had started comes here next


def _end(process: int) -> None:
    """End the group that a process leads, or the process where it does not lead one yet."""
    for end in (os.killpg, os.kill):
        with suppress(ProcessLookupError, PermissionError):
            end(process, signal.SIGKILL)


def _receive(control: socket.socket) -> tuple[bytes, list[int]]:
    head, passed = b"", array.array("i")
    while len(head) < 8:
        block, ancillary, _, _ = control.recvmsg(8 - len(head), socket.CMSG_SPACE(passed.itemsize))
        if not block:
            break
        head += block
        for level, kind, content in ancillary:
            if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
                passed.frombytes(content[: len(content) - len(content) % passed.itemsize])
    return head, passed.tolist()


def _load(modules: list[str]) -> list[str]:
    """Load modules; the names of those that cannot be, with why."""
    failed = []
    warnings.simplefilter("ignore")
    for name in modules:
        try:
            importlib.import_module(name)
        except BaseException as error:  # noqa: BLE001  # whatever a foreign module raises is told
            failed.append(f"{name}: {type(error).__name__}: {error}")
    return failed


def main() -> None:
    """Serve on the socket whose number is the first argument."""
    ForkServer(socket.socket(fileno=int(sys.argv[1]))).serve(sys.argv[2:])
    os._exit(0)


if __name__ == "__main__":
    main()
