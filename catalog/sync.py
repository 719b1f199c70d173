"""Brings releases into the store: asks what is installed, reads it if it changed, writes it in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from catalog.records import Extractor, Failure

if TYPE_CHECKING:
    from catalog.store import Store

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with what is being done, how many are done, and how many there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseReport:
    """What became of one release.

    Attributes:
        release: Its version.
        extractor: How it was read.
        changed: False where the catalog had it already, with the same content; then nothing was read or written.
        classes: Configuration classes, without the common base.
        parameters: Their own parameters.
        architectures: Model classes.
        failures: What could not be read.
        seconds: Wall time of looking, reading and writing.
    """

    release: str
    extractor: Extractor
    changed: bool
    classes: int
    parameters: int
    architectures: int
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync did, release by release."""

    releases: tuple[ReleaseReport, ...]

    @property
    def changed(self) -> bool:
        """True where anything was written."""
        return any(release.changed for release in self.releases)


def sync_installed(store: Store, *, force: bool = False, progress: Progress | None = None) -> SyncReport:
    """Catalog the installed transformers.

    What is installed is fingerprinted from its files first; where the catalog has that very content, transformers
    is not even imported.

    Args:
        store: Where to write.
        force: Read it again even if nothing changed.
        progress: Told of each step.

    Returns:
        What was done.

    Raises:
        MissingDependencyError: If transformers is not installed.
        IntrospectionError: If it cannot be read at all.
        DatabaseError: If the database cannot be written.
    """
    from catalog.introspect import installed_release, read_installed  # noqa: PLC0415  # imported lazily there, too

    started = time.perf_counter()
    installed = installed_release()
    changed = force or store.fingerprint(installed.version) != installed.fingerprint
    if changed:
        store.write_release(read_installed(progress=progress), force=force)
    return SyncReport(releases=(_report(store, installed.version, changed=changed, started=started),))


def _report(store: Store, version: str, *, changed: bool, started: float) -> ReleaseReport:
    info = next(info for info in store.releases() if info.version == version)
    return ReleaseReport(
        release=version,
        extractor=info.extractor,
        changed=changed,
        classes=info.classes,
        parameters=info.parameters,
        architectures=info.architectures,
        failures=store.failures(version),
        seconds=time.perf_counter() - started,
    )
