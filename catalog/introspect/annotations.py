"""Writes annotation objects as text, so that a class and its source normalise to the same type."""

from __future__ import annotations

import functools
import types
from collections.abc import Mapping
from typing import Any, ForwardRef, Literal, TypeVar, Union, get_args, get_origin

from catalog.records import Json
from catalog.types import members_of, parse_annotation, union


def annotation_text(annotation: Any) -> str:
    """Source text for an annotation object.

    Args:
        annotation: A class, a ``typing`` or ``types`` object, a forward reference or a string.

    Returns:
        Text that :func:`catalog.types.parse_annotation` normalises as it does the source's own.
    """
    if annotation is None or annotation is type(None):
        return "None"
    if annotation is ...:
        return "..."
    if isinstance(annotation, str):
        return annotation
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    if isinstance(annotation, TypeVar):
        return annotation.__name__
    origin = get_origin(annotation)
    if origin is None:
        return str(getattr(annotation, "__name__", None) or getattr(annotation, "_name", None) or annotation)
    arguments = get_args(annotation)
    if origin is Union or origin is types.UnionType:
        return " | ".join(map(annotation_text, arguments))
    if origin is Literal:
        return f"Literal[{', '.join(map(repr, arguments))}]"
    name = getattr(origin, "__name__", None) or str(origin)
    if not arguments:  # ``typing.Dict`` and its like without arguments
        return name
    return f"{name}[{', '.join(_argument_text(item) for item in arguments)}]"


def _argument_text(argument: Any) -> str:
    if isinstance(argument, list):
        return f"[{', '.join(map(annotation_text, argument))}]"
    if isinstance(argument, int | float | bytes):
        return repr(argument)
    return annotation_text(argument)


@functools.lru_cache(maxsize=4096)
def normalise(text: str) -> Json:
    """:func:`catalog.types.parse_annotation`, cached: 15,000 parameters share some hundred annotations."""
    return parse_annotation(text)


def resolve_aliases(kind: Json, namespace: Mapping[str, Any]) -> Json:
    """Replace names of type aliases by what they stand for.

    Args:
        kind: A normalised type.
        namespace: Names of the module that wrote the annotation.

    Returns:
        The type, with ``{"class": "Alias"}`` replaced where the name is an alias of an annotation, not a class.
    """
    members = members_of(kind)
    resolved = [_resolve_member(member, namespace) for member in members]
    return kind if resolved == members else union(resolved)


def _resolve_member(member: Json, namespace: Mapping[str, Any]) -> Json:
    if isinstance(member, dict) and "class" in member:
        target = namespace.get(member["class"])
        if target is not None and not isinstance(target, type) and get_origin(target) is not None:
            return normalise(annotation_text(target))
    return member
