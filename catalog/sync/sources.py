"""Releases read from their source: a wheel, a folder or a file at hand, or wheels that pip downloads."""

from __future__ import annotations

import dataclasses
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from catalog.errors import CatalogError, DatabaseError, IntrospectionError, NotFoundError
from catalog.sync.reports import Progress, ReleaseReport, SyncReport, report_of
from catalog.sync.selection import select_releases

if TYPE_CHECKING:
    from catalog.introspect.sources import SourceTree
    from catalog.introspect.static import Cache
    from catalog.store import Store

_READER = "extractor"
"""Key in a release's environment: which version of the static reader made it."""


def sync_path(
    store: Store, path: Path, *, force: bool = False, cache: Cache | None = None, progress: Progress | None = None
) -> SyncReport:
    """Catalog a wheel, a folder or a file that is already here, executing nothing of it.

    Args:
        store: Where to write.
        path: A transformers wheel, the folder of a checkout or installation, or one ``configuration_*.py``.
        force: Read it again even if it is cataloged unchanged.
        cache: Keeps what single files say, by their content.
        progress: Told of each step.

    Returns:
        What was done.

    Raises:
        IntrospectionError: If the path cannot be read, is refused, or is no release.
        DatabaseError: If the database cannot be written.
    """
    started = time.perf_counter()
    with _opened(path) as source:
        return SyncReport(releases=(_write(store, source, started, force=force, cache=cache, progress=progress),))


def sync_published_selection(
    store: Store,
    *,
    names: Sequence[str] = (),
    since: str | None = None,
    until: str | None = None,
    wheels: Path | None = None,
    force: bool = False,
    progress: Progress | None = None,
) -> SyncReport:
    """Catalog the published releases that names or a span stand for, with the user's cache of files.

    Args:
        store: Where to write.
        names: Releases by name; none means the whole span.
        since: First release of the span.
        until: Last release of the span.
        wheels: Folder whose wheels are used, and where downloaded ones are kept.
        force: Read releases again that are cataloged already.
        progress: Called with the release, how many are done, and how many there are.

    Returns:
        What was done.

    Raises:
        NotFoundError: If a named release was never published, or the span holds none.
        IntrospectionError: If the package index cannot be read.
        DatabaseError: If the database cannot be written.
    """
    from catalog.introspect.package_index import available_releases  # noqa: PLC0415
    from catalog.introspect.static import DiskCache, MemoryCache  # noqa: PLC0415

    versions = select_releases(available_releases(), names=names, since=since, until=until)
    if not versions:
        raise NotFoundError("transformers release", f"{since or ''}..{until or ''}", where="in the package index")
    with DiskCache(cache_folder() / "files.db") as kept:
        cache = MemoryCache(below=kept)
        return sync_published(store, versions, wheels=wheels, force=force, cache=cache, progress=progress)


def cache_folder() -> Path:
    """The folder for what can be made again: ``CATALOG_CACHE``, else the user's cache folder."""
    named = os.environ.get("CATALOG_CACHE")
    if named:
        return Path(named)
    import platformdirs  # noqa: PLC0415 - not needed where the folder is named

    return platformdirs.user_cache_path("transformers-catalog", appauthor=False)


def sync_published(
    store: Store,
    versions: Sequence[str],
    *,
    wheels: Path | None = None,
    force: bool = False,
    cache: Cache | None = None,
    progress: Progress | None = None,
    reported: Callable[[ReleaseReport], None] | None = None,
) -> SyncReport:
    """Catalog published releases; while one is read, the next is downloaded.

    Each release is written in a transaction of its own, so that an interrupted sync goes on where it stopped. A
    release that fails is reported and does not stop the rest; a database that fails does.

    Args:
        store: Where to write.
        versions: Releases, in the order in which to take them.
        wheels: Folder whose wheels are used, and where downloaded ones are kept; ``None`` keeps none.
        force: Read releases again that are cataloged already.
        cache: Keeps what single files say, by their content.
        progress: Called with the release, how many are done, and how many there are.
        reported: Called with the report of each release as soon as it is done.

    Returns:
        What was done, release by release.

    Raises:
        DatabaseError: If the database cannot be written.
    """
    from catalog.introspect.fingerprint import extractor_digest  # noqa: PLC0415

    known = {info.version: info for info in store.releases()}
    reader = extractor_digest()

    def is_current(version: str) -> bool:
        info = known.get(version)
        return info is not None and (info.extractor == "live" or info.environment.get(_READER) == reader)

    due = [version for version in versions if force or not is_current(version)]
    reports: list[ReleaseReport] = []
    with _downloads(due, wheels) as wheel_of:
        for done, version in enumerate(versions):
            if progress is not None:
                progress(version, done, len(versions))
            started = time.perf_counter()
            if version in wheel_of:
                report = _sync_one(store, version, wheel_of[version], started, force=force, cache=cache)
            else:
                report = report_of(store, version, changed=False, started=started)
            reports.append(report)
            if reported is not None:
                reported(report)
    return SyncReport(releases=tuple(reports))


