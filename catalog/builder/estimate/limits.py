"""The longest context and the largest batch that fit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

LARGEST: Final = 2**31
"""Where the search ends: nothing that a device holds is longer."""


def largest_fitting(total: Callable[[int], int], usable: int, *, highest: int = LARGEST) -> int:
    """The largest number whose total is within a limit.

    Args:
        total: Bytes for a number, which grow with it.
        usable: The limit in bytes.
        highest: Where to end.

    Returns:
        The number; 0 where not even 1 fits.
    """
    if total(1) > usable:
        return 0
    low, high = 1, 2
    while high < highest and total(high) <= usable:
        low, high = high, high * 2
    high = min(high, highest)
    if total(high) <= usable:
        return high
    while high - low > 1:
        middle = (low + high) // 2
        if total(middle) <= usable:
            low = middle
        else:
            high = middle
    return low
