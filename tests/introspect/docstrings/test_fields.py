from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.introspect.docstrings.constants import fold_constant
from catalog.introspect.docstrings.fields import MAX_LENGTH, parse_default, parse_head

HEADS = [
    # head, type, optional, default text, default, literal
    ("`int`, *optional*, defaults to `32000`", "int", True, "32000", 32000, True),
    ("`int`, *optional*, defaults to 32000", "int", True, "32000", 32000, True),
    (":obj:`int`, `optional`, defaults to 30522", "int", True, "30522", 30522, True),
    (":obj:`int`, optional, defaults to :obj:`30522`", "int", True, "30522", 30522, True),
    ("obj:`float`, `optional`, defaults to 0.1", "float", True, "0.1", 0.1, True),
    ("`str` or `function`, *optional*, defaults to `\"gelu\"`", "str or function", True, '"gelu"', "gelu", True),
    ("`str`, *optional*, defaults to `silu`", "str", True, "silu", "silu", False),
    ("`Union[int, list[int]]`, *optional*, defaults to `2`", "Union[int, list[int]]", True, "2", 2, True),
    ("`Union[~rope_utils.Parameters, dict]`, *optional*", "Union[Parameters, dict]", True, None, None, False),
    ("`bool`, defaults to `True`", "bool", False, "True", True, True),
    ("`bool`, *optional*, defaults to False, *optional*", "bool", True, "False", False, True),
    ("`bool`, defaults to `False`, *optional*, defaults to `True`", "bool", True, "True", True, True),
    ("`int`, optional, *optional*, defaults to 32", "int", True, "32", 32, True),
    ("`str, `optional`, defaults to `\"gelu\"`", "str", True, '"gelu"', "gelu", True),
    ("`float`, *optional*, defaults to 1e-5", "float", True, "1e-5", 1e-5, True),
    ("`float`, *optional*, default to -1", "float", True, "-1", -1, True),
    ("`float`, *optional*, defaults to 2048^-0.5", "float", True, "2048^-0.5", 2048**-0.5, True),
    ("`tuple`, *optional*, defaults to `(0.0, inf)`", "tuple", True, "(0.0, inf)", [0.0, {"$float": "inf"}], True),
    ("`list[int]`, *optional*, defaults to `[2]`", "list[int]", True, "[2]", [2], True),
    ('`dict`, *optional*, defaults to `{"a": 1}`', "dict", True, '{"a": 1}', {"a": 1}, True),
    ("`int`, *optional*, defaults to `num_channels`", "int", True, "num_channels", "num_channels", False),
    ("`float`, *optional*, defaults to 0.707 (which is about `sqrt(x)`", "float", True, "0.707", 0.707, True),
    ("`str`, *optional*, defaults to `None`", "str", True, "None", None, True),
    ("`str`, *optional*, defaults to `\"\"`", "str", True, '""', "", True),
    ("`int`", "int", False, None, None, False),
    ("", None, False, None, None, False),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "optional", "words", "default", "literal"), HEADS)
def test_heads_as_transformers_writes_them(text, kind, optional, words, default, literal):
    head = parse_head(text)
    assert head.type_text == kind
    assert head.optional is optional
    assert head.default_text == words
    assert head.default == default
    assert head.default_is_literal is literal


@pytest.mark.parametrize("text", ["1" * 5000, "9**9**9", "'a' * 10**9", "[0] * 10**8", "(" * 500, "1/0"])
def test_defaults_that_must_not_be_evaluated_stay_text(text):
    assert parse_default(text) == (text, False)


def test_a_very_long_head_is_cut():
    assert len(parse_head("x" * 10 * MAX_LENGTH).type_text or "") <= MAX_LENGTH


def test_names_stand_for_values_only_where_they_are_given():
    import ast

    node = ast.parse("hidden_size // num_heads", mode="eval").body
    assert fold_constant(node, {"hidden_size": 96, "num_heads": 12}) == 8
    with pytest.raises(ValueError, match="not a constant"):
        fold_constant(node)


@given(st.text(max_size=300))
def test_any_text_makes_a_head(text):
    head = parse_head(text)
    assert head.default_text is None or head.default_text.strip()


literals = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**9), 10**9)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("abcdefgh_-", max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(literals)
def test_every_literal_is_read_back(value):
    head = parse_head(f"`Any`, *optional*, defaults to `{value!r}`")
    assert head.default_is_literal
    if isinstance(value, float):
        assert math.isclose(head.default, value)
    else:
        assert head.default == value
