"""Finds the spec files that a user means by files, folders and patterns."""

# Paths stay the strings that the user wrote, which pathlib would rewrite (`./spec.yaml`), and os.scandir is faster.
# ruff: noqa: PTH110, PTH112, PTH116, PTH118, PTH207

from __future__ import annotations

import fnmatch
import glob
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from catalog.specs.diagnostics import Finding
from catalog.specs.faults import NO_SPEC, START, UNREADABLE_FILE
from catalog.specs.files import STDIN

SUFFIXES: Final = (".yaml", ".yml", ".json")
_SKIPPED_FOLDERS: Final = frozenset(
    {"__pycache__", "__pypackages__", "bower_components", "dist-packages", "node_modules", "site-packages", "venv"}
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A file that may hold specs.

    Attributes:
        path: The file, as the user named it, or below the folder that the user named.
        certain: True where the user named the file itself, so that it must hold specs.
        finding: Why there is nothing to read (a folder without any candidate); ``None`` for a file.
    """

    path: str
    certain: bool
    finding: Finding | None = None


def discover(paths: Iterable[str], *, exclude: Iterable[str] = ()) -> Iterator[Candidate]:
    """Find spec files.

    Args:
        paths: Files, folders (searched with their folders, hidden ones and those of package managers left out),
            patterns such as ``specs/**/*.yaml`` (a shell may have expanded them or not), and ``-`` for standard input.
        exclude: Patterns of paths to leave out, with ``/`` between folders; they match a path, its end, or a folder
            above it. A file that the user names itself is never left out.

    Yields:
        The files, each once, in the order of `paths`; a folder's in alphabetical order. A path that does not exist is
        yielded as it is: reading it reports it.
    """
    patterns = tuple(exclude)
    seen: set[str | tuple[int, int]] = set()
    for path in paths:
        for candidate in _of_path(path, patterns):
            identity = _identity(candidate.path)
            if candidate.finding is not None or identity not in seen:
                seen.add(identity)
                yield candidate


def _identity(path: str) -> str | tuple[int, int]:
    """What is the same for all paths of a file."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return path
    return status.st_dev, status.st_ino


def _of_path(path: str, exclude: tuple[str, ...]) -> Iterator[Candidate]:
    if path == STDIN or not path or "\0" in path:
        yield Candidate(path, certain=True)
    elif os.path.isdir(path):
        yield from _of_folder(path, exclude)
    elif os.path.lexists(path) or not glob.has_magic(path):
        yield Candidate(path, certain=True)
    else:
        yield from _of_pattern(path, exclude)


def _of_pattern(pattern: str, exclude: tuple[str, ...]) -> Iterator[Candidate]:
    found = False
    for path in sorted(glob.iglob(pattern, recursive=True)):
        if is_excluded(path, exclude):
            continue
        if os.path.isdir(path):
            if not pattern.endswith("**"):
                found = True
                yield from _of_folder(path, exclude)
        elif "**" not in pattern or path.lower().endswith(SUFFIXES):
            found = True
            # A pattern that names the suffix means specs; one that names any file may meet others.
            yield Candidate(path, certain=pattern.lower().endswith(SUFFIXES))
    if not found:
        yield _nothing(pattern, "The pattern matches no file.", "Check it; in a shell, put it in quotes.")


def _of_folder(folder: str, exclude: tuple[str, ...]) -> Iterator[Candidate]:
    found = False
    for candidate in _walk(folder, exclude, set()):
        found = True
        yield candidate
    if not found:
        kinds = ", ".join(f"*{suffix}" for suffix in SUFFIXES)
        yield _nothing(folder, f"The folder holds no spec: no {kinds}.", "Name a file, or another folder.")


def _nothing(path: str, message: str, remedy: str) -> Candidate:
    return Candidate(path, certain=True, finding=NO_SPEC.found(path, START, message, suggestion=remedy))


def _walk(folder: str, exclude: tuple[str, ...], seen: set[tuple[int, int]]) -> Iterator[Candidate]:
    """The files below a folder. Each folder is visited once, whichever links lead to it."""
    try:
        status = os.stat(folder)
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        finding = UNREADABLE_FILE.found(folder, START, f"The folder cannot be read: {error.strerror}.")
        yield Candidate(folder, certain=True, finding=finding)
        return
    identity = (status.st_dev, status.st_ino)
    if identity in seen:
        return
    seen.add(identity)
    for entry in entries:
        if entry.name.startswith(".") or is_excluded(entry.path, exclude):
            continue
        if _is_folder(entry):
            if entry.name not in _SKIPPED_FOLDERS and not os.path.exists(os.path.join(entry.path, "pyvenv.cfg")):
                yield from _walk(entry.path, exclude, seen)
        elif entry.name.lower().endswith(SUFFIXES) and _is_file(entry):
            yield Candidate(entry.path.removeprefix(f".{os.sep}"), certain=False)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False


def is_excluded(path: str, patterns: Iterable[str]) -> bool:
    """True where a pattern matches a path, its end, or a folder above it.

    Args:
        path: The path.
        patterns: As in a ``.gitignore``, without negation: ``drafts``, ``*.draft.yaml``, ``models/old/*.json``.
    """
    parts = os.path.normpath(path).replace(os.sep, "/").split("/")
    for pattern in patterns:
        wanted = pattern.strip("/").removeprefix("./")
        depth = wanted.count("/") + 1
        for end in range(1, len(parts) + 1):
            if fnmatch.fnmatch("/".join(parts[max(end - depth, 0) : end]), wanted):
                return True
            if "**" in wanted and fnmatch.fnmatch("/".join(parts[:end]), wanted.replace("**/", "*")):
                return True
    return False
