"""What a person writes to say which measurements are meant: the newest run, a run, a file, or those that fit filters.

latest    latest~1    2026-01-31-120000    2026-01    laptop.ndjson    attention=eager,release=5.22.0
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

from catalog.errors import UsageError

_LATEST = re.compile(r"latest(?:~([0-9]{1,6}))?")
_FILES = (".ndjson", ".jsonl", ".json")
_TRUE, _FALSE = ("true", "yes", "on", "1"), ("false", "no", "off", "0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Latest:
    """The newest run, or one before it.

    Attributes:
        back: How many runs before the newest one.
    """

    back: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A run by its name or a beginning of it, or else a file of that name.

    Attributes:
        name: What was written.
    """

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InFile:
    """The rows of a file, whether or not the catalog has them.

    Attributes:
        path: The file.
    """

    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The newest rows that fit every filter.

    Attributes:
        filters: Name of a filter (:data:`FILTERS`) → its value.
    """

    filters: Mapping[str, Any] = field(default_factory=dict)


Selector: TypeAlias = Latest | Named | InFile | Where


def _text(value: str) -> str:
    return value


def _whole(value: str) -> int:
    if not re.fullmatch(r"[0-9]{1,18}", value):
        raise ValueError("a whole number")
    return int(value)


def _truth(value: str) -> bool:
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise ValueError("true or false")


FILTERS: Final[Mapping[str, tuple[Callable[[str], Any], tuple[str, ...]]]] = {
    "run": (_text, ()),
    "model": (_text, ("config_class", "architecture", "params", "checkpoint")),
    "release": (_text, ()),
    "scale": (_text, ("scale", "params")),
    "mode": (_text, ("mode", "new_tokens")),
    "device": (_text, ("device",)),
    "dtype": (_text, ("dtype",)),
    "attention": (_text, ("attention",)),
    "compile": (_truth, ("compile",)),
    "batch_size": (_whole, ("batch_size",)),
    "sequence_length": (_whole, ("sequence_length",)),
    "torch": (_text, ()),
    "threads": (_whole, ()),
    "processor": (_text, ()),
    "gpu": (_text, ()),
}
"""Name of a filter → what reads its value, and the fields of a request that it settles."""


def parse_selector(text: str) -> Selector:
    """Read what a person wrote.

    Args:
        text: ``latest`` or ``latest~1``; filters (``device=cuda,dtype=bfloat16``); the path of an NDJSON file; or the
            name of a run.

    Raises:
        UsageError: If it is empty, or a filter is none, or is given twice.
    """
    text = text.strip()
    if not text:
        raise UsageError("An empty text names no measurements.", remedy=f"Write for example {_EXAMPLES}.")
    if found := _LATEST.fullmatch(text):
        return Latest(back=int(found[1] or 0))
    if text.endswith(_FILES) or "/" in text.partition("=")[0]:
        return InFile(path=Path(text).expanduser())
    return Where(filters=_filters(text)) if "=" in text else Named(name=text)


_EXAMPLES = "latest, latest~1, the name of a run, a file, or attention=eager"


def _filters(text: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for part in text.split(","):
        name, equals, value = (item.strip() for item in part.partition("="))
        name = name.lower().replace("-", "_")
        if not equals or not value:
            raise UsageError(f"{part.strip()!r} is no filter.", remedy="Write name=value, for example device=cuda.")
        if name not in FILTERS:
            near = difflib.get_close_matches(name, FILTERS, n=1)
            meant = f"Did you mean {near[0]!r}? " if near else ""
            raise UsageError(f"There is no filter {name!r}.", remedy=f"{meant}Filters are: {', '.join(FILTERS)}.")
        if name in found:
            raise UsageError(f"The filter {name!r} is given twice.")
        try:
            found[name] = FILTERS[name][0](value)
        except ValueError as error:
            raise UsageError(f"The filter {name!r} is {value!r}, where {error} belongs.") from error
    return found


def settled_by(before: Selector, after: Selector) -> tuple[str, ...]:
    """Fields of the request that two sides settle by filters, so that rows are paired without them.

    Returns:
        The fields; none unless both sides are filters, or where both have the same filter.
    """
    if not (isinstance(before, Where) and isinstance(after, Where)):
        return ()
    names = [name for name in FILTERS if before.filters.get(name) != after.filters.get(name)]
    return tuple(dict.fromkeys(field for name in names for field in FILTERS[name][1]))
