"""Identifiers and texts become words, the same way when they are written and when they are asked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.store.words import MAX_QUERY_WORDS, matches, name_words, query_words, squash, stem, text_words


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("rope_theta", {"rope", "theta", "ropetheta"}),
        ("LlamaConfig", {"llama", "config", "llamaconfig"}),
        ("XLMRobertaConfig", {"xlm", "roberta", "config", "xlmrobertaconfig"}),
        ("Wav2Vec2Config", {"wav2", "wav", "2", "vec2", "vec", "config", "wav2vec2config"}),
        ("num_key_value_heads", {"num", "key", "value", "heads", "numkeyvalueheads"}),
        ("GPTNeoXConfig", {"gpt", "neo", "x", "config", "gptneoxconfig"}),
        ("Llama4TextConfig", {"llama4", "llama", "4", "text", "config", "llama4textconfig"}),
        ("d_model", {"d", "model", "dmodel"}),
        ("bert", {"bert"}),
        ("é_bÀr", {"e", "bar", "ebar"}),
        ("__init__", {"init"}),
        ("___", set()),
    ],
)
def test_parts_of_identifiers_are_words(name, words):
    assert set(name_words(name)) == words


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("rope_theta", "rope_theta"),
        ("ropetheta", "rope_theta"),
        ("theta", "rope_theta"),
        ("rope", "rope_theta"),
        ("XLMRoBERTa", "XLMRobertaConfig"),
        ("xlm-roberta", "XLMRobertaConfig"),
        ("wav2vec2", "Wav2Vec2Config"),
        ("wav2vec", "Wav2Vec2Config"),
        ("llama", "Llama4Config"),
        ("llama 4", "Llama4Config"),
        ("head", "num_key_value_heads"),
        ("heads", "num_attention_head"),
        ("Épsilon", "layer_norm_epsilon"),
    ],
)
def test_a_query_answers_to_a_name(query, name):
    found = name_words(name)
    assert all(
        any(matches(word.whole, other) for other in found)
        or all(any(matches(part, other) for other in found) for part in word.parts)
        for word in query_words(query)
    )


def test_numbers_and_very_short_words_stand_for_themselves_only():
    assert not matches("4", "4096")
    assert not matches("x", "xlm")
    assert matches("xlm", "xlmroberta")


def test_a_text_gives_its_words_in_order_and_the_parts_of_its_identifiers():
    assert text_words("The base, `rope_theta`=1.") == ["the", "base", "rope", "theta", "ropetheta", "1"]


def test_words_that_say_nothing_are_left_out_where_others_remain():
    assert [word.whole for word in query_words("what is the base of the RoPE")] == ["base", "rope"]
    assert [word.whole for word in query_words("the")] == ["the"]


def test_a_long_query_is_cut():
    assert len(query_words(" ".join(f"word{n}" for n in range(1000)))) == MAX_QUERY_WORDS
    assert len(query_words("x" * 10_000)[0].whole) <= 64


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [("heads", "head"), ("classes", "class"), ("losses", "loss"), ("bias", "bia"), ("loss", "loss"), ("pos", "pos"),
     ("vocabularies", "vocabular"), ("radius", "radius"), ("axis", "axis")],
)  # fmt: skip
def test_plurals_are_taken_off_so_that_the_rest_is_a_prefix_of_both(word, stemmed):
    assert stem(word) == stemmed
    assert word.startswith(stemmed)


def test_words_that_names_cut_short_are_cut_likewise_and_still_find_the_long_form():
    for word, name in (("number", "num_layers"), ("dimensions", "head_dim"), ("epsilon", "layer_norm_eps")):
        assert any(matches(stem(word), part) for part in name_words(name)), word
        assert matches(stem(word), word)
    assert query_words("number of layers") == query_words("num of layers")


@given(st.text())
def test_words_are_letters_and_digits_whatever_the_text(text):
    words = [*text_words(text), *name_words(text), squash(text)]
    for query in query_words(text):
        words += [query.whole, *query.parts]
        assert query.whole
        assert query.parts
    assert all(character.isalnum() for word in words for character in word)
    assert all(len(word) <= 64 for word in text_words(text))


@given(st.text())
def test_a_text_answers_to_its_own_words(text):
    found = text_words(text[:1000])
    for word in query_words(text):
        assert any(matches(word.whole, other) for other in found)
