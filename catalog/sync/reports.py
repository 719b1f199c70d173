"""What a sync did, as data."""

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
        extractor: How it was read; ``None`` where it could not be.
        changed: False where the catalog had it already, with the same content; then nothing was read or written.
        classes: Configuration classes, without the common base.
        parameters: Their parameters, without those of the common base.
        architectures: Model classes.
        failures: What could not be read.
        seconds: Wall time of looking, reading and writing.
        facts_removed: Facts of built models that rested on what changed.
        error: Why the release could not be cataloged at all; ``None`` where it is.
    """

    release: str
    extractor: Extractor | None
    changed: bool
    classes: int = 0
    parameters: int = 0
    architectures: int = 0
    failures: tuple[Failure, ...] = ()
    seconds: float = 0.0
    facts_removed: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncReport:
    """What a sync did, release by release.

    Attributes:
        releases: What became of each release.
        measurements: Measurements that came with the package and that the catalog did not have.
        measurement_failures: Why measurements that came with the package could not be taken in, as sentences.
    """

    releases: tuple[ReleaseReport, ...]
    measurements: int = 0
    measurement_failures: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """True where anything was written."""
        return any(release.changed for release in self.releases)

    @property
    def failed(self) -> tuple[ReleaseReport, ...]:
        """The releases that could not be cataloged."""
        return tuple(release for release in self.releases if release.error is not None)


def report_of(store: Store, version: str, *, changed: bool, started: float, facts_removed: int = 0) -> ReleaseReport:
    """Report on a release that is cataloged.

    Args:
        store: Where it is.
        version: The release.
        changed: Whether it was written just now.
        started: :func:`time.perf_counter` when the work on it began.
        facts_removed: Facts of built models that the writing removed.

    Returns:
        Its report.
    """
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
        facts_removed=facts_removed,
    )
