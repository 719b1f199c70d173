"""Plans of real models for tests, small enough for the processor where that is needed."""

from __future__ import annotations

import importlib
from typing import Any

from catalog.builder.plan import BuildPlan

SMALL_LLAMA: dict[str, Any] = {
    "num_hidden_layers": 2,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "vocab_size": 100,
}
SMALL_BERT: dict[str, Any] = {
    "num_hidden_layers": 1,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_attention_heads": 4,
    "vocab_size": 100,
    "max_position_embeddings": 64,
}


def plan_of(config_class: str, architecture: str | None = None, **options: Any) -> BuildPlan:
    """A plan for a configuration class that transformers offers at its top."""
    module = getattr(importlib.import_module("transformers"), config_class).__module__
    return BuildPlan(config_class=config_class, module=module, architecture=architecture, **options)
