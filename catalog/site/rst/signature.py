"""The signature of a configuration class, as the argument of a ``.. class::`` directive.

Sphinx reads it as Python; docutils by itself takes it for a list of names, each of which must hold a letter. So no
default holds a space.
"""

from __future__ import annotations

from collections.abc import Iterable

from catalog.query import CatalogParameter
from catalog.records import Json


def signature(parameters: Iterable[CatalogParameter]) -> str:
    """The parameters with their defaults, required ones first, and ``**kwargs`` for those of every model.

    Args:
        parameters: The parameters, in the order of the class.

    Returns:
        Text in parentheses, on one line: ``(vocab_size=32000, hidden_size=4096, **kwargs)``.
    """
    listed = sorted(parameters, key=lambda parameter: not parameter.required)
    arguments = [p.name if p.required else f"{p.name}={_default(p)}" for p in listed]
    return f"({', '.join([*arguments, '**kwargs'])})"


def _default(parameter: CatalogParameter) -> str:
    return _value(parameter.default) if parameter.default_known else "..."


def _value(value: Json) -> str:
    """Python source of a value in JSON form, without a space."""
    if isinstance(value, list):
        return f"[{','.join(map(_value, value))}]"
    if isinstance(value, dict):
        if len(value) == 1:
            ((key, inner),) = value.items()
            if key == "$config":
                return f"{inner}()"
            if key == "$float":
                return f"float('{inner}')"
            if key == "$set":
                return f"set([{','.join(map(_value, inner))}])"
            if key == "$repr":
                return "..."
        return f"{{{','.join(f'{_value(key)}:{_value(item)}' for key, item in value.items())}}}"
    return ascii(value).replace(" ", "\\x20") if isinstance(value, str) else repr(value)
