"""Large numbers as people write and read them."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import quantities
from catalog.quantities import (
    count_text,
    format_bytes,
    format_count,
    format_duration,
    format_flops,
    format_flops_rate,
    format_number,
    format_percent,
    format_rate,
    parse_bytes,
    parse_seconds,
    parse_size,
)

Writer: TypeAlias = Callable[[Any], str]
WRITERS = [getattr(quantities, name) for name in vars(quantities) if name.startswith("format_")]
UNITS = {
    format_duration: {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1, "min": 60, "h": 3600},
    format_count: {unit: 1000**power for power, unit in enumerate(("", "K", "M", "B", "T", "P", "E"))},
    format_bytes: {unit: 1024**power for power, unit in enumerate(("B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"))},
    format_flops: {f"{unit}FLOP": 1000**power for power, unit in enumerate(("", "k", "M", "G", "T", "P", "E"))},
    format_flops_rate: {f"{unit}FLOP/s": 1000**power for power, unit in enumerate(("", "k", "M", "G", "T", "P", "E"))},
    format_rate: {"/s": 1},
    format_percent: {"%": 0.01},
}
AMOUNTS = st.floats(0, 1e18) | st.sampled_from([base**power for base in (1000, 1024) for power in range(6)])
TIMES = st.floats(1e-9, 1e7) | st.sampled_from([1e-6, 1e-3, 1.0, 60.0, 3600.0])


def read(text: str, write: Writer) -> float:
    """The value that a text stands for, in the units of what wrote it."""
    parts = re.findall(r"([0-9,.]+) ?([^ 0-9]*)", text)
    return sum(float(number.replace(",", "")) * UNITS[write][unit] for number, unit in parts)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("7B", 7 * 10**9),
        ("1.5e9", 15 * 10**8),
        ("125_000_000", 125_000_000),
        ("1,000", 1000),
        ("0", 0),
        (" 2 m ", 2_000_000),
        ("1T", 10**12),
        ("3k", 3000),
    ],
)
def test_sizes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert parse_size(text) == size


@given(st.text(max_size=20))
def test_a_size_is_a_number_or_refused(text: str) -> None:
    try:
        size = parse_size(text)
    except ValueError:
        return
    assert size >= 0


@pytest.mark.parametrize("text", ["9" * 5000, "9" * 5000 + ".", "", "-1", "7X", "nan", "1e999", "\u0663", "1.2.3"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number of parameters"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("4GiB", 4 * 2**30), ("1.5 g", 1_500_000_000), ("500MB", 500 * 10**6), ("2kib", 2048), ("4294967296", 2**32),
        ("1e9", 10**9), ("12 B", 12), ("1_000", 1000), ("3T", 3 * 10**12), ("0", 0),
    ],
)  # fmt: skip
def test_bytes_are_read_as_people_write_them(text: str, size: int) -> None:
    assert parse_bytes(text) == size


@pytest.mark.parametrize("text", ["", "-1", "GiB", "4 GiBs", "4PB", "1.2.3", "nan", "9" * 5000, "\u0663"])
def test_what_is_no_number_of_bytes_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number of bytes"):
        parse_bytes(text)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("2m", 120), ("2 min", 120), ("1.5h", 5400), ("500ms", 0.5), ("0", 0)],
)
def test_times_are_read_as_people_write_them(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "-1", "h", "2 d", "1e3", "1:30", "nan", "inf", "9" * 40, "\u0663"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no time"):
        parse_seconds(text)


@given(st.integers(0, 2**40))
def test_written_bytes_are_read_back_to_three_digits(count: int) -> None:
    assert parse_bytes(format_bytes(count)) == pytest.approx(count, rel=0.0051)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0"), (7, "7"), (999, "999"), (1000, "1 K"), (1_200_000_000, "1.2 B"), (6_738_415_616, "6.74 B"),
        (99_960, "100 K"), (999_499, "999 K"), (999_500, "1 M"), (999_999_999, "1 B"), (10**12, "1 T"),
        (2 * 10**15, "2 P"), (5 * 10**21, "5000 E"), (-125_000_000, "-125 M"),
    ],
)  # fmt: skip
def test_counts_have_three_digits_and_a_unit(count: int, text: str) -> None:
    assert format_count(count) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"), (1023, "1023 B"), (1024, "1 KiB"), (524_288, "512 KiB"), (2**20 - 1, "1 MiB"),
        (8_160_437_862, "7.6 GiB"), (13_476_831_232, "12.6 GiB"), (2**70, "1024 EiB"), (-(2**31), "-2 GiB"),
    ],
)  # fmt: skip
def test_bytes_have_three_digits_and_a_unit(count: int, text: str) -> None:
    assert format_bytes(count) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"), (1e-15, "0 s"), (-1e-15, "0 s"), (5.5e-10, "0.55 ns"), (1.3e-6, "1.3 µs"), (0.01239, "12.4 ms"),
        (0.99949, "999 ms"), (0.9996, "1 s"), (2.5, "2.5 s"), (2.504, "2.5 s"), (59.94, "59.9 s"), (59.96, "1 min"),
        (90, "1 min 30 s"), (3599.4, "59 min 59 s"), (3599.6, "1 h"), (7500, "2 h 5 min"), (3600 * 1500, "1,500 h"),
        (-0.0124, "-12.4 ms"), (-90, "-1 min 30 s"),
    ],
)  # fmt: skip
def test_times_have_three_digits_and_a_unit_of_a_clock(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@pytest.mark.parametrize(
    ("per_second", "unit", "text"),
    [
        (0, "", "0/s"), (1234.4, "", "1,234/s"), (99.96, "", "100/s"), (12.34, "tokens", "12.3 tokens/s"),
        (2.5, "", "2.5/s"), (0.99996, "", "1/s"), (0.0254, "samples", "0.0254 samples/s"), (1e-12, "", "0/s"),
        (12_345_678.9, "tokens", "12,345,679 tokens/s"), (-1e-12, "", "0/s"),
    ],
)  # fmt: skip
def test_throughputs_are_written_a_second(per_second: float, unit: str, text: str) -> None:
    assert format_rate(per_second, unit) == text


@pytest.mark.parametrize(
    ("ratio", "text", "signed"),
    [
        (0.034, "3.4 %", "+3.4 %"), (-0.0345, "-3.5 %", "-3.5 %"), (0, "0 %", "0 %"), (0.0004, "0.0 %", "0.0 %"),
        (-0.0004, "0.0 %", "0.0 %"), (0.17, "17.0 %", "+17.0 %"),
        (1, "100 %", "+100 %"), (0.9996, "100 %", "+100 %"), (12.5, "1,250 %", "+1,250 %"),
    ],
)  # fmt: skip
def test_ratios_are_written_in_percent(ratio: float, text: str, signed: str) -> None:
    assert format_percent(ratio) == text
    assert format_percent(ratio, signed=True) == signed


@pytest.mark.parametrize(
    ("count", "text"), [(0, "0 FLOP"), (999, "999 FLOP"), (12_345, "12.3 kFLOP"), (1.69e12, "1.69 TFLOP")]
)
def test_operations_have_three_digits_and_a_unit(count: float, text: str) -> None:
    assert format_flops(count) == text
    assert format_flops_rate(count) == f"{text}/s"


def test_whole_numbers_are_written_in_full() -> None:
    assert format_number(6_738_415_616) == "6,738,415,616"


@pytest.mark.parametrize("write", WRITERS)
def test_what_is_not_known_is_empty(write: Writer) -> None:
    assert write(None) == ""


@pytest.mark.parametrize("write", [write for write in WRITERS if write is not format_number])
@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_no_quantity_is_refused(write: Writer, value: float) -> None:
    with pytest.raises(ValueError, match="is no quantity"):
        write(value)


@pytest.mark.parametrize("write", UNITS)
@given(data=st.data())
def test_what_is_written_is_right_to_its_last_digit_and_in_order(write: Writer, data: st.DataObject) -> None:
    amounts = TIMES if write is format_duration else AMOUNTS
    low, high = sorted((data.draw(amounts), data.draw(amounts)))
    assert read(write(low), write) <= read(write(high), write)
    # Three digits are right to half of the last; hours and minutes to half a minute, small numbers to half a hundredth.
    smallest = 5e-12 if write is format_duration else 0.0051
    assert read(write(high), write) == pytest.approx(high, rel=0.0084, abs=smallest)


@given(TIMES)
def test_a_time_never_has_a_thousand_of_a_unit_nor_sixty(seconds: float) -> None:
    assert not re.search(r"\b(1000 [nµm]?s|60 (s|min))", format_duration(seconds))


@pytest.mark.parametrize("write", UNITS)
@given(amount=st.floats(0, 1e9) | st.floats(0, 1e-2))
def test_only_what_is_not_written_as_zero_has_a_sign(write: Writer, amount: float) -> None:
    zero = read(write(amount), write) == 0
    assert write(-amount) == (write(amount) if zero else f"-{write(amount)}")


@given(st.integers(0, 10**15 - 10**12))
def test_a_written_count_is_read_back_to_three_digits(count: int) -> None:
    assert parse_size(format_count(count)) == pytest.approx(count, rel=0.0051)


@pytest.mark.parametrize(("count", "text"), [(0, "0 classes"), (1, "1 class"), (1234, "1,234 classes")])
def test_counts_agree_with_their_noun(count: int, text: str) -> None:
    assert count_text(count, "class", "classes") == text
