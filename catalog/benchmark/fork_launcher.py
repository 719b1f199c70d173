"""Starts processes from a server that has torch and transformers loaded: a process then takes some milliseconds."""

from __future__ import annotations

import json
import selectors
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from catalog.benchmark.child import Task, encode
from catalog.benchmark.process import Child, Launcher, ServerEndedError, describe_status
from catalog.errors import MissingDependencyError

PRELOAD: Final = (
    "torch",
    "transformers",
    "transformers.modeling_utils",
    "transformers.generation.utils",
    "transformers.models.auto.modeling_auto",
    "torch.utils.benchmark",
    "torch.utils.flop_counter",
    "catalog.benchmark.measure",
    "catalog.benchmark.measure.environment",
    "catalog.benchmark.measure.peak",
)
"""What a fork server loads: what every job needs."""

_REQUIRED: Final = ("torch", "transformers")
_BLOCK: Final = 2**16


class ForkLauncher(Launcher):
    """Forks processes from a server that has loaded what they need.

    Args:
        variables: Variables of the environment of the server and all processes, over those of this process.
        preload: Modules that the server loads.
    """

    def __init__(self, variables: Mapping[str, str], preload: Sequence[str] = PRELOAD) -> None:
        super().__init__(variables)
        self._heard = b""
        self._control, other = socket.socketpair()
        with other:
            self._server = subprocess.Popen(
                [sys.executable, "-P", "-m", "catalog.benchmark.fork_server", str(other.fileno()), *preload],
                pass_fds=[other.fileno()],
                env=self._variables,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # an interruption is for this process, which then ends that one
            )
        self._selector.register(self._control, selectors.EVENT_READ)

    def kill(self, child: Child) -> None:
        """End a process and all that it started; :meth:`wait` then sees it end."""
        self._ask({"kill": child.token})

    def close(self) -> None:
        """End all processes and the server."""
        self._control.close()  # it then ends its processes, and itself
        try:
            self._server.wait(10)
        except subprocess.TimeoutExpired:
            self._server.kill()
            self._server.wait()
        super().close()

    def _launch(self, child: Child, task: Task, channel: socket.socket) -> None:
        self._ask({"token": child.token, "task": encode(task).decode("ascii")}, channel)

    def _ask(self, request: Mapping[str, Any], channel: socket.socket | None = None) -> None:
        content = json.dumps(request).encode("ascii")
        head = len(content).to_bytes(8, "big")
        try:
            if channel is None:
                self._control.sendall(head)
            else:
                socket.send_fds(self._control, [head], [channel.fileno()])
            self._control.sendall(content)
        except OSError as error:
            raise self._ended() from error

    def _hear(self) -> None:
        try:
            block = self._control.recv(_BLOCK)
        except OSError:
            block = b""
        if not block:
            raise self._ended()
        *lines, self._heard = (self._heard + block).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "ready" in message:
                _check(message["ready"])
                self.ready = True
            elif (child := self.children.get(message["token"])) is None:
                continue
            elif "process" in message:
                child.process = message["process"]
            elif "failed" in message:
                child.failed = message["failed"]
            else:
                self._finish(child, message["status"])

    def _look(self) -> None:
        """The server tells which processes have ended."""

    def _ended(self) -> ServerEndedError:
        with suppress(subprocess.TimeoutExpired):
            self._server.wait(1)
        how = "" if self._server.returncode is None else f" with {describe_status(self._server.returncode)}"
        return ServerEndedError(f"The process that starts the workers ended{how}.")


def _check(failures: Sequence[str]) -> None:
    """Stop where the server could not load what nothing can be measured without."""
    for failure in failures:
        name, _, reason = failure.partition(": ")
        if name in _REQUIRED:
            extra = None if name == "transformers" else "builder"
            raise MissingDependencyError(name, extra=extra, reason=reason)
