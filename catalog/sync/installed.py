"""The installed transformers: read by importing it, only where its files changed."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from catalog.sync.reports import Progress, SyncReport, report_of

if TYPE_CHECKING:
    from catalog.store import Store


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
    removed = 0
    if changed:
        removed = store.write_release(read_installed(progress=progress), force=force).facts_removed
    report = report_of(store, installed.version, changed=changed, started=started, facts_removed=removed)
    return SyncReport(releases=(report,))
