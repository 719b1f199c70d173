"""A model that goes through ``torch.compile`` for a while."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def compiled(model: Any, *, when: bool) -> Iterator[None]:
    """Compile a model's forward pass within the block; afterwards it is as it was, and what was compiled is dropped.

    Args:
        model: The model.
        when: False to do nothing.
    """
    if not when:
        yield
        return
    import torch  # noqa: PLC0415  # it takes seconds

    own = "forward" in vars(model)
    before = model.forward
    torch.compiler.reset()
    _counters().clear()
    model.forward = torch.compile(before)
    try:
        yield
    finally:
        if own:
            model.forward = before
        else:
            del model.forward
        torch.compiler.reset()


def graph_note() -> str:
    """How much of the model was compiled, as torch counted since the last block began."""
    counters = _counters()
    graphs = counters["stats"].get("unique_graphs", 0)
    breaks = sum(counters["graph_break"].values())
    if graphs == 0:
        return "Nothing of it could be compiled, so that it ran as it is written."
    if breaks == 0:
        return "It is compiled as one graph." if graphs == 1 else f"It is compiled whole, for {graphs} kinds of inputs."
    return f"It is compiled as {graphs} graphs, with Python between them."


def _counters() -> Any:
    return importlib.import_module("torch._dynamo.utils").counters
