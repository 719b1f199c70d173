from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.introspect.docstrings import credible_choices
from catalog.introspect.docstrings.choices import find_choices

ENUMERATIONS = [
    ('Can be one of `["relative", "metric"]`.', ("relative", "metric")),
    ('Available options are [`"mean"`, `"max"`]', ("mean", "max")),
    ('Could be either "student_t", "normal" or "negative_binomial".', ("student_t", "normal", "negative_binomial")),
    ('Should be one of "replace", or "add", or "remove".', ("replace", "add", "remove")),
    ("Can be one of ['bos', 'mean', 'late'].", ("bos", "mean", "late")),
    ("Can be 'pixelshuffle'/'nearest+conv'/None.", ("pixelshuffle", "nearest+conv", None)),
    ('Can be either `"valid"`, `"same"`, or `None`.', ("valid", "same", None)),
    ("Can be specified to `relative` or `rotary` for relative embeddings.", ("relative", "rotary")),
    ('Options `"random"` and `"sincos"` are supported.', ("random", "sincos")),
    ('It can be either `"basic"` (for smaller models) or `"bottleneck"` (for larger ones).', ("basic", "bottleneck")),
    (
        'Has to be one of the following options:\n\n- `"last"`: The last (as\n  XLNet).\n- `"first"`: This.\n',
        ("last", "first"),
    ),
    ("Must be one of `1` or `2`.", (1, 2)),
]  # fmt: skip


@pytest.mark.parametrize(("description", "choices"), ENUMERATIONS)
def test_enumerations_of_literals_are_found(description, choices):
    assert find_choices(description) == choices


@pytest.mark.parametrize(
    "description",
    [
        'The non-linear activation function. If string, `"gelu"`, `"relu"` and `"gelu_new"` are supported.',
        'It can be a combination of `["p2c", "c2p"]`, e.g. `["p2c"]`.',
        'One of `"a"`, `"b"`, etc.',
        'One of `"a"`, `"b"` or any other name.',
        'Can be `"auto"` to set it automatically.',
        "If `num_key_value_heads=1` the model will use MQA, either way.",
        'Type of feed forward layer to be used. Should be one of `"relu"` or `"gated-gelu"`.',
        'For example, one of `"a"` or `"b"`.',
        "Should be a list of integers, having the same length as `num_features`.",
        "",
    ],
)
def test_examples_and_prose_are_no_enumerations(description):
    assert find_choices(description) is None


def test_an_enumeration_must_fit_type_and_default():
    assert credible_choices(("a", "b"), kind="str", default="a")
    assert credible_choices(("a", "b"), kind={"union": ["str", "null"]}, default=None)
    assert credible_choices(("a", "b"), kind=None, default="b")
    assert not credible_choices(("a", "b"), kind="str", default="c")
    assert not credible_choices(("a", "b"), kind=None, default=None)
    assert not credible_choices(("a", "b"), kind={"list": "str"}, default=None)
    assert not credible_choices(("a", "b"), kind={"union": ["int", "str"]}, default="a")
    assert not credible_choices((1, 2), kind="str", default=None)
    assert not credible_choices(None, kind="str", default="a")


@given(st.text("one of:`\"',()[]- ab\n|/None", max_size=300))
def test_any_text_is_searched(text):
    choices = find_choices(text)
    assert choices is None or len(choices) > 1


@pytest.mark.parametrize("piece", ["one of `a`, ", "- `a`: b\n", "one of: \n\n\n", "can be " + " " * 900, '"a" or '])
def test_hostile_repetition_comes_to_an_end(piece):
    find_choices("one of:\n" + piece * 2000)
    find_choices(("one of:\n" + piece * 2000)[:3999])
