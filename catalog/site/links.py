"""Addresses within the site: always relative, so that it works from any folder of any host."""

from __future__ import annotations

from urllib.parse import quote


def relative(target: str, *, source: str) -> str:
    """The address of a page or file as it is written on another page.

    Args:
        target: Address from the site's root (``"models/LlamaConfig/"``), perhaps with a fragment; ``""`` for home.
        source: Address of the page on which the link stands.

    Returns:
        The relative address, quoted for an ``href``.
    """
    path, hash_sign, fragment = target.partition("#")
    if path == source and fragment:
        return f"#{quote(fragment)}"
    here, there = source.split("/")[:-1], path.split("/")
    shared = 0
    while shared < min(len(here), len(there) - 1) and here[shared] == there[shared]:
        shared += 1
    steps = "../" * (len(here) - shared) + "/".join(there[shared:])
    return quote(steps or "./") + hash_sign + quote(fragment)


def model_url(config_class: str, parameter: str | None = None) -> str:
    """Address of the page of a configuration class, or of one of its parameters."""
    return f"models/{config_class}/" + (f"#{parameter}" if parameter else "")


def parameter_url(name: str) -> str:
    """Address of the page of a parameter that several models have."""
    return f"parameters/{name}/"


def release_url(version: str) -> str:
    """Address of the page of what a release changed."""
    return f"releases/{version}/"


def schema_url(config_class: str) -> str:
    """Address of the JSON Schema of a configuration class."""
    return f"schemas/{config_class}.json"
