"""The configuration of a checkpoint that lies on this machine. Nothing is downloaded."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_LONGEST_NAME = 96  # characters of a name on the hub, which allows no longer ones
_LARGEST = 10_000_000  # bytes of a config.json that are read


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A checkpoint's configuration.

    Attributes:
        path: The file it was read from.
        config: Its content.
    """

    path: Path
    config: dict[str, Any]


def read_checkpoint(name: str, *, relative_to: str) -> Checkpoint | str:
    """Read the ``config.json`` of a local folder, or of a model in the local cache of the hub.

    Args:
        name: A folder, a file, or a name on the hub (``org/model``).
        relative_to: The spec that names it; a relative folder is looked for beside it, too.

    Returns:
        The checkpoint, or why it cannot be read: ``"remote"`` for a hub name that is not cached, else a reason.
    """
    for path in _places(name, relative_to):
        try:
            if not path.is_file():
                continue
            if path.stat().st_size > _LARGEST:
                return f"{path} is too large"
            config = json.loads(path.read_bytes())
        except (OSError, ValueError) as error:
            return f"{path} cannot be read: {error}"
        return Checkpoint(path, config) if isinstance(config, dict) else f"{path} holds no configuration"
    return _absence(name)


def expanded(name: str) -> Path:
    """A path as written, with ``~`` for a home folder; one that stands for nobody's home is taken literally."""
    try:
        return Path(name).expanduser()
    except RuntimeError:
        return Path(name)


def _places(name: str, relative_to: str) -> Iterator[Path]:
    """Where the configuration may lie, the likeliest first."""
    if not name or "\0" in name or len(name) > 4096:
        return
    written = expanded(name)
    for path in (written, Path(relative_to).parent / written):
        yield path / "config.json"
        if path.suffix == ".json":
            yield path
    if name.count("/") <= 1 and len(name) <= _LONGEST_NAME and not name.startswith((".", "/", "~")):
        folder = _hub_cache() / f"models--{name.replace('/', '--')}" / "snapshots"
        yield from sorted(folder.glob("*/config.json"), reverse=True)


def _hub_cache() -> Path:
    if cache := os.environ.get("HF_HUB_CACHE"):
        return Path(cache)
    home = os.environ.get("HF_HOME")
    return (Path(home) if home else Path("~/.cache/huggingface").expanduser()) / "hub"


def _absence(name: str) -> str:
    looks_local = name.startswith((".", "/", "~")) or "\\" in name or name.count("/") > 1 or name.endswith(".json")
    return f"there is no config.json in {name}" if looks_local else "remote"
