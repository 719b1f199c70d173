"""Reads usual calls of ``catalog validate`` without typer, which takes longer to import than a spec to check.

It knows less than the parser in :mod:`catalog.cli.validate` on purpose: whatever it is not sure of, help and errors
included, it leaves to that one. A test gives both the same calls.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from catalog.cli.validation import ValidateArguments

_FLAGS = frozenset({"--json", "--fix", "--diff"})
_VALUES = frozenset({"--format", "--release", "--database"})
_LISTS = frozenset({"--select", "--ignore"})


def parse_validate(arguments: Sequence[str]) -> ValidateArguments | None:
    """Read what follows ``catalog validate``.

    Args:
        arguments: The arguments.

    Returns:
        What they mean; ``None`` where the full parser must read them.
    """
    from catalog.cli.validation import FORMATS, ValidateArguments

    values: dict[str, Any] = {}
    paths: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        name, equals, value = argument.partition("=")
        if argument in _FLAGS:
            values[argument.removeprefix("--")] = True
        elif name in _VALUES or name in _LISTS:
            text = value if equals else next(rest, None)
            if text is None or text.startswith("-"):
                return None
            key = name.removeprefix("--")
            values[key] = (*values.get(key, ()), text) if name in _LISTS else text
        elif argument == "-" or (argument and not argument.startswith("-")):
            paths.append(argument)
        else:
            return None
    if not paths or values.get("format", "text") not in FORMATS:
        return None
    if values.pop("json", False):
        values["format"] = "json"
    return ValidateArguments(paths=tuple(paths), **values)
