"""The part of the catalog that takes releases in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.errors import CatalogError
from catalog.query.measurements import Measurements

if TYPE_CHECKING:
    from catalog.sync import Progress, SyncReport


class Syncing(Measurements):
    """Catalogs releases of transformers, and takes in the measurements that come with the package."""

    def sync(self, *, force: bool = False, progress: Progress | None = None) -> SyncReport:
        """Catalog the installed transformers; nothing is read if it is cataloged and unchanged.

        Args:
            force: Read it again even if nothing changed.
            progress: Called with what is being done, how many are done, and how many there are.

        Returns:
            What was done.

        Raises:
            MissingDependencyError: If transformers is not installed.
            IntrospectionError: If it cannot be read at all.
            DatabaseError: If the database cannot be written.
        """
        from catalog.sync import sync_installed  # noqa: PLC0415  # it imports the extractors

        report = sync_installed(self._store, force=force, progress=progress)
        self._views.clear()
        return self._with_published(report)

    def sync_path(
        self, path: str | os.PathLike[str], *, force: bool = False, progress: Progress | None = None
    ) -> SyncReport:
        """Catalog a wheel, a folder or a file that is already here; nothing of it is executed.

        Args:
            path: A transformers wheel, the folder of a checkout or installation, or one ``configuration_*.py``.
            force: Read it again even if it is cataloged unchanged.
            progress: Called with what is being done, how many are done, and how many there are.

        Returns:
            What was done.

        Raises:
            IntrospectionError: If the path cannot be read, is refused, or holds no configuration class.
            DatabaseError: If the database cannot be written.
        """
        from catalog.sync import sync_path  # noqa: PLC0415  # it imports the extractors

        return self._with_published(sync_path(self._store, Path(path), force=force, progress=progress))

    def sync_published(
        self,
        releases: Sequence[str] = (),
        *,
        since: str | None = None,
        until: str | None = None,
        wheels: str | os.PathLike[str] | None = None,
        force: bool = False,
        progress: Progress | None = None,
    ) -> SyncReport:
        """Catalog published releases: by name, or all within a span. pip downloads their wheels; nothing is executed.

        Args:
            releases: Versions; ``"4.39"`` stands for its newest patch. None means all within the span.
            since: First release of the span.
            until: Last release of the span.
            wheels: Folder whose wheels are used, and where downloaded ones are kept.
            force: Read releases again that are cataloged already.
            progress: Called with the release, how many are done, and how many there are.

        Returns:
            What was done, release by release; one that failed is among them and stopped no other.

        Raises:
            NotFoundError: If a named release was never published.
            IntrospectionError: If the package index cannot be read.
            DatabaseError: If the database cannot be written.
        """
        from catalog.sync import sync_published_selection  # noqa: PLC0415  # it imports the extractors

        report = sync_published_selection(
            self._store,
            names=tuple(releases),
            since=since,
            until=until,
            wheels=None if wheels is None else Path(wheels),
            force=force,
            progress=progress,
        )
        return self._with_published(report)

    def _with_published(self, report: SyncReport) -> SyncReport:
        """Take in the measurements that came with the package, too; where that fails, the releases are cataloged."""
        try:
            found = self.import_published()
        except (CatalogError, OSError) as error:
            return replace(report, measurement_failures=(str(error),))
        recorded = found.recorded
        return replace(report, measurements=recorded.new + recorded.replaced, measurement_failures=found.failures)
