"""What a step does to a spec's values, without regard to its text: renaming, removing, setting.

The text is changed elsewhere; what these functions say the values are afterwards is what reading it must give.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any, TypeAlias

from catalog.records import Json

Path: TypeAlias = tuple[str, ...]
"""Keys from the spec's root to a block."""


@dataclass(frozen=True, slots=True)
class Rename:
    """Give an entry another key, and another value where `replaced` says so."""

    block: Path
    key: str
    new: str
    value: Json = None
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Remove:
    """Remove an entry."""

    block: Path
    key: str


@dataclass(frozen=True, slots=True)
class Put:
    """Set the value of a key that is there."""

    block: Path
    key: str
    value: Json


@dataclass(frozen=True, slots=True)
class Insert:
    """Add an entry; blocks that are not there are made.

    Attributes:
        block: Where.
        key: The key.
        value: Its value.
        comment: What stands beside it where the syntax has comments.
    """

    block: Path
    key: str
    value: Json
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Put an entry into a block beside it, under the same key: first there, then no longer here."""

    block: Path
    key: str
    into: str
    value: Json

    @property
    def parts(self) -> tuple[Insert, Remove]:
        """What it is made of."""
        return Insert((*self.block, self.into), self.key, self.value), Remove(self.block, self.key)


Operation: TypeAlias = Rename | Remove | Put | Insert | Move


def applied(root: dict[str, Any], operation: Operation) -> dict[str, Any]:
    """The values of a spec after an operation.

    Args:
        root: Values of the whole spec, which stay as they are.
        operation: What is done.

    Raises:
        KeyError: If what it is done to is not there.
    """
    result = copy.deepcopy(root)
    block = result
    for key in operation.block:
        inner = block.get(key)
        if not isinstance(inner, dict):
            inner = block[key] = {}
        block = inner
    match operation:
        case Rename(key=key, new=new, value=value, replaced=replaced):
            old = block.pop(key)
            block[new] = value if replaced else old
        case Remove(key=key):
            del block[key]
        case Move(key=key, into=into):
            if not isinstance(block.get(into), dict):
                raise KeyError(into)
            block[into][key] = block.pop(key)
        case Put(key=key, value=value) | Insert(key=key, value=value):
            block[key] = value
    return result