@contextmanager
def _opened(path: Path, *, through_pip: bool = False) -> Iterator[SourceTree]:
    from catalog.introspect.sources import WheelSource, open_source  # noqa: PLC0415

    source = WheelSource(path, trust_record=True) if through_pip else open_source(path)
    try:
        yield source
    finally:
        if isinstance(source, WheelSource):
            source.close()


def _sync_one(
    store: Store,
    version: str,
    wheel_of: Callable[[], Path],
    started: float,
    *,
    force: bool,
    cache: Cache | None,
) -> ReleaseReport:
    try:
        with _opened(wheel_of(), through_pip=True) as source:
            if source.version != version:
                raise IntrospectionError(f"The wheel of {version} says that it is version {source.version}.")
            return _write(store, source, started, force=force, cache=cache, progress=None)
    except DatabaseError:
        raise
    except CatalogError as error:
        return ReleaseReport(
            release=version,
            extractor=None,
            changed=False,
            seconds=time.perf_counter() - started,
            error=error.message,
        )


def _write(
    store: Store,
    source: SourceTree,
    started: float,
    *,
    force: bool,
    cache: Cache | None,
    progress: Progress | None,
) -> ReleaseReport:
    from catalog.introspect.fingerprint import extractor_digest  # noqa: PLC0415
    from catalog.introspect.static import read_source  # noqa: PLC0415

    release = read_source(source, progress=progress, cache=cache)
    if all(config.is_base for config in release.classes):
        unread = "".join(f" {failure.subject}: {failure.reason}." for failure in release.failures[:3])
        raise IntrospectionError(
            f"No configuration class was found in {release.version}.{unread}",
            remedy="Give a transformers wheel, its folder, or a file that defines a subclass of PretrainedConfig.",
        )
    current = next((info for info in store.releases() if info.version == release.version), None)
    keeps = current is not None and (current.extractor == "live" or current.fingerprint == release.fingerprint)
    removed = 0
    if force or not keeps:
        release = dataclasses.replace(
            release,
            released=release.released or getattr(source, "built", None),
            environment={**release.environment, _READER: extractor_digest()},
        )
        removed = store.write_release(release).facts_removed
    changed = force or not keeps
    return report_of(store, release.version, changed=changed, started=started, facts_removed=removed)


@contextmanager
def _downloads(versions: Sequence[str], wheels: Path | None) -> Iterator[dict[str, Callable[[], Path]]]:
    """Functions that give the wheel of each release; the one after the one that is asked for downloads meanwhile."""
    with ExitStack() as stack:
        folder = wheels or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="catalog-wheels-")))
        folder.mkdir(parents=True, exist_ok=True)
        pool = stack.enter_context(ThreadPoolExecutor(max_workers=2))
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        futures: dict[str, Future[Path]] = {}
        taken: list[Path] = []

        def start(index: int) -> None:
            if index < len(versions) and versions[index] not in futures:
                futures[versions[index]] = pool.submit(_fetch, versions[index], folder)

        def take(index: int) -> Path:
            if wheels is None:
                while taken:  # read already; a whole history of wheels would fill gigabytes
                    taken.pop().unlink(missing_ok=True)
            start(index)
            start(index + 1)
            start(index + 2)
            path = futures.pop(versions[index]).result()
            taken.append(path)
            return path

        yield {version: partial(take, index) for index, version in enumerate(versions)}


def _fetch(version: str, folder: Path) -> Path:
    from catalog.introspect.package_index import PACKAGE, download  # noqa: PLC0415

    present = sorted(folder.glob(f"{PACKAGE}-{version}-*.whl"))
    return present[0] if present else download(version, folder)
