"""Documents: records as compressed canonical JSON. Imports no SQLAlchemy; the checker reads these too."""

from __future__ import annotations

import hashlib
import json
import zlib
from typing import Any

from catalog.errors import DatabaseError

_LEVEL = 6


def digest_of(text: str) -> bytes:
    """Raw SHA-256 of a canonical JSON text: the address of what it describes."""
    return hashlib.sha256(text.encode()).digest()


def pack(text: str) -> bytes:
    """Compress a canonical JSON text."""
    return zlib.compress(text.encode(), _LEVEL)


def unpack(body: bytes) -> Any:
    """Read a compressed document.

    Raises:
        DatabaseError: If the bytes are no document, which only a damaged database holds.
    """
    try:
        return json.loads(zlib.decompress(body))
    except (zlib.error, ValueError) as error:
        raise DatabaseError(
            f"The database is damaged: a document in it cannot be read ({error}).",
            remedy="Move the file away and run: catalog sync",
        ) from error
