"""Large numbers as people write and read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.quantities import format_bytes, format_count, parse_size


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


@given(st.integers(0, 10**15 - 10**12))
def test_a_written_count_is_read_back_to_three_digits(count: int) -> None:
    assert parse_size(format_count(count)) == pytest.approx(count, rel=0.0051)
