"""Reads a file's bytes within limits, and decodes them: what cannot be read is a finding, never an exception."""

from __future__ import annotations

import codecs
import contextlib
import errno
import itertools
import os
import re
import stat
import sys
from dataclasses import dataclass
from typing import BinaryIO, Final

from catalog.specs.faults import NOT_TEXT, START, TOO_LARGE, UNREADABLE_FILE, UNUSUAL_ENCODING, Limits, Log
from catalog.specs.nodes import Span
from catalog.specs.positions import Positions
from catalog.specs.suggestions import nearest

STDIN: Final = "-"
_KINDS: Final = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
_BYTE_ORDER_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_REASONS: Final = {
    errno.ENOENT: ("The file does not exist.", "Check the path."),
    errno.ENOTDIR: ("The file does not exist: a part of its path is no folder.", "Check the path."),
    errno.EACCES: ("The file may not be read.", "Check its permissions."),
    errno.EPERM: ("The file may not be read.", "Check its permissions."),
    errno.ELOOP: ("The path runs in circles through symbolic links.", "Check the links."),
    errno.ENAMETOOLONG: ("The path is too long.", "Check the path."),
}


@dataclass(frozen=True, slots=True)
class Text:
    """A decoded file.

    Attributes:
        text: What it says, without a byte order mark.
        encoding: How it is encoded.
        mark: The byte order mark it begins with, if any.
    """

    text: str
    encoding: str = "utf-8"
    mark: bytes = b""

    def encode(self, text: str) -> bytes:
        """The bytes of another text, encoded as this file is."""
        return self.mark + text.encode(self.encoding)


def read_bytes(path: str, log: Log, limits: Limits) -> bytes | None:
    """Read a file, or standard input for ``-``.

    Args:
        path: The file.
        log: Takes the reason where it cannot be read.
        limits: How large it may be. A larger file is not read.

    Returns:
        Its bytes; ``None`` where they cannot be had.
    """
    if path == STDIN:
        return _read_limited(sys.stdin.buffer, log, limits)
    try:
        # Without O_NONBLOCK, opening a pipe would wait for someone to write into it.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        message, remedy = _REASONS.get(error.errno or 0, (f"The file cannot be read: {error.strerror}.", None))
        if error.errno == errno.ENOENT:
            remedy = _neighbour(path) or remedy
        log.add(UNREADABLE_FILE, START, message, suggestion=remedy)
        return None
    except ValueError:
        log.add(UNREADABLE_FILE, START, "The path contains a character that no path can.", suggestion="Check the path.")
        return None
    with contextlib.ExitStack() as stack:
        stack.callback(os.close, handle)
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            kind = next((name for test, name in _KINDS if test(status.st_mode)), "no regular file")
            remedy = "Name a file." if kind == "a folder" else f"Pipe it in: catalog validate - < {path}"
            log.add(UNREADABLE_FILE, START, f"This is {kind}, not a file.", suggestion=remedy)
            return None
        if status.st_size > limits.size:
            _report_size(log, limits, status.st_size)
            return None
        stack.pop_all()
    try:
        with open(handle, "rb") as file:  # noqa: PTH123 (an open descriptor)
            return _read_limited(file, log, limits)
    except OSError as error:
        log.add(UNREADABLE_FILE, START, f"The file cannot be read: {error.strerror}.")
        return None


def _neighbour(path: str) -> str | None:
    """A file beside the missing one that was probably meant."""
    folder, name = os.path.split(path)
    try:
        with os.scandir(folder or ".") as found:
            names = [entry.name for entry in itertools.islice(found, 1000)]
    except (OSError, ValueError):
        return None
    likely = nearest(name, names, limit=1)
    return f"Did you mean {os.path.join(folder, likely[0].name)}?" if likely else None  # noqa: PTH118 (as it was written)


def _read_limited(file: BinaryIO, log: Log, limits: Limits) -> bytes | None:
    """Read up to the limit: a file may grow while it is read, and standard input has no size."""
    content = file.read(limits.size + 1)
    if len(content) > limits.size:
        _report_size(log, limits, None)
        return None
    return content


def _report_size(log: Log, limits: Limits, size: int | None) -> None:
    held = "more" if size is None else f"{size / 1e6:,.1f} MB"
    log.add(
        TOO_LARGE,
        START,
        f"The file holds {held}; specs are read up to {limits.size / 1e6:,.0f} MB.",
        suggestion="A configuration is rarely above 1 MB: is it the right file?",
    )


def decode(content: bytes, log: Log, *, is_json: bool) -> Text | None:
    """Decode a file's bytes.

    Args:
        content: The bytes.
        log: Takes what is unusual, or why they are no text.
        is_json: True for a JSON file, which must not begin with a byte order mark.

    Returns:
        The text; ``None`` where the bytes are none.
    """
    mark, encoding = next(((m, e) for m, e in _BYTE_ORDER_MARKS if content.startswith(m)), (b"", "utf-8"))
    body = content[len(mark) :]
    if encoding == "utf-8":
        if b"\x00" in body:
            _report_binary(body, body.index(b"\x00"), log)
            return None
        if mark and is_json:
            log.add(
                UNUSUAL_ENCODING,
                START,
                "The file begins with a byte order mark, which Python's json refuses.",
                suggestion="Save it as UTF-8 without a byte order mark.",
            )
    else:
        log.add(
            UNUSUAL_ENCODING,
            START,
            f"The file is encoded in {encoding[:-3].upper()}; most tools read UTF-8 only.",
            suggestion="Save it as UTF-8.",
        )
    try:
        return Text(body.decode(encoding), encoding, mark)
    except UnicodeDecodeError as error:
        return _decode_leniently(body, error, encoding, mark, log)


def _decode_leniently(body: bytes, error: UnicodeDecodeError, encoding: str, mark: bytes, log: Log) -> Text | None:
    """A text in an old single-byte encoding can be checked all the same; anything else is no text."""
    control = _CONTROL.search(body)
    if encoding != "utf-8" or control is not None:
        _report_binary(body, error.start if control is None else control.start(), log)
        return None
    text = body.decode("latin-1")
    log.add(
        UNUSUAL_ENCODING,
        Positions(text).span(error.start, error.start + 1),
        f"The file is not UTF-8: byte 0x{body[error.start]:02X} fits no character.",
        suggestion="Save it as UTF-8.",
        severity="error",
    )
    return Text(text, "latin-1", mark)


def _report_binary(body: bytes, offset: int, log: Log) -> None:
    line = body.count(b"\n", 0, offset) + 1
    column = offset - (body.rfind(b"\n", 0, offset) + 1) + 1
    log.add(
        NOT_TEXT,
        Span(line, column, line, column + 1),
        f"The file is no text: byte 0x{body[offset]:02X} at offset {offset} stands in no text file.",
        suggestion="Name a YAML or JSON file, in UTF-8.",
    )
