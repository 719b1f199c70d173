"""Numbers as people read and write them, the same in the terminal, on a page and in a report.

Parameters and operations are in powers of 1000, bytes in powers of 1024, times in units of a clock. Three significant
digits are shown. What is not known is ``None`` and reads as an empty text, so that a cell of a table stays empty.
"""

from __future__ import annotations

import math
import re

_COUNT_UNITS = ("", "K", "M", "B", "T", "P", "E")
_FLOP_UNITS = ("FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP", "PFLOP", "EFLOP")
_BYTE_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB")
_TIME_UNITS = ("ns", "µs", "ms", "s")
_MINUTE, _HOUR = 60, 3600
_SIZE = re.compile(r"\s*([0-9][0-9_,]{0,40}\.?[0-9]{0,40}(?:[eE][+]?[0-9]{1,2})?)\s*([kKmMbBgGtT]?)\s*")
_BYTES = re.compile(
    r"\s*([0-9][0-9_,]{0,40}\.?[0-9]{0,40}(?:[eE][+]?[0-9]{1,2})?)\s*(?:([kmgtKMGT])(i?)[bB]?|[bB])?\s*"
)
_SECONDS = re.compile(r"\s*([0-9]{1,12}(?:\.[0-9]{0,12})?)\s*(ms|s|m|min|h)?\s*")
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
    return _times(found[1], _FACTORS[found[2].lower()])


def parse_bytes(text: str) -> int:
    """Read a number of bytes: ``4GiB``, ``500MB``, ``1.5 G``, ``4294967296``.

    Args:
        text: Digits, perhaps with a point, an exponent or separators, then perhaps a unit, in either case: ``KiB``,
            ``MiB``, ``GiB`` and ``TiB`` are powers of 1024, ``KB`` (or ``K``), ``MB``, ``GB`` and ``TB`` of 1000.

    Returns:
        The number.

    Raises:
        ValueError: If the text is no such number.
    """
    found = _BYTES.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no number of bytes: write for example 4GiB, 500MB or 4294967296.")
    power = " kmgt".index(found[2].lower()) if found[2] else 0
    return _times(found[1], int((1024 if found[3] else 1000) ** power))


def parse_seconds(text: str) -> float:
    """Read a time: ``90``, ``90s``, ``2m``, ``1.5h``, ``500ms``.

    Returns:
        The seconds.

    Raises:
        ValueError: If the text is no time.
    """
    found = _SECONDS.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no time: write for example 90, 90s, 2m or 1.5h.")
    return float(found[1]) * {"ms": 1e-3, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}[found[2] or "s"]


def format_number(number: int | None) -> str:
    """Write a whole number in full, with its thousands apart: ``6,738,415,616``."""
    return "" if number is None else f"{number:,}"


def count_text(count: int, noun: str, plural: str | None = None) -> str:
    """Write how many there are of something: ``1 class``, ``830 classes``.

    Args:
        count: The number.
        noun: What is counted.
        plural: Its plural, where that is not the noun with an "s".
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def format_count(count: float | None) -> str:
    """Write a number of parameters or operations: ``6.74 B``, ``125 M``, ``999``."""
    return "" if count is None else _scaled(count, 1000, _COUNT_UNITS)


def format_bytes(count: float | None) -> str:
    """Write a number of bytes: ``12.6 GiB``, ``512 KiB``, ``0 B``."""
    return "" if count is None else _scaled(count, 1024, _BYTE_UNITS)


def format_flops(count: float | None) -> str:
    """Write a number of floating-point operations: ``1.69 TFLOP``."""
    return "" if count is None else _scaled(count, 1000, _FLOP_UNITS)


def format_flops_rate(per_second: float | None) -> str:
    """Write floating-point operations a second: ``1.2 GFLOP/s``."""
    return "" if per_second is None else f"{format_flops(per_second)}/s"


def format_duration(seconds: float | None) -> str:
    """Write a time: ``1.3 µs``, ``12.4 ms``, ``2.5 s``, ``1 min 30 s``, ``2 h 5 min``.

    Args:
        seconds: The time, in seconds. Below a hundredth of a nanosecond it is written as none.
    """
    if seconds is None:
        return ""
    sign, size = _parts(seconds)
    if _three_digits(size * 1e9) == "0":
        return "0 s"
    if size < _MINUTE and _three_digits(size) != str(_MINUTE):
        return sign + _scaled(size * 1e9, 1000, _TIME_UNITS)
    if round(size) < _HOUR:
        return sign + _clock(round(size), "min", "s")
    return sign + _clock(round(size / 60), "h", "min")


def format_rate(per_second: float | None, unit: str = "") -> str:
    """Write a throughput: ``1,234/s``, ``12.3 tokens/s``, ``0.025/s``.

    Args:
        per_second: How many a second. From a hundred on it is written as a whole number.
        unit: What is counted, in the plural.
    """
    if per_second is None:
        return ""
    sign, size = _parts(per_second)
    text = f"{size:,.0f}" if size >= 100 else _three_digits(size) if size >= 1 else _decimals(size)
    return f"{'' if text == '0' else sign}{text}{' ' if unit else ''}{unit}/s"


def format_percent(ratio: float | None, *, signed: bool = False) -> str:
    """Write a ratio in percent, with one decimal below 100: ``17.0 %``, ``0 %``; as a change ``+3.4 %``, ``-120 %``.

    Args:
        ratio: The ratio: 0.034 is 3.4 %.
        signed: Write a plus before what is above zero.
    """
    if ratio is None:
        return ""
    sign, size = _parts(100 * ratio)
    text = f"{size:,.0f}" if size >= 99.95 or not size else f"{size:.1f}"
    return f"{'' if float(text.replace(',', '')) == 0 else sign or '+' * signed}{text} %"


def _times(text: str, factor: int) -> int:
    """A number as it is written, times a factor; exact where it is whole."""
    number = text.replace("_", "").replace(",", "")
    return int(number) * factor if number.isdecimal() else round(float(number) * factor)


def _scaled(value: float, base: int, units: tuple[str, ...]) -> str:
    """The value in the largest unit of which it is at least one, as it is written."""
    sign, size = _parts(value)
    number, unit = "0", units[0]
    for power, unit in enumerate(units):  # noqa: B007  # the last one is used
        number = _three_digits(size / base**power)
        # What rounds up to a whole one of the next unit is written as that.
        if round(size / base**power) < base:
            break
    return f"{'' if number == '0' else sign}{number} {unit}".rstrip()


def _clock(count: int, large: str, small: str) -> str:
    """So many of the smaller unit, sixty of which are one of the larger."""
    whole, rest = divmod(count, 60)
    return f"{whole:,} {large} {rest} {small}" if rest else f"{whole:,} {large}"


def _parts(value: float) -> tuple[str, float]:
    """The sign, empty for none, and the size.

    Raises:
        ValueError: If the value is infinite or no number.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} is no quantity.")
    return "-" if value < 0 else "", abs(value)


def _three_digits(value: float) -> str:
    """At least one with three significant digits, smaller ones to a hundredth."""
    if value >= 100:
        return f"{value:.0f}"
    text = f"{value:.1f}" if value >= 10 else f"{value:.2f}"
    return text.rstrip("0").rstrip(".")


def _decimals(value: float) -> str:
    """A number below one with three significant digits, at most nine behind the point."""
    places = 9 if value == 0 else min(2 - math.floor(math.log10(value)), 9)
    return f"{value:.{places}f}".rstrip("0").rstrip(".")
