"""An open catalog: its store, and what was read of its releases."""

from __future__ import annotations

import os
from types import TracebackType
from typing import TYPE_CHECKING, Self

from catalog.errors import NoCatalogError
from catalog.query.release import ReleaseView
from catalog.store.versions import cataloged

if TYPE_CHECKING:
    from catalog.store import Store
    from catalog.store.rows import ReleaseInfo


class Session:
    """What the parts of :class:`catalog.query.Catalog` share.

    Args:
        store: The open store, which is closed with this object.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._views: dict[str, ReleaseView] = {}

    @classmethod
    def open(cls, url: str | os.PathLike[str] | None = None, *, create: bool = True) -> Self:
        """Open a catalog.

        Args:
            url: ``sqlite:///path``, ``postgresql+psycopg://…`` or the path of an SQLite file. ``None`` takes the
                environment variable ``CATALOG_DATABASE_URL``, else the file in the user's data directory.
            create: Make an empty catalog where there is none.

        Returns:
            The catalog, which is a context manager that closes it.

        Raises:
            DatabaseError: If the database cannot be opened, or is no catalog.
            OutdatedDatabaseError: If its schema is older or newer than this version of the package.
            MissingDependencyError: If the driver of that database is not installed.
        """
        from catalog.store import open_store  # noqa: PLC0415  # SQLAlchemy takes 0.2 s to import

        return cls(open_store(url, create=create))

    def close(self) -> None:
        """Close the database. Closing twice is fine."""
        self._views.clear()
        self._store.close()

    def forked(self) -> None:
        """Leave the connections to the parent process: call this first in a process that was forked from it."""
        self._store.forked()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Catalog({self.location!r})"

    @property
    def location(self) -> str:
        """Path or URL of the database, without its password."""
        return self._store.location.display

    def releases(self) -> tuple[ReleaseInfo, ...]:
        """The cataloged releases, newest first."""
        return self._store.releases()

    def _view(self, release: str | None) -> ReleaseView:
        """The release that is meant; what was read of it before is used again while its content is the same."""
        info = self._release(release)
        view = self._views.get(info.version)
        if view is None or view.info.fingerprint != info.fingerprint:
            view = self._views[info.version] = ReleaseView(self._store, info)
        return view

    def _release(self, release: str | None) -> ReleaseInfo:
        infos = self.releases()
        if not infos:
            raise NoCatalogError(
                f"The catalog {self.location} is empty.",
                remedy="Fill it with: catalog sync (in Python: Catalog.sync())",
            )
        if release is None:
            return infos[0]
        version = cataloged(release, [info.version for info in infos])
        return next(info for info in infos if info.version == version)
