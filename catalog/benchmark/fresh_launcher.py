"""Starts an interpreter for each process, which takes seconds: where processes cannot be forked (Windows, macOS)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress

from catalog.benchmark.child import Task, encode
from catalog.benchmark.process import Child, Launcher


class FreshLauncher(Launcher):
    """Starts an interpreter for each process.

    Args:
        variables: Variables of the environment of the processes, over those of this process.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(variables)
        self.ready = True
        self._processes: dict[int, subprocess.Popen[bytes]] = {}

    def kill(self, child: Child) -> None:
        """End a process and all that it started; :meth:`wait` then sees it end."""
        process = self._processes[child.token]
        if process.poll() is None:
            with suppress(ProcessLookupError, PermissionError, AttributeError):  # it leads no group, or there are none
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()

    def forget(self, child: Child) -> None:
        """Let go of a process that has ended, or that cannot be ended."""
        self._processes.pop(child.token, None)
        super().forget(child)

    def close(self) -> None:
        """End all processes."""
        for child in tuple(self.children.values()):
            self.kill(child)
            with suppress(subprocess.TimeoutExpired):
                self._processes[child.token].wait(10)
        super().close()

    def _launch(self, child: Child, task: Task, channel: socket.socket) -> None:
        inherited = [] if sys.platform == "win32" else [channel.fileno()]
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "catalog.benchmark.child"],
            pass_fds=inherited,
            env={**self._variables, **task.environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._processes[child.token] = process
        child.process = process.pid
        if sys.platform == "win32":
            name = channel.share(process.pid).hex()
        else:
            name = str(channel.fileno())
        assert process.stdin is not None  # noqa: S101  # it was opened as a pipe
        with suppress(OSError), process.stdin:  # it may have ended, which is seen later
            process.stdin.write(name.encode("ascii") + b"\n" + encode(task))

    def _hear(self) -> None:
        """There is no server that would tell anything."""

    def _look(self) -> None:
        for child in self.children.values():
            process = self._processes[child.token]
            if not child.ended and (status := process.poll()) is not None:
                with suppress(ProcessLookupError, PermissionError, AttributeError):  # nothing is left of its group
                    os.killpg(process.pid, signal.SIGKILL)
                self._finish(child, status)
