"""Documents: records as compressed canonical JSON. Imports no SQLAlchemy; the checker reads these too.

A class changes a little from release to release. So a document may be compressed against a former one of the same
name, its base: what both say costs next to nothing then. A base itself stands on its own, so that reading a
document takes two steps at most.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

from catalog.errors import DatabaseError

_LEVEL = 6
_WINDOW = 32768
"""Bytes that deflate looks back."""

_WORTH_IT = 0.6
"""A document is kept against its base if that takes less than this part of the place; else it is the next base."""


def digest_of(text: str) -> bytes:
    """Raw SHA-256 of a canonical JSON text: the address of what it describes."""
    return hashlib.sha256(text.encode()).digest()


def pack(text: str) -> bytes:
    """Compress a canonical JSON text by itself."""
    return zlib.compress(text.encode(), _LEVEL)


def pack_against(text: str, packed: bytes, base: bytes) -> bytes | None:
    """Compress a canonical JSON text against another document.

    Args:
        text: The text.
        packed: The text as :func:`pack` compressed it.
        base: The other document, compressed by itself.

    Returns:
        The compressed text; ``None`` where the two have too little in common.
    """
    compressor = zlib.compressobj(_LEVEL, zdict=zlib.decompress(base)[-_WINDOW:])
    body = compressor.compress(text.encode()) + compressor.flush()
    return body if len(body) < _WORTH_IT * len(packed) else None


def unpack(body: bytes, base: bytes | None) -> Any:
    """Read a compressed document.

    Args:
        body: The document.
        base: The document that it was compressed against; ``None`` where it stands on its own.

    Raises:
        DatabaseError: If the bytes are no document, which only a damaged database holds.
    """
    try:
        if base is None:
            return json.loads(zlib.decompress(body))
        decompressor = zlib.decompressobj(zdict=zlib.decompress(base)[-_WINDOW:])
        return json.loads(decompressor.decompress(body) + decompressor.flush())
    except (zlib.error, ValueError) as error:
        raise DatabaseError(
            f"The database is damaged: a document in it cannot be read ({error}).",
            remedy="Move the file away and run: catalog sync",
        ) from error
