"""Brings releases into the store: finds them, reads what changed, writes each in one transaction."""

from __future__ import annotations

from catalog.sync.installed import sync_installed
from catalog.sync.reports import Progress, ReleaseReport, SyncReport
from catalog.sync.selection import select_releases
from catalog.sync.sources import sync_path, sync_published, sync_published_selection

__all__ = [
    "Progress",
    "ReleaseReport",
    "SyncReport",
    "select_releases",
    "sync_installed",
    "sync_path",
    "sync_published",
    "sync_published_selection",
]
