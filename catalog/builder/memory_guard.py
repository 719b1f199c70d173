"""Knows before a model is built whether it fits the memory of its device."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from catalog.builder.errors import TooLargeError

if TYPE_CHECKING:
    from torch import nn

_RESERVE: Final = 1.05
"""What making a model takes beside its weights: temporaries of the largest layer, and the allocator's waste."""

_MEMINFO: Final = Path("/proc/meminfo")
_OWN_CGROUP: Final = Path("/proc/self/cgroup")
_CGROUPS: Final = Path("/sys/fs/cgroup")


def check_fits(model: nn.Module, *, subject: str, device: str) -> None:
    """Refuse a model that is too large for a device.

    Args:
        model: The model on the meta device, with the element types that it will have.
        subject: What it is called in the message.
        device: Where it is to be built.

    Raises:
        TooLargeError: If its weights and buffers do not fit what is free there, with both figures.
    """
    needed, available = bytes_of(model), available_memory(device)
    if available is not None and needed * _RESERVE > available:
        raise TooLargeError(subject, needed=needed, available=available, device=device)


def bytes_of(model: nn.Module) -> int:
    """Bytes of a model's weights and buffers, tied ones once."""
    tensors = {id(tensor): tensor for tensor in (*model.parameters(), *model.buffers())}
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())


def available_memory(device: str) -> int | None:
    """Bytes that can still be taken on a device; ``None`` where that is not known.

    On the processor that is the least of what the system has free and what the container and the process may take.
    """
    if device.startswith("cuda"):
        import torch  # noqa: PLC0415  # it takes seconds

        free, _total = torch.cuda.mem_get_info(torch.device(device))
        return int(free)
    return min(_limits(), default=None)


def _limits() -> Iterator[int]:
    """Everything that bounds the memory of this process."""
    if (free := _system_memory()) is not None:
        yield free
    yield from _cgroup_limits()
    yield from _process_limit()


def _system_memory() -> int | None:
    """What the system can give without swapping; without Linux's figure all that it has."""
    try:
        for line in _MEMINFO.read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _cgroup_limits() -> Iterator[int]:
    """What the control groups of this process, version 2 and 1, have left."""
    try:
        lines = _OWN_CGROUP.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            root, names = _CGROUPS, ("memory.max", "memory.current", "memory.stat", "inactive_file")
        elif "memory" in controllers.split(","):
            names = ("memory.limit_in_bytes", "memory.usage_in_bytes", "memory.stat", "total_inactive_file")
            root = _CGROUPS / "memory"
        else:
            continue
        group = root / path.lstrip("/")
        # A group is bounded by all groups that it lies in; within a container its own path may not be visible.
        for folder in (group, *group.parents):
            if (left := _left_in(folder, *names)) is not None:
                yield left
            if folder == root:
                break


def _left_in(folder: Path, limit_name: str, usage_name: str, stat_name: str, cache_key: str) -> int | None:
    try:
        limit = int((folder / limit_name).read_text(encoding="ascii"))
        usage = int((folder / usage_name).read_text(encoding="ascii"))
    except (OSError, ValueError):  # "max" is no limit
        return None
    cache = 0
    try:
        for line in (folder / stat_name).read_text(encoding="ascii").splitlines():
            if line.startswith(f"{cache_key} "):
                cache = int(line.split()[1])
    except (OSError, ValueError):
        cache = 0
    return max(0, limit - usage + cache)


def _process_limit() -> Iterator[int]:
    """What a bound on the address space leaves."""
    try:
        import resource  # noqa: PLC0415  # Windows has none
    except ImportError:
        return
    soft, _hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY:
        return
    try:
        used = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except (OSError, ValueError):
        used = 0
    yield max(0, soft - used)
