"""How values read in tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.cli.formats import (
    default_text,
    first_sentence,
    reflowed,
    shortened,
    unlinked,
    values_text,
)
from catalog.query import CatalogParameter


def parameter(**facts) -> CatalogParameter:
    return CatalogParameter(
        **{"name": "x", "type": None, "type_text": None, "default": None, "effective_default": None, **facts}
    )


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({"default": 4096, "effective_default": 4096}, "4096"),
        ({"default": None, "effective_default": 32}, "None -> 32"),
        ({"default": [1, 2], "effective_default": [1, 2]}, "[1, 2]"),
        ({"default": 0, "effective_default": 0.0}, "0"),
        ({"default": 0, "effective_default": False}, "0 -> False"),
        ({"required": True}, "required"),
        ({"default_known": False}, "?"),
        ({"default": {"$config": "CLIPConfig"}, "effective_default": {"$config": "CLIPConfig"}}, "CLIPConfig()"),
        ({"default": "gelu", "effective_default": "gelu"}, "'gelu'"),
    ],
)
def test_a_default_shows_what_construction_makes_of_it(facts, text: str) -> None:
    assert default_text(parameter(**facts)) == text


@pytest.mark.parametrize(
    ("facts", "text"),
    [
        ({}, ""),
        ({"choices": ("a", None, 1)}, "'a' | None | 1"),
        ({"choices": ()}, ""),
        ({"minimum": 0.0, "maximum": 1.0}, "0 .. 1"),
        ({"minimum": 1.0}, ">= 1"),
        ({"maximum": 0.5}, "<= 0.5"),
        ({"minimum": 0.0, "exclusive_minimum": True}, "> 0"),
        ({"minimum": 0.0, "maximum": 1.0, "exclusive_maximum": True}, ">= 0 and < 1"),
    ],
)
def test_a_range_reads_as_one(facts, text: str) -> None:
    assert values_text(parameter(**facts)) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Size of it. More.", "Size of it."),
        ("Kernels, e.g. GELU, i.e. smooth. More.", "Kernels, e.g. GELU, i.e. smooth."),
        ("Version 4.39.3 has it. More.", "Version 4.39.3 has it."),
        ("No end", "No end"),
        ("Is it so? Yes.", "Is it so?"),
        ("a\n  b.\n\nC.", "a b."),
        ("", ""),
        (None, ""),
    ],
)
def test_the_first_sentence_ends_where_a_reader_ends_it(text: str | None, sentence: str) -> None:
    assert first_sentence(text) == sentence


@given(st.text())
def test_the_first_sentence_begins_the_text(text: str) -> None:
    assert " ".join(text.split()).startswith(first_sentence(text))


@pytest.mark.parametrize(
    ("text", "plain", "with_address"),
    [
        ("see [paper](https://x.org/a) and", "see paper and", "see paper (https://x.org/a) and"),
        ("a [`LlamaModel`].", "a `LlamaModel`.", "a `LlamaModel`."),
        ("x[0](1) [bold]b[/bold]", "x[0](1) [bold]b[/bold]", "x[0](1) [bold]b[/bold]"),
    ],
)
def test_links_become_words(text: str, plain: str, with_address: str) -> None:
    assert unlinked(text) == plain
    assert unlinked(text, addresses=True) == with_address


def test_paragraphs_are_joined_and_lists_are_not() -> None:
    text = "One\ntwo.\n\nThree:\n- a\n  b\n- c\n1. d\n    code\n"
    assert reflowed(text) == "One two.\n\nThree:\n- a b\n- c\n1. d\n    code"


@given(st.text())
def test_reflowing_loses_no_word(text: str) -> None:
    assert reflowed(text).split() == text.split()


def test_long_cells_lose_their_middle() -> None:
    assert shortened("x" * 10) == "x" * 10
    assert len(shortened("abc" * 100)) <= 60
