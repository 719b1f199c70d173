"""Large numbers as people write them: parameters and operations in powers of 1000, bytes in powers of 1024."""

from __future__ import annotations

import re

_COUNT_UNITS = ("", "K", "M", "B", "T", "P", "E")
_BYTE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_SIZE = re.compile(r"\s*([0-9][0-9_,]{0,40}\.?[0-9]{0,40}(?:[eE][+]?[0-9]{1,2})?)\s*([kKmMbBgGtT]?)\s*")
_FACTORS = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9, "g": 10**9, "t": 10**12}


def parse_size(text: str) -> int:
    """Read a number of parameters: ``7B``, ``1.5e9``, ``125_000_000``, ``6.74 B``.

    Args:
        text: Digits, perhaps with a point, an exponent or separators, then perhaps ``K``, ``M``, ``B`` (or ``G``) or
            ``T``, in either case.

    Returns:
        The number.

    Raises:
        ValueError: If the text is no such number.
    """
    found = _SIZE.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no number of parameters: write for example 7B, 125M or 1e9.")
    number, factor = found[1].replace("_", "").replace(",", ""), _FACTORS[found[2].lower()]
    return int(number) * factor if number.isdecimal() else round(float(number) * factor)


def format_count(count: float) -> str:
    """Write a number of parameters or operations with three digits: ``6.74 B``, ``125 M``, ``999``."""
    return _scaled(count, 1000, _COUNT_UNITS)


def format_bytes(count: float) -> str:
    """Write a number of bytes with three digits: ``12.6 GiB``, ``512 KiB``, ``0 B``."""
    return _scaled(count, 1024, _BYTE_UNITS)


def _scaled(value: float, base: int, units: tuple[str, ...]) -> str:
    """The value in the largest unit of which it is at least one, as it is written."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    text = ""
    for power, unit in enumerate(units):
        text = f"{_three_digits(value / base**power)} {unit}".rstrip()
        # What rounds up to a whole one of the next unit is written as that.
        if round(value / base**power) < base:
            break
    return sign + text


def _three_digits(value: float) -> str:
    if value >= 100:
        return f"{value:.0f}"
    text = f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    return text.rstrip("0").rstrip(".")
