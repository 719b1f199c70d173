"""What is to be built: a configuration class, its parameters, a model class, and where and how to make it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from catalog.records import Json

DEVICES: Final = ("meta", "cpu", "cuda")
"""Where a model can be built. On *meta* tensors have shapes and take no memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildPlan:
    """Everything that building one model needs; it can be sent to another process as it is.

    Attributes:
        config_class: Name of the configuration class (``"LlamaConfig"``).
        module: Import path of the module that defines it.
        model_type: Model type under which it was asked for.
        architecture: Name of the model class; ``None`` for the one that transformers takes for the plain model.
        params: Parameters of the configuration, nested ones as mappings or by dotted names
            (``"text_config.num_hidden_layers"``). They go over those of the checkpoint.
        checkpoint: Folder or hub name whose configuration is the starting point.
        pretrained: True to load the checkpoint's weights; otherwise the weights are random.
        device: ``"meta"``, ``"cpu"``, ``"cuda"`` or ``"cuda:1"``.
        dtype: Element type of the weights (``"bfloat16"``); ``None`` for what the configuration says, else float32.
        attention: Implementation of attention (``"eager"``, ``"sdpa"``); ``None`` for the model's own choice.
        seed: Makes random weights repeatable; ``None`` takes them from the generators as they stand.
    """

    config_class: str
    module: str
    model_type: str | None = None
    architecture: str | None = None
    params: Mapping[str, Json] = field(default_factory=dict)
    checkpoint: str | None = None
    pretrained: bool = False
    device: str = "meta"
    dtype: str | None = None
    attention: str | None = None
    seed: int | None = None


def nested(params: Mapping[str, Any]) -> dict[str, Any]:
    """Parameters with dotted names as mappings in mappings.

    Args:
        params: ``{"text_config.num_hidden_layers": 2, "text_config": {"hidden_size": 64}}``.

    Returns:
        ``{"text_config": {"num_hidden_layers": 2, "hidden_size": 64}}``, in new mappings. Keys within a plain value,
        such as the labels of ``id2label``, are left alone.
    """
    found: dict[str, Any] = {}
    for name, value in params.items():
        first, *others = name.split(".")
        for key in reversed(others):
            value = {key: value}  # noqa: PLW2901  # from the innermost outwards
        found[first] = merged(found[first], value) if first in found else _copied(value)
    return found


def merged(below: Any, above: Any) -> Any:
    """One value laid over another: mappings key by key, anything else replaced.

    A mapping that names another ``model_type`` than the one below is another configuration, and replaces it whole.
    """
    if not isinstance(below, Mapping) or not isinstance(above, Mapping):
        return _copied(above)
    if above.get("model_type", below.get("model_type")) != below.get("model_type"):
        return _copied(above)
    both = {key: _copied(value) for key, value in below.items()}
    for key, value in above.items():
        both[key] = merged(both[key], value) if key in both else _copied(value)
    return both


def _copied(value: Any) -> Any:
    """A copy that the configuration class may change: several of them pop keys from what they are given."""
    if isinstance(value, Mapping):
        return {key: _copied(item) for key, item in value.items()}
    return [_copied(item) for item in value] if isinstance(value, list) else value
