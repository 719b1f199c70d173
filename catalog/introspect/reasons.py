"""Turns exceptions into one line that a person can act on."""

from __future__ import annotations

import re

MAX_LENGTH = 300
"""Longest reason that is kept, in characters."""

_NAMES = r"[\w./'\"-]+(?:, [\w./'\"-]+)"
_LONG_LIST = re.compile(rf"(?P<head>{_NAMES}{{2}}), (?P<rest>{_NAMES}{{7,}})")
_SPACE = re.compile(r"\s+")


def one_line(error: BaseException) -> str:
    """Type and message of an exception on one line; long enumerations and long messages are cut.

    Args:
        error: The exception.

    Returns:
        For example ``ValueError: Unrecognized model type: x. Should contain one of a, b, c and 801 more``.
    """
    message = _SPACE.sub(" ", str(error)).strip()
    message = _LONG_LIST.sub(lambda match: f"{match['head']} and {match['rest'].count(',') + 1} more", message)
    text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return text if len(text) <= MAX_LENGTH else text[: MAX_LENGTH - 1].rstrip() + "…"
