"""Makes configurations and models in a process of its own, one request a line.

Run as ``python -m catalog.specs.deep_worker MEMORY_BYTES``. It reads JSON requests from standard input and answers
each with one line of JSON on what was standard output; whatever the libraries print goes nowhere. This is the only
module of its room that loads transformers and torch, by name, so that nothing else can load them by accident.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import linecache
import os
import re
import sys
import warnings
from collections.abc import Iterator
from types import TracebackType
from typing import Any

_LONGEST = 2000  # characters of a message
_NAME = re.compile(r"(?:config|self|kwargs)\.(\w+)")


def main() -> None:
    """Answer requests until standard input ends."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    warnings.simplefilter("ignore")
    limit_memory(int(sys.argv[1]))
    for line in sys.stdin:
        os.write(answers, json.dumps(answer(json.loads(line))).encode() + b"\n")


def limit_memory(size: int) -> None:
    """Bound the address space, where the system knows such a bound."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        resource = importlib.import_module("resource")
        resource.setrlimit(resource.RLIMIT_AS, (size, size))


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Make what a request describes.

    Args:
        request: ``module`` and ``config_class``, the ``params``, and the ``architecture`` or null.

    Returns:
        ``stage`` (``config``, ``model`` or ``done``), ``release``, the number of ``parameters`` and, where it failed,
        the exception's ``type`` and ``message``, and the ``names`` that the failing lines read, innermost first.
    """
    stage = "libraries"
    release = ""
    try:
        transformers = importlib.import_module("transformers")
        release = transformers.__version__
        stage = "config"
        config_class = getattr(importlib.import_module(request["module"]), request["config_class"])
        config = config_class(**request["params"])
        if request["architecture"] is None:
            return {"stage": "done", "release": release, "parameters": None}
        stage = "libraries"
        torch = importlib.import_module("torch")
        model_class = getattr(transformers, request["architecture"])
        stage = "model"
        with torch.device("meta"):
            model = model_class._from_config(config) if hasattr(model_class, "_from_config") else model_class(config)
        return {"stage": "done", "release": release, "parameters": sum(item.numel() for item in model.parameters())}
    except Exception as error:  # noqa: BLE001 - whatever a model raises is the answer
        return {
            "stage": stage,
            "release": release,
            "type": type(error).__name__,
            "message": str(error)[:_LONGEST],
            "names": list(dict.fromkeys(names_read(error.__traceback__))),
        }


def names_read(trace: TracebackType | None, pattern: re.Pattern[str] = _NAME) -> Iterator[str]:
    """Attributes that the lines of a traceback read, those of the innermost line first.

    Args:
        trace: The traceback.
        pattern: Finds a name in a line of code, as its first group.
    """
    lines = []
    while trace is not None:
        code = trace.tb_frame.f_code
        lines.append(linecache.getline(code.co_filename, trace.tb_lineno))
        trace = trace.tb_next
    for line in reversed(lines):
        yield from pattern.findall(line)


if __name__ == "__main__":
    main()
