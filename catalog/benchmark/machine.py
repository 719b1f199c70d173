"""Shares a machine among workers: which cores each keeps to, and how much memory they hold. Known on Linux only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TOPOLOGY: Final = Path("/sys/devices/system/cpu")


def own_cores() -> tuple[int, ...]:
    """The logical processors that this process may use, those of one physical core next to each other."""
    try:
        cores = os.sched_getaffinity(0)
    except AttributeError:  # not Linux
        return tuple(range(os.cpu_count() or 1))
    return tuple(sorted(cores, key=lambda core: (*_place_of(core), core)))


def core_groups(cores: Iterable[int], groups: int) -> tuple[tuple[int, ...], ...]:
    """Split cores evenly; what does not divide is left to the others on the machine.

    Args:
        cores: As :func:`own_cores` orders them.
        groups: How many groups to make.

    Returns:
        The groups; empty where there are fewer cores than groups.
    """
    cores = tuple(cores)
    size = len(cores) // groups
    return tuple(cores[size * number : size * (number + 1)] for number in range(groups)) if size else ()


def _place_of(core: int) -> tuple[int, int]:
    """Package and physical core of a logical processor; zeros where the system does not tell."""
    folder = _TOPOLOGY / f"cpu{core}" / "topology"
    try:
        package, physical = ((folder / name).read_text("ascii") for name in ("physical_package_id", "core_id"))
        return int(package), int(physical)
    except (OSError, ValueError):
        return 0, 0


def resident_memory(processes: Iterable[int]) -> int:
    """Bytes of memory that processes hold together, memory that they share counted once for each.

    Args:
        processes: Their ids; those that have ended count nothing.
    """
    return sum(_resident(process) for process in processes)


def _resident(process: int) -> int:
    try:
        with open(f"/proc/{process}/statm", "rb") as file:  # noqa: PTH123  # read twenty times a second
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0


def members(session: int) -> frozenset[int]:
    """The processes of a session, wherever their parents went; empty where the system does not tell.

    Args:
        session: Id of the process that leads it.
    """
    found = set()
    for process, fields in _processes():
        if int(fields[3]) == session:
            found.add(process)
    return frozenset(found)


def children(parent: int) -> frozenset[int]:
    """The processes whose parent a process is; empty where the system does not tell.

    Args:
        parent: Id of the process.
    """
    return frozenset(process for process, fields in _processes() if int(fields[1]) == parent)


def marked(mark: str) -> frozenset[int]:
    """The processes that were started with a variable in their environment, and those that they forked.

    Args:
        mark: The variable (``"NAME=value"``).

    Returns:
        Their ids, as far as they belong to this user; empty where the system does not tell.
    """
    found = set()
    for process, _ in _processes():
        try:
            variables = (_PROC / str(process) / "environ").read_bytes()
        except OSError:  # it has ended, or belongs to somebody else
            continue
        if mark.encode() in variables.split(b"\0"):
            found.add(process)
    return frozenset(found)


def _processes() -> Iterable[tuple[int, list[bytes]]]:
    """Every process with its state, parent, group, session and what follows in ``/proc/*/stat``."""
    try:
        names = os.listdir(_PROC)  # noqa: PTH208  # names are enough
    except OSError:
        return
    for name in names:
        if name.isdecimal():
            try:
                with open(f"/proc/{name}/stat", "rb") as file:  # noqa: PTH123  # there may be thousands
                    # The program's name stands in parentheses, and may hold anything.
                    yield int(name), file.read().rpartition(b")")[2].split()
            except OSError:
                continue
