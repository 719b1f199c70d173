"""Where something is measured: releases, processor, GPU. Nothing here names a machine, a person or a folder."""

from __future__ import annotations

import functools
import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

import catalog
from catalog._version import __version__
from catalog.measurements import Environment

_CPUINFO = Path("/proc/cpuinfo")


def environment(
    *,
    device: str = "cpu",
    threads: int,
    jobs: int = 1,
    pinned: bool = False,
    executor: Literal["local", "ray"] = "local",
) -> Environment:
    """Describe this process's machine.

    Args:
        device: ``"cpu"``, ``"cuda"`` or ``"cuda:1"``; a GPU is described where it is one.
        threads: Threads of torch within an operator.
        jobs: Workers that run side by side.
        pinned: Whether each keeps to cores of its own.
        executor: What runs them.
    """
    import torch  # noqa: PLC0415  # it takes seconds

    gpu = _gpu(device) if device.startswith("cuda") else {}
    return Environment(
        torch=str(torch.__version__),
        transformers=_release("transformers"),
        python=platform.python_version(),
        system=f"{platform.system()}-{platform.release()}-{platform.machine()}",
        processor=processor(),
        cores=cores(),
        memory=_memory(),
        threads=threads,
        jobs=jobs,
        pinned=pinned,
        cuda=torch.version.cuda,
        version=__version__,
        commit=commit(),
        executor=executor,
        **gpu,
    )


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@functools.cache
def processor() -> str:
    """Model of the processor, as it calls itself."""
    try:
        text = _CPUINFO.read_text(encoding="utf-8", errors="replace")
    except OSError:
        text = ""
    for key in ("model name", "Model", "Hardware", "cpu model"):  # x86, Raspberry Pi, older ARM, MIPS
        found = re.search(rf"^{key}\s*:\s*(\S.*?)\s*$", text, re.MULTILINE)
        if found:
            return " ".join(found[1].split())
    if platform.system() == "Darwin":
        name = _output("sysctl", "-n", "machdep.cpu.brand_string")
        if name:
            return name
    return platform.processor() or platform.machine() or "unknown"


@functools.cache
def commit() -> str | None:
    """Commit of this package's checkout; ``None`` where it is installed without one."""
    folder = Path(catalog.__file__).resolve().parent.parent
    if not (folder / ".git").exists():
        return None
    found = _output("git", "-C", str(folder), "rev-parse", "--short=12", "HEAD")
    return found if re.fullmatch(r"[0-9a-f]{7,40}", found) else None


@functools.cache
def driver() -> str | None:
    """Release of the GPU's driver; ``None`` where the system does not tell."""
    found = _output("nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader").partition("\n")[0].strip()
    return found if re.fullmatch(r"[\d.]+", found) else None


def _gpu(device: str) -> dict[str, Any]:
    """The GPU of a device; nothing where there is none, which measuring tells then."""
    import torch  # noqa: PLC0415  # it takes seconds

    if not torch.cuda.is_available():
        return {}
    index = torch.device(device).index or 0
    if index >= torch.cuda.device_count():
        return {}
    properties = torch.cuda.get_device_properties(index)
    return {"gpu": str(properties.name), "gpu_memory": int(properties.total_memory), "driver": driver()}


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return None


def _release(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # a checkout on the path
        module: Any = __import__(package)
        return str(getattr(module, "__version__", "unknown"))


def _output(*command: str) -> str:
    """What a program prints; nothing where it is not there or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
