"""The highest resident set of this process, as the system tells it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentPeak:
    """Follows the resident set from a moment on.

    Attributes:
        before: Bytes at that moment; ``None`` where the system does not tell.
        floor: Highest that the system remembers from before that moment and cannot be told to forget.
    """

    before: int | None
    floor: int

    @classmethod
    def unknown(cls) -> Self:
        """One that was not begun."""
        return cls(before=None, floor=sys.maxsize)

    @classmethod
    def from_now(cls) -> Self:
        """Start to follow it: Linux forgets the highest so far where it may."""
        try:
            _CLEAR.write_text("5", encoding="ascii")
            floor = 0
        except OSError:
            floor = _highest() or 0
        return cls(before=_now(), floor=floor)

    def highest(self) -> int | None:
        """Highest since then, in bytes; ``None`` where the system does not tell."""
        found = _highest()
        return None if found is None or found <= self.floor else found


def _now() -> int | None:
    found = _status("VmRSS")
    if found is not None:
        return found
    return _highest()


def _highest() -> int | None:
    found = _status("VmHWM")
    if found is not None:
        return found
    try:
        import resource  # noqa: PLC0415  # Windows has none
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # macOS counts bytes, the others KiB


def _status(name: str) -> int | None:
    try:
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{name}:")), None)
