"""Which implementation of attention ran."""

from __future__ import annotations

import re
from typing import Any, Final

from catalog.benchmark.measure.refusals import UnsupportedError
from catalog.builder.inputs.request import sub_configs

_ATTENDS: Final = re.compile(r"atten|attn", re.IGNORECASE)


def attends(model: Any) -> bool:
    """True where a part of a model is called attention."""
    return any(_ATTENDS.search(type(module).__name__) for module in model.modules())


def attention_of(model: Any) -> str | None:
    """What computes the attention of a model, by the name that transformers gives it.

    Returns:
        ``"sdpa"``, ``"eager"`` …; several joined by a plus where the parts of a model differ, and ``None`` where it has
        no attention.
    """
    if not attends(model):
        return None
    found = [getattr(config, "_attn_implementation", None) for config in sub_configs(model.config)]
    names = [name for name in found if isinstance(name, str) and name]
    return "+".join(dict.fromkeys(names)) or None


def check_attention(model: Any, asked: str | None) -> None:
    """Refuse to call something else by the name of what was asked for.

    Raises:
        UnsupportedError: If the model has no attention, or another implementation than the one that was asked for.
    """
    if asked is None:
        return
    if not attends(model):
        raise UnsupportedError(f"{type(model).__name__} has no attention, so that there is nothing to choose.")
    found = attention_of(model)
    if found is None or asked not in found.split("+"):
        raise UnsupportedError(f"{type(model).__name__} runs with {found} attention where {asked} was asked for.")
