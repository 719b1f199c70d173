"""One process for one task, and what is common to those that start such processes.

A process is told its task when it starts, tells what it does on a channel, and is ended with all that it started.
"""

from __future__ import annotations

import json
import os
import secrets
import selectors
import signal
import socket
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Final, Self

from catalog.benchmark.child import Task
from catalog.benchmark.machine import marked
from catalog.errors import CatalogError

_LARGEST_MESSAGE: Final = 2**20  # bytes; a measurement has some thousands
_TOO_LARGE: Final = "told more than any measurement holds"
_NOT_UNDERSTOOD: Final = "told what is not understood"
_BLOCK: Final = 2**16
_MARK: Final = "CATALOG_BENCHMARK_WORKER"  # a variable of the environment that tells whose process it is


class ServerEndedError(CatalogError):
    """The process that starts the others has ended, and they with it."""


@dataclass(eq=False, kw_only=True)
class Child:
    """One process.

    Attributes:
        token: Its number among those of its launcher.
        channel: Where it tells.
        asked: When it was asked for, on the clock of ``time.monotonic``.
        process: Its id; ``None`` until it is known.
        ready: Seconds from asking for it to its being ready; ``None`` until then.
        stage: What it does now.
        answer: What it answered.
        error: Kind and message of what it raised.
        fault: What is wrong with what it told; ``None`` where nothing is.
        failed: Why it could not be started.
        status: Exit status once it has ended; the negative number of the signal that ended it.
    """

    token: int
    channel: socket.socket
    asked: float = field(default_factory=time.monotonic)
    process: int | None = None
    ready: float | None = None
    stage: str | None = None
    answer: Any = None
    error: tuple[str, str] | None = None
    fault: str | None = None
    failed: str | None = None
    status: int | None = None
    _pending: bytes = b""

    @property
    def ended(self) -> bool:
        """Whether the process is no more."""
        return self.status is not None or self.failed is not None

    @property
    def answered(self) -> bool:
        """Whether it has told all that it will."""
        return self.answer is not None or self.error is not None or self.fault is not None

    def read(self) -> bool:
        """Take what it has told; false when it will tell no more."""
        try:
            while block := self.channel.recv(_BLOCK):
                *lines, self._pending = (self._pending + block).split(b"\n")
                for line in lines:
                    self._take(line)
                if len(self._pending) > _LARGEST_MESSAGE:
                    self.fault, self._pending = _TOO_LARGE, b""
                if self.answered:
                    return False
        except BlockingIOError:
            return True
        except OSError:
            return False
        return False

    def _take(self, line: bytes) -> None:
        if self.answered:
            return
        if len(line) > _LARGEST_MESSAGE:
            self.fault = _TOO_LARGE
            return
        try:
            message = json.loads(line)
            match message:
                case {"ready": True}:
                    self.ready = time.monotonic() - self.asked
                case {"stage": str(stage)}:
                    self.stage = stage
                case {"answer": answer} if answer is not None:
                    self.answer = answer
                case {"error": [str(kind), str(text)]}:
                    self.error = kind, text
                case _:
                    self.fault = _NOT_UNDERSTOOD
        except (ValueError, RecursionError):
            self.fault = _NOT_UNDERSTOOD


class Launcher(ABC):
    """Starts processes and listens to them. Use it as a context, so that all of them end with it.

    Args:
        variables: Variables of the environment of all processes, over those of this process.

    Attributes:
        ready: Whether processes can be started now. Until then :meth:`wait` waits for it.
        children: The processes by their number.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        self.ready = False
        self.children: dict[int, Child] = {}
        self._mark = f"{_MARK}={secrets.token_hex(8)}"
        name, _, value = self._mark.partition("=")
        self._variables = {**os.environ, **variables, name: value, "PYTHONPATH": search_path()}
        self._selector = selectors.DefaultSelector()
        self._token = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self, task: Task) -> Child:
        """Ask for a process; it is a child from now on, even where it turns out that it cannot be started.

        Args:
            task: What it is to do.

        Raises:
            ServerEndedError: If the process that starts the others has ended.
        """
        own, other = socket.socketpair()
        with other:
            own.settimeout(0)
            self._token += 1
            child = Child(token=self._token, channel=own)
            self.children[child.token] = child
            self._selector.register(own, selectors.EVENT_READ, child)
            self._launch(child, task, other)
        return child

    def wait(self, seconds: float) -> None:
        """Sleep until a process tells something or ends, and take it.

        Args:
            seconds: How long to sleep at most.

        Raises:
            ServerEndedError: If the process that starts the others has ended.
        """
        for key, _ in self._selector.select(seconds):
            if isinstance(key.data, Child):
                if not key.data.read():
                    self._selector.unregister(key.data.channel)
            else:
                self._hear()
        self._look()

    @abstractmethod
    def kill(self, child: Child) -> None:
        """End a process and all that it started; :meth:`wait` then sees it end."""

    def forget(self, child: Child) -> None:
        """Let go of a process that has ended, or that cannot be ended."""
        self.children.pop(child.token, None)
        with suppress(KeyError, ValueError):
            self._selector.unregister(child.channel)
        child.channel.close()

    def close(self) -> None:
        """End all processes."""
        for child in tuple(self.children.values()):
            self.forget(child)
        self._selector.close()
        for process in marked(self._mark):  # what has left its group and its parents
            with suppress(OSError):
                os.kill(process, signal.SIGKILL)

    @abstractmethod
    def _launch(self, child: Child, task: Task, channel: socket.socket) -> None:
        """Start the process of a child, with its end of the channel."""

    @abstractmethod
    def _hear(self) -> None:
        """Take what the server of the processes tells."""

    @abstractmethod
    def _look(self) -> None:
        """Look which processes have ended, where nobody tells."""

    def _finish(self, child: Child, status: int) -> None:
        if child.channel.fileno() >= 0:
            child.read()  # what it told last may still lie there
        child.status = status


def describe_status(status: int) -> str:
    """What an exit status says: ``"signal SIGSEGV"`` or ``"exit status 3"``."""
    if status >= 0:
        return f"exit status {status}"
    try:
        return f"signal {signal.Signals(-status).name}"
    except ValueError:
        return f"signal {-status}"


def search_path() -> str:
    """Where this process finds its modules, so that others find the same."""
    return os.pathsep.join(dict.fromkeys(os.path.abspath(entry) for entry in sys.path))  # noqa: PTH100  # "" is here
