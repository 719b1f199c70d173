"""EIR's input configuration, whose ``model_config`` names a transformers model and its parameters."""

from __future__ import annotations

from typing import Final

from catalog.records import Json
from catalog.specs.dialects.keys import block_entry, text_entry
from catalog.specs.faults import Log
from catalog.specs.nodes import Entry, Mapping, Scalar, Spec

MARKS: Final = frozenset(
    {"input_info", "input_type_info", "interpretation_config", "pretrained_config", "tensor_broker_config"}
)
"""Keys that only an EIR input configuration has at its root."""

OWN_MODEL_TYPES: Final = frozenset({"sequence-default"})
"""EIR's own sequence models, which it builds whatever ``pretrained_model`` says."""

_TRANSFORMERS_INPUTS: Final = frozenset({"sequence", "bytes"})
"""Types of input whose model may be one of transformers; the others have EIR's own, or timm's."""


def is_own_model_type(model_type: str) -> bool:
    """True for the sequence models that EIR brings itself."""
    return model_type in OWN_MODEL_TYPES or model_type.startswith("eir-")


def read(root: Mapping, path: str, log: Log) -> Spec:
    """Take an EIR input configuration apart.

    Args:
        root: The whole configuration.
        path: File, as the user named it.
        log: Takes blocks that are none.

    Returns:
        The spec. It names a model only where that is one of transformers: a model type or, with
        ``pretrained_model: true``, a checkpoint.
    """
    for key in sorted(MARKS):
        block_entry(root.get(key), log)
    model_config = block_entry(root.get("model_config"), log)
    if model_config is None:
        return Spec(path=path, dialect="eir", root=root)
    model_type = text_entry(model_config.get("model_type"), log)
    params = block_entry(model_config.get("model_init_config"), log)
    if model_type is None or is_own_model_type(str(_value(model_type))) or not _may_be_transformers(root):
        return Spec(path=path, dialect="eir", root=root)
    if _value(model_config.get("pretrained_model")) is True:
        return Spec(path=path, dialect="eir", root=root, checkpoint=model_type, params=params)
    return Spec(path=path, dialect="eir", root=root, model_type=model_type, params=params)


def _may_be_transformers(root: Mapping) -> bool:
    entry = root.get("input_info")
    info = entry.value if entry is not None else None
    input_type = _value(info.get("input_type")) if isinstance(info, Mapping) else None
    return input_type is None or input_type in _TRANSFORMERS_INPUTS


def _value(entry: Entry | None) -> Json:
    return entry.value.value if entry is not None and isinstance(entry.value, Scalar) else None
