"""Which releases a name or a span stands for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import NotFoundError, UsageError
from catalog.sync import select_releases

AVAILABLE = ("2.0.0", "4.9.2", "4.10.0", "4.10.3", "4.39.0", "4.39.3", "5.0.0", "5.23.0")


def test_a_minor_release_stands_for_its_newest_patch():
    assert select_releases(AVAILABLE, names=["4.39"]) == ("4.39.3",)
    assert select_releases(AVAILABLE, names=["4.39.0"]) == ("4.39.0",)


def test_names_come_back_oldest_first_without_repeats():
    assert select_releases(AVAILABLE, names=["5.0.0", "4.10", "4.10.3"]) == ("4.10.3", "5.0.0")


def test_a_span_includes_both_ends_and_the_patches_of_the_last():
    assert select_releases(AVAILABLE, since="4.10", until="4.39") == ("4.10.0", "4.10.3", "4.39.0", "4.39.3")
    assert select_releases(AVAILABLE) == AVAILABLE


def test_an_unpublished_release_gets_suggestions():
    with pytest.raises(NotFoundError) as error:
        select_releases(AVAILABLE, names=["4.39.9"])
    assert "4.39.3" in error.value.suggestions


@given(st.text(max_size=12))
def test_any_text_is_a_release_or_a_clear_error(text):
    try:
        (chosen,) = select_releases(AVAILABLE, names=[text])
    except (NotFoundError, UsageError):
        return
    assert chosen in AVAILABLE
