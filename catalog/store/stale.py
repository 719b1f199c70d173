"""Which classes are no longer what they were when their models were built."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from catalog.records import ConfigClass, Release


def differing(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[str]:
    """Names of what changed or went, by the digests of then and now."""
    return {name for name, digest in before.items() if after.get(name) != digest}


def made_of(changed: set[str], release: Release) -> set[str]:
    """The changed classes, and those of the release that are made of one, directly or through others.

    A class is made of its sub-configs and of the classes that it inherits from. Where any class will do for a
    sub-config, what stands there by default counts.
    """
    if not changed:
        return changed
    effective = {observation.config_class: observation.effective for observation in release.observations}
    by_model_type = {entry.name: entry.config_class for entry in release.model_types}
    users: dict[str, set[str]] = {}
    for config in release.classes:
        for part in _parts(config, effective.get(config.name, {}), by_model_type):
            users.setdefault(part, set()).add(config.name)
    found, open_ends = set(changed), list(changed)
    while open_ends:
        new = users.get(open_ends.pop(), set()) - found
        found |= new
        open_ends.extend(new)
    return found


def _parts(config: ConfigClass, effective: Mapping[str, Any], by_model_type: Mapping[str, str]) -> Iterator[str]:
    yield from config.ancestors
    for sub in config.sub_configs:
        if sub.config_class is not None:
            yield sub.config_class
        elif sub.model_type is not None and sub.model_type in by_model_type:
            yield by_model_type[sub.model_type]
    for value in (*(parameter.default for parameter in config.parameters), *effective.values()):
        if isinstance(value, dict) and isinstance(value.get("$config"), str):
            yield value["$config"]
