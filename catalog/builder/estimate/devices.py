"""The table of devices: ``data/devices.yaml``, checked when it is read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from catalog.errors import NotFoundError
from catalog.resources import resource_folder

GIB: Final = 2**30
_FILE: Final = "devices.yaml"
_KINDS: Final = ("discrete", "unified")
_KEYS: Final = {"name", "memory_gib", "source", "usable", "also", "common"}
_USABLE_KEYS: Final = {"fraction", "reserve_gib", "why", "kind"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """A device with memory of its own, or a share of the machine's.

    Attributes:
        name: Its name (``"NVIDIA H200"``).
        memory_bytes: Its memory, or the machine's where it is shared.
        usable_bytes: What a model can use of that.
        kind: ``"discrete"`` or ``"unified"``.
        source: Address of the page that states its memory.
        why: What the rest is needed for.
        common: True for devices of the short list.
        also: Other names.
    """

    name: str
    memory_bytes: int
    usable_bytes: int
    kind: str
    source: str
    why: str
    common: bool = False
    also: tuple[str, ...] = ()


@cache
def devices() -> tuple[Device, ...]:
    """All devices, the smallest first.

    Raises:
        ValueError: If the table is wrong, with the entry.
    """
    import yaml  # noqa: PLC0415

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = (resource_folder("data") / _FILE).read_text(encoding="utf-8")
    return parse_devices(yaml.load(text, Loader=loader))  # noqa: S506  # both are the safe one


def parse_devices(document: Any) -> tuple[Device, ...]:
    """Check the table and turn it into records.

    Args:
        document: What the file holds: ``usable`` (rules by name) and ``devices``.

    Raises:
        ValueError: If a key is unknown or missing, a value is of the wrong kind, or a name stands twice.
    """
    if not isinstance(document, Mapping) or set(document) != {"usable", "devices"}:
        raise ValueError(f"{_FILE} must hold 'usable' and 'devices'.")
    rules = {name: _checked_rule(name, rule) for name, rule in document["usable"].items()}
    found = [_device(entry, rules) for entry in document["devices"]]
    names = [key for device in found for key in {_key(name) for name in (device.name, *device.also)}]
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"{_FILE}: these names stand twice: {', '.join(twice)}.")
    return tuple(sorted(found, key=lambda device: (device.usable_bytes, device.name)))


def device_named(name: str) -> Device:
    """Look a device up; case, blanks and the maker's name do not matter.

    Raises:
        NotFoundError: If there is none; it suggests names that were probably meant.
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415

    known = {_key(alias): device for device in devices() for alias in (device.name, *device.also)}
    known |= {_key(device.name.partition(" ")[2]): device for device in devices() if " " in device.name} | known
    found = known.get(_key(name))
    if found is not None:
        return found
    near = process.extract(_key(name), list(known), scorer=fuzz.WRatio, limit=6, score_cutoff=60)
    suggestions = tuple(dict.fromkeys(known[key].name for key, _, _ in near))[:3]
    raise NotFoundError("device", name, where=f"in {_FILE}", suggestions=suggestions)


def _key(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _checked_rule(name: str, rule: Any) -> Mapping[str, Any]:
    if not isinstance(rule, Mapping) or set(rule) != _USABLE_KEYS:
        raise ValueError(f"{_FILE}: usable.{name} must hold {', '.join(sorted(_USABLE_KEYS))}.")
    if rule["kind"] not in _KINDS:
        raise ValueError(f"{_FILE}: usable.{name}.kind must be one of {', '.join(_KINDS)}.")
    if not 0 < rule["fraction"] <= 1 or rule["reserve_gib"] < 0:
        raise ValueError(f"{_FILE}: usable.{name} leaves less than nothing, or more than all.")
    return rule


def _device(entry: Any, rules: Mapping[str, Mapping[str, Any]]) -> Device:
    if not isinstance(entry, Mapping) or not {"name", "memory_gib", "source", "usable"} <= set(entry) <= _KEYS:
        raise ValueError(
            f"{_FILE}: {entry!r} must hold name, memory_gib, source and usable, and may hold also, common."
        )
    name, memory = entry["name"], entry["memory_gib"]
    if not isinstance(memory, (int, float)) or isinstance(memory, bool) or memory <= 0:
        raise ValueError(f"{_FILE}: memory_gib of {name} is no positive number.")
    if not str(entry["source"]).startswith("https://"):
        raise ValueError(f"{_FILE}: the source of {name} is no https address.")
    rule = rules.get(entry["usable"])
    if rule is None:
        raise ValueError(f"{_FILE}: {name} names {entry['usable']!r}, which is no rule under 'usable'.")
    return Device(
        name=name,
        memory_bytes=int(memory * GIB),
        usable_bytes=int(memory * rule["fraction"] * GIB - rule["reserve_gib"] * GIB),
        kind=rule["kind"],
        source=entry["source"],
        why=rule["why"],
        common=bool(entry.get("common", False)),
        also=tuple(entry.get("also", ())),
    )
