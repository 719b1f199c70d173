"""Recognises in which dialect a spec is written, and takes it apart.

A dialect is a module of this package with a function ``read``. To add one, write the module, tell it apart in
:func:`_dialect_of`, and add example specs.
"""

from __future__ import annotations

from dataclasses import dataclass

from catalog.specs.dialects import eir, huggingface, native
from catalog.specs.dialects.foreign import foreign_kind
from catalog.specs.faults import Log
from catalog.specs.nodes import Dialect, Entry, Mapping, Spec

__all__ = ["Recognition", "recognise"]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What a mapping turned out to be.

    Attributes:
        spec: The spec; ``None`` where it is none.
        foreign: What it is instead, with an article; ``None`` for a spec, and where nothing is known of it.
    """

    spec: Spec | None
    foreign: str | None = None


def recognise(root: Mapping, *, path: str, log: Log, is_json: bool = False, certain: bool = True) -> Recognition:
    """Recognise the dialect of a spec and take it apart.

    Args:
        root: The whole spec.
        path: File, as the user named it.
        log: Takes what is wrong with the keys of the spec itself.
        is_json: True where it is written in JSON, as a checkpoint's ``config.json`` is.
        certain: True where the user named the file, so that it must be a spec; False where it was found in a folder.

    Returns:
        The spec, or what it is instead. Where nothing resembles a spec and `certain` is false, neither.
    """
    kind = foreign_kind(root, path)
    if kind is not None:
        return Recognition(None, kind)
    if not certain and not _resembles_spec(root):
        return Recognition(None)
    dialect = _dialect_of(root, is_json=is_json)
    if dialect == "eir":
        return Recognition(eir.read(root, path, log))
    if dialect == "native":
        return Recognition(native.read(root, path, log))
    return Recognition(huggingface.read(root, path, log, is_json=is_json))


def _dialect_of(root: Mapping, *, is_json: bool) -> Dialect:
    keys = {entry.key for entry in root.entries}
    if not keys.isdisjoint(eir.MARKS):
        return "eir"
    if "model_type" not in keys and _holds_block(root, "model_config"):
        return "eir"
    published = not keys.isdisjoint(huggingface.SIGNATURE_KEYS)
    if not keys.isdisjoint(native.STRONG_KEYS):
        return "native" if not published or _holds_block(root, "params") else "huggingface"
    if published:
        return "huggingface"
    present = keys.intersection(native.KEYS)
    others = [entry for entry in root.entries if entry.key not in present]
    if is_json and not others and present <= {"model_type"}:
        return "huggingface"
    if not others or (_all_meant(others, present) and not (is_json and "model_config" in keys)):
        return "native"
    if any(native.misspells_params(entry) for entry in others):
        return "native"
    return "huggingface"


def _all_meant(others: list[Entry], present: set[str]) -> bool:
    """True where every unknown key is another word for a native one."""
    return all(native.meant_key(entry, present) is not None for entry in others)


def _holds_block(root: Mapping, key: str) -> bool:
    entry = root.get(key)
    return entry is not None and isinstance(entry.value, Mapping)


def _resembles_spec(root: Mapping) -> bool:
    """True where a file that nobody named is probably a spec: it names a model, or misspells the key that would."""
    keys = {entry.key for entry in root.entries}
    marks = {"model_type", "architectures", "model_config", *native.STRONG_KEYS, *eir.MARKS}
    if not keys.isdisjoint(marks) or huggingface.meant_model_type(root) is not None:
        return True
    return len(keys & huggingface.TYPICAL_KEYS) >= 2
