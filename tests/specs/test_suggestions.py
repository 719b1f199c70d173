"""Near names: which count, in which order, and when one is clearly meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.specs.suggestions import Likeness, alignment_distance, clear_winner, either, nearest, quoted, words

NAMES = (
    "hidden_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "attention_dropout",
    "hidden_dropout_prob", "vocab_size", "eos_token_id", "bos_token_id", "n_head", "rms_norm_eps",
)  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("hiden_size", "hidden_size"),
        ("hidden-size", "hidden_size"),
        ("hiddenSize", "hidden_size"),
        ("HIDDEN_SIZE", "hidden_size"),
        ("hidden_sizes", "hidden_size"),
        ("size_hidden", "hidden_size"),
        ("num_hidden_layer", "num_hidden_layers"),
        ("hidden_layers_num", "num_hidden_layers"),
        ("num_attnetion_heads", "num_attention_heads"),
        ("nhead", "n_head"),
        ("rms_norm_epss", "rms_norm_eps"),
    ],
)
def test_slip_has_a_clear_winner(written: str, meant: str) -> None:
    assert clear_winner(nearest(written, NAMES)) == meant


@pytest.mark.parametrize("written", ["aos_token_id", "foo", "d_model", "sliding_window", ""])
def test_what_is_as_near_to_two_or_to_none_has_no_winner(written: str) -> None:
    assert clear_winner(nearest(written, NAMES)) is None


def test_nearest_come_first() -> None:
    assert [likeness.name for likeness in nearest("eos_token_ids", NAMES)] == ["eos_token_id", "bos_token_id"]


@pytest.mark.parametrize(
    ("left", "right", "distance"),
    [("kitten", "sitting", 3), ("ab", "ba", 1), ("same", "same", 0), ("abc", "", 3), ("", "", 0), ("ca", "abc", 3)],
)
def test_distance_counts_edits_and_swaps_of_neighbours(left: str, right: str, distance: int) -> None:
    assert alignment_distance(left, right, 10) == distance


@given(st.text("abcd", max_size=8), st.text("abcd", max_size=8), st.integers(0, 4))
def test_distance_is_symmetric_and_bounded(left: str, right: str, largest: int) -> None:
    distance = alignment_distance(left, right, largest)
    assert distance == alignment_distance(right, left, largest)
    assert 0 <= distance <= largest + 1
    assert (distance == 0) == (left == right)


@given(st.text(max_size=30), st.lists(st.text(max_size=30), max_size=8))
def test_any_names_can_be_compared(written: str, names: list[str]) -> None:
    found = nearest(written, names)
    assert len(found) <= 3
    assert all(likeness.name in names and likeness.name != written for likeness in found)


def test_words_of_a_name() -> None:
    assert words("numHiddenLayers") == ["num", "hidden", "layers"]
    assert words("RMSNorm-eps_2") == ["rms", "norm", "eps", "2"]


def test_lists_in_words() -> None:
    assert either(["a"]) == "a"
    assert either(["a", "b", "c"]) == "a, b or c"
    assert quoted(["a", "b"]) == "'a' or 'b'"


@pytest.mark.parametrize("written", ["hіdden_sіze", "ｈｉｄｄｅｎ_size", "hidden_size\u200b", "hiddеn size"])
def test_letter_that_only_looks_like_another_is_no_distance(written: str) -> None:
    assert nearest(written, ["hidden_size", "head_dim"])[0] == Likeness("hidden_size", 0)
