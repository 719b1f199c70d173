"""Notes which files of a release are read, so that the fingerprint covers what the records came from, and no more."""

from __future__ import annotations

import hashlib

from catalog.introspect.fingerprint import extractor_digest
from catalog.introspect.sources import SourceTree


class RecordingSource:
    """A source that notes the digests of the files that are read from it.

    Args:
        source: The source.
    """

    def __init__(self, source: SourceTree) -> None:
        self._source = source
        self._paths = source.paths()
        self._digests: dict[str, str] = {}

    @property
    def version(self) -> str:
        """Version of the release."""
        return self._source.version

    def paths(self) -> tuple[str, ...]:
        """All Python files."""
        return self._paths

    def read(self, path: str) -> str:
        """Text of a file; see :meth:`~catalog.introspect.sources.SourceTree.read`."""
        self.digest(path)
        return self._source.read(path)

    def digest(self, path: str) -> str:
        """SHA-256 of a file; see :meth:`~catalog.introspect.sources.SourceTree.digest`."""
        if path not in self._digests:
            self._digests[path] = self._source.digest(path)
        return self._digests[path]

    def fingerprint(self) -> str:
        """Digest of the files read so far, of the names of all files, and of this extractor."""
        digest = hashlib.sha256(b"static\0" + extractor_digest().encode())
        for path in self._paths:
            digest.update(f"{path}\0{self._digests.get(path, '')}\0".encode())
        return digest.hexdigest()
