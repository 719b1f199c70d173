"""Makes the configuration and the model that a spec describes, and says which parameter is to blame if that fails.

Building happens on the ``meta`` device, where tensors have shapes and no memory, in a separate process with bounded
time and memory: a model of a trillion parameters takes seconds, and one that hangs or crashes takes only its process.
One process serves all specs, since importing torch takes longer than building a model.
"""

from __future__ import annotations

import importlib.util
import json
import os
import re
import selectors
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self

from catalog.errors import MissingDependencyError
from catalog.specs.diagnostics import Finding
from catalog.specs.knowledge import Knowledge
from catalog.specs.nodes import Entry, Mapping, Scalar, Span, Spec, to_value
from catalog.specs.resolution import Resolution, resolve, text_of
from catalog.specs.rules import c601_configuration_refused, c602_model_not_built, c603_not_built_here
from catalog.specs.views import ClassView, Views

_MISSING: Final = frozenset({"ImportError", "ModuleNotFoundError", "OSError", "MemoryError", "NotImplementedError"})
"""What failing says nothing about the spec."""


_TELLING: Final = 8
"""Letters with which a word of a message tells a parameter that begins with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeepLimits:
    """What one model may take.

    Attributes:
        seconds: Wall time for a model, the first one's share of loading the libraries included.
        memory: Bytes of address space of the process.
    """

    seconds: float = 120.0
    memory: int = 24 * 2**30


class DeepChecker:
    """Builds specs in which a shallow check finds no error. Use it as a context, so that its process ends with it.

    Args:
        knowledge: The facts of the release, which should be the installed one.
        check: The shallow check.
        limits: What one model may take.

    Raises:
        MissingDependencyError: If torch or transformers is not installed.
    """

    def __init__(
        self, knowledge: Knowledge, check: Callable[[Spec], Iterable[Finding]], *, limits: DeepLimits | None = None
    ) -> None:
        for package, extra in (("transformers", None), ("torch", "builder")):
            if importlib.util.find_spec(package) is None:
                raise MissingDependencyError(package, extra=extra, reason="--deep builds models")
        self._views = Views(knowledge)
        self._check = check
        self._limits = limits or DeepLimits()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream is not None:
                    stream.close()
            self._process = None

    def check(self, spec: Spec) -> tuple[Finding, ...]:
        """Check one spec, and build it where nothing speaks against it.

        Returns:
            The findings of the shallow check and, if it found no error, what building found.
        """
        found = tuple(self._check(spec))
        if any(finding.severity == "error" for finding in found):
            return found
        resolution = resolve(spec, self._views)
        if resolution.view is None or resolution.custom_code:
            return found
        return (*found, *self._build(spec, resolution, resolution.view))

    def _build(self, spec: Spec, resolution: Resolution, view: ClassView) -> Iterator[Finding]:
        given = {} if spec.params is None else to_value(spec.params)
        params = {**resolution.base, **(given if isinstance(given, dict) else {})}
        for key in ("model_type", "architectures", "auto_map"):
            params.pop(key, None)
        request = {
            "module": view.record.module,
            "config_class": view.name,
            "architecture": self._architecture(spec, view),
            "params": params,
        }
        answer = self._ask(request)
        if answer["stage"] == "done":
            return
        at, parameter = _blamed(spec, view, answer)
        if answer["stage"] == "libraries" or answer["type"] in _MISSING:
            yield c603_not_built_here.report(spec, at, answer)
        elif answer["stage"] == "config":
            yield c601_configuration_refused.report(spec, at, parameter, view, answer)
        else:
            yield c602_model_not_built.report(spec, at, parameter, str(request["architecture"]), answer)

    def _architecture(self, spec: Spec, view: ClassView) -> str | None:
        """The model class to build: the one that the spec names, that of its task, else the plain one."""
        knowledge = self._views.knowledge
        if name := text_of(spec.architecture).rpartition(".")[2]:
            return name
        if task := text_of(spec.task):
            return knowledge.architecture_for_task(view.name, task)
        own = [name for name in knowledge.architectures() if knowledge.architecture_class(name) == view.name]
        own = [name for name in own if knowledge.config_class(name) is None]
        return min(own, key=lambda name: (not name.endswith("Model"), len(name)), default=None)

    def _ask(self, request: dict[str, Any]) -> dict[str, Any]:
        process = self._process or self._start()
        try:
            line = _exchange(process, json.dumps(request, default=str).encode() + b"\n", self._limits.seconds)
        except OSError:  # the process has ended
            line = b""
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        timed_out = process.poll() is None
        self.close()
        reason = f"it took more than {self._limits.seconds:g} seconds" if timed_out else "the process ended"
        return {"stage": "libraries", "type": "Stopped", "message": reason, "names": [], "release": ""}

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "HF_HUB_OFFLINE": "1",
            "TRANSFORMERS_VERBOSITY": "error",
            "CUDA_VISIBLE_DEVICES": "",
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "catalog.specs.deep_worker", str(self._limits.memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        return self._process


def _exchange(process: subprocess.Popen[bytes], request: bytes, seconds: float) -> bytes:
    """Send a line and wait for one; nothing if the process ends or takes longer."""
    if process.stdin is None or process.stdout is None:
        return b""
    process.stdin.write(request)
    process.stdin.flush()
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        return process.stdout.readline() if selector.select(seconds) else b""


def _blamed(spec: Spec, view: ClassView, answer: dict[str, Any]) -> tuple[Span, str | None]:
    """The parameter that a failure is about: the one its message names, else one that the failing lines read.

    Returns:
        Where it stands, and its dotted path; the entry that names the model and no path where none can be told.
    """
    given = [] if spec.params is None else list(_flattened(spec.params, ""))
    message = answer["message"]
    field = re.search(r"[Ff]ield '(\w+)'", message)
    quoted = re.findall(r"\w+", message) if field is None else [field[1]]
    for name in (*quoted, *answer["names"]):
        for path, entry in given:
            if name in (entry.key, view.aliases.get(entry.key)) or view.aliases.get(name) == entry.key:
                return entry.value.span, path
    for name in (word for word in quoted if len(word) >= _TELLING):
        for path, entry in given:
            if entry.key.startswith(name):
                return entry.value.span, path
    numbers = set(re.findall(r"\d{2,}", message))
    for path, entry in given:
        if isinstance(entry.value, Scalar) and str(entry.value.value) in numbers:
            return entry.value.span, path
    named = spec.architecture or spec.model_type or spec.config_class or spec.checkpoint
    return (named.value.span if named is not None else spec.root.span), None


def _flattened(mapping: Mapping, prefix: str) -> Iterator[tuple[str, Entry]]:
    """All entries of a block with their dotted paths, the inner ones first."""
    for entry in mapping:
        if isinstance(entry.value, Mapping):
            yield from _flattened(entry.value, f"{prefix}{entry.key}.")
        yield prefix + entry.key, entry
