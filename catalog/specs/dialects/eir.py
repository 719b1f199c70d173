"""EIR's input configuration, whose ``model_config`` names a transformers model and its parameters."""

from __future__ import annotations

from typing import Final

from catalog.specs.dialects.keys import block_entry, text_entry
from catalog.specs.faults import Log
from catalog.specs.nodes import Entry, Mapping, Scalar, Spec

MARKS: Final = frozenset(
    {"input_info", "input_type_info", "interpretation_config", "pretrained_config", "tensor_broker_config"}
)
"""Keys that only an EIR input configuration has at its root."""

OWN_MODEL_TYPES: Final = frozenset({"sequence-default"})
"""EIR's own sequence models, which it builds whatever ``pretrained_model`` says."""


def is_own_model_type(model_type: str) -> bool:
    """True for the models that EIR brings itself."""
    return model_type in OWN_MODEL_TYPES or model_type.startswith("eir-")


def read(root: Mapping, path: str, log: Log) -> Spec:
    """Take an EIR input configuration apart.

    Args:
        root: The whole configuration.
        path: File, as the user named it.
        log: Takes blocks that are none.

    Returns:
        The spec. With ``pretrained_model: true`` the model type is a checkpoint's name.
    """
    for key in sorted(MARKS):
        block_entry(root.get(key), log)
    model_config = block_entry(root.get("model_config"), log)
    if model_config is None:
        return Spec(path=path, dialect="eir", root=root)
    model_type = text_entry(model_config.get("model_type"), log)
    params = block_entry(model_config.get("model_init_config"), log)
    if model_type is not None and _is_pretrained(model_config) and not is_own_model_type(_text(model_type)):
        return Spec(path=path, dialect="eir", root=root, checkpoint=model_type, params=params)
    return Spec(path=path, dialect="eir", root=root, model_type=model_type, params=params)


def _is_pretrained(model_config: Mapping) -> bool:
    entry = model_config.get("pretrained_model")
    return entry is not None and isinstance(entry.value, Scalar) and entry.value.value is True


def _text(entry: Entry) -> str:
    return str(entry.value.value) if isinstance(entry.value, Scalar) else ""
