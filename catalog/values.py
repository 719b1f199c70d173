"""The JSON form of Python values: how defaults are stored and compared.

``None``, booleans, integers, finite floats and strings are themselves. A list and a tuple are both a list, so
that the one against the other is no change. What JSON cannot hold becomes an object with one key that starts
with ``$``: ``{"$float": "inf"}``, ``{"$config": "CLIPTextConfig"}``, ``{"$set": [...]}``, ``{"$repr": "..."}``.
"""

from __future__ import annotations

import enum
import math
from collections.abc import Mapping
from typing import Any

from catalog.records import Json


def to_json(value: Any) -> Json:
    """Turn a Python value into its JSON form.

    Args:
        value: A default or choice, as a class has it.

    Returns:
        The JSON form. A configuration object becomes a reference to its class, a torch dtype its name
        (``"float32"``); anything else that JSON has no word for becomes ``{"$repr": ...}``.
    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, enum.Enum):
        return to_json(value.value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else {"$float": str(float(value))}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, list | tuple | range):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {key if isinstance(key, str) else str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return {"$set": sorted((to_json(item) for item in value), key=repr)}
    return _object_to_json(value)


def _object_to_json(value: Any) -> Json:
    cls = type(value)
    if cls.__module__ == "torch" and cls.__name__ == "dtype":
        return str(value).removeprefix("torch.")
    if hasattr(cls, "model_type") and hasattr(value, "to_dict"):
        return {"$config": cls.__name__}
    text = repr(value)
    return {"$repr": f"<{cls.__name__}>" if " at 0x" in text else text}


def same_value(left: Json, right: Json) -> bool:
    """Tell whether two values in JSON form mean the same: ``0`` and ``0.0`` do, ``0`` and ``False`` do not."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(same_value, left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(same_value(item, right[key]) for key, item in left.items())
    return left == right


def to_python_text(value: Json) -> str:
    """Write a value in JSON form as a Python reader expects it: ``None``, ``True``, ``1e-06``, ``'gelu'``."""
    if isinstance(value, dict) and len(value) == 1:
        ((key, inner),) = value.items()
        if key == "$config":
            return f"{inner}()"
        if key in ("$float", "$repr"):
            return str(inner)
        if key == "$set":
            return "{" + ", ".join(map(to_python_text, inner)) + "}" if inner else "set()"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {to_python_text(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_python_text, value)) + "]"
    return repr(value)
