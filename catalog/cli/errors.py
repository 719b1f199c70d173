"""From an exception to what the user reads and the exit status: one table, consulted in one place."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass

from catalog.cli import INTERRUPTED
from catalog.errors import CatalogError

READER_GONE = 141
"""Exit status that a shell gives for SIGPIPE; scripts expect the same of us."""

_PASSWORD = re.compile(r"(\w://[^\s:/@]*:)[^\s@]*(?=@)|(\bpassword=)[^\s&'\"]+")


@dataclass(frozen=True, slots=True)
class Report:
    """What is said of an exception.

    Attributes:
        message: Text for stderr; empty where there is nothing to say.
        exit_status: Exit status of the process.
        unexpected: True where the fault is ours and a traceback would help.
    """

    message: str
    exit_status: int
    unexpected: bool = False


def _known(error: BaseException) -> Report:
    assert isinstance(error, CatalogError)  # noqa: S101  # the table below pairs the two
    remedy = f"\n{error.remedy}" if error.remedy else ""
    return Report(f"Error: {error.message}{remedy}", error.exit_status)


def _system(error: BaseException) -> Report:
    assert isinstance(error, OSError)  # noqa: S101  # the table below pairs the two
    where = f"{error.filename}: " if error.filename is not None else ""
    return Report(f"Error: {where}{error.strerror or error}.", 2)


def _unexpected(error: BaseException) -> Report:
    text = " ".join(str(error).split())
    name = type(error).__name__
    return Report(
        f"Error: unexpected {name}{text and ': ' + text}\nSet CATALOG_DEBUG=1 to see where it happened.",
        2,
        unexpected=True,
    )


_TABLE: tuple[tuple[type[BaseException], Callable[[BaseException], Report]], ...] = (
    (CatalogError, _known),
    (KeyboardInterrupt, lambda _: Report("Interrupted.", INTERRUPTED)),
    (BrokenPipeError, lambda _: Report("", READER_GONE)),
    (MemoryError, lambda _: Report("Error: not enough memory.", 2)),
    (OSError, _system),
    (BaseException, _unexpected),
)
"""The first type that fits decides."""


def describe(error: BaseException) -> Report:
    """What to say of an exception; passwords in URLs are masked."""
    report = next(make(error) for kind, make in _TABLE if isinstance(error, kind))
    return Report(mask_passwords(report.message), report.exit_status, report.unexpected)


def mask_passwords(text: str) -> str:
    """Replace the password of every URL in a text by ``***``."""
    return _PASSWORD.sub(lambda found: (found[1] or found[2]) + "***", text)


def report(error: BaseException) -> int:
    """Tell the user of an exception on stderr.

    Args:
        error: What ended the command.

    Returns:
        The exit status.
    """
    facts = describe(error)
    if os.environ.get("CATALOG_DEBUG") == "1" and not isinstance(error, BrokenPipeError):
        import traceback

        sys.stderr.write(mask_passwords("".join(traceback.format_exception(error))))
    if facts.message:
        sys.stderr.write(facts.message + "\n")
    return facts.exit_status
