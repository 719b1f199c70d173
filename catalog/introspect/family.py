"""Tells which class a configuration class was made from although it does not inherit from it.

Transformers repeats code on purpose. Where a class is a copy, a comment above it says of what (``# Copied from
transformers.models.bert.configuration_bert.BertConfig``), or its file was generated from a ``modular_*.py`` beside it,
in which the class still inherits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_COPIED = re.compile(
    r"^# Copied from transformers\.(?:\w+\.)*(?P<origin>\w+)\b(?!\.)[^\n]*\n(?:[@#][^\n]*\n)*class\s+(?P<name>\w+)",
    re.MULTILINE,
)
_CLASS = re.compile(r"^class\s+(?P<name>\w+)\((?P<bases>[^)\n]*)\)", re.MULTILINE)


def origins(name: str, *, source: str, modular: str | None = None) -> Iterator[str]:
    """Names of the classes that a class was made from, nearest first.

    Args:
        name: The class.
        source: Text of its module.
        modular: Text of the modular file that the module was generated from; ``None`` where there is none.

    Yields:
        Class names.
    """
    for match in _COPIED.finditer(source):
        if match["name"] == name:
            yield match["origin"]
    for match in _CLASS.finditer(modular or ""):
        if match["name"] == name:
            yield from (base.strip().split(".")[-1] for base in match["bases"].split(",") if base.strip())


def modular_path(path: str) -> str:
    """Path of the modular file that belongs to a configuration file, whether or not it exists."""
    folder, _, file = path.rpartition("/")
    return f"{folder}/{file.replace('configuration_', 'modular_', 1)}" if folder else file
