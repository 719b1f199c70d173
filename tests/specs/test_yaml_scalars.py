"""Plain scalars mean what YAML 1.2 says, and it is known what PyYAML would make of them."""

from __future__ import annotations

import math

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.specs.yaml_scalars import boolean_word, read_plain

_TAGS = {"tag:yaml.org,2002:" + tag: kind for tag, kind in {
    "null": "null", "bool": "bool", "int": "int", "float": "float", "str": "str",
    "timestamp": "date", "value": "other", "merge": "other",
}.items()}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-5", 1e-5), ("1E5", 1e5), ("1.5e3", 1500.0), (".5", 0.5), ("-.5", -0.5), ("1.", 1.0), ("+1", 1),
        ("012", 12),
        ("0o17", 15), ("0x1F", 31), ("-0", 0), ("00", 0), (".inf", math.inf), ("-.INF", -math.inf), ("+.inf", math.inf),
        ("~", None), ("", None), ("null", None), ("Null", None), ("true", True), ("FALSE", False),
        ("yes", "yes"), ("on", "on"), ("Off", "Off"), ("y", "y"), ("1_000", "1_000"), ("1:30", "1:30"),
        ("0b11", "0b11"),
        ("2020-01-01", "2020-01-01"), ("nan", "nan"), ("Infinity", "Infinity"), ("-0x1F", "-0x1F"), ("0o8", "0o8"),
        ("-", "-"), (".", "."), ("1e", "1e"), ("nUll", "nUll"), ("1 000", "1 000"), ("٣", "٣"),
    ],
)  # fmt: skip
def test_value_is_that_of_yaml_1_2(text: str, value: object) -> None:
    found, _ = read_plain(text)
    assert found == value
    assert type(found) is type(value)


def test_nan_is_a_float() -> None:
    found, ambiguity = read_plain(".nan")
    assert isinstance(found, float)
    assert math.isnan(found)
    assert ambiguity is None


@pytest.mark.parametrize(
    ("text", "there", "replacement", "safe"),
    [
        ("1e-5", "str", "1.0e-5", True),
        ("1e5", "str", "1.0e+5", True),
        ("1.5e3", "str", "1.5e+3", True),
        (".1E5", "str", "0.1e+5", True),
        ("-.5", "str", "-0.5", True),
        ("+.5", "str", "0.5", True),
        ("0o17", "str", "15", True),
        ("09", "str", "9", True),
        ("012", "int", "12", False),
        ("yes", "bool", '"yes"', True),
        ("1_000", "int", "1000", False),
        ("0b11", "int", "3", False),
        ("1_000.5", "float", "1000.5", False),
        ("1:30", "int", '"1:30"', True),
        ("2020-01-01", "date", '"2020-01-01"', True),
        ("=", "other", '"="', True),
    ],
)
def test_ambiguous_scalar_has_a_replacement(text: str, there: str, replacement: str, *, safe: bool) -> None:
    _, ambiguity = read_plain(text)
    assert ambiguity is not None
    assert (ambiguity.there, ambiguity.replacement, ambiguity.safe) == (there, replacement, safe)


@pytest.mark.parametrize("text", ["9" * 4301, "-" + "9" * 4301, "1e999", "-1.0e+999", "0x" + "f" * 5000])
def test_number_beyond_python_is_refused(text: str) -> None:
    with pytest.raises(OverflowError):
        read_plain(text)


def test_boolean_words_of_yaml_1_1_are_known() -> None:
    assert boolean_word("yes") is True
    assert boolean_word("Off") is False
    assert boolean_word("y") is None


_PLAIN = st.text(alphabet="0123456789+-.eExXoOb_:~ysnoTtrueflafINFd ", min_size=1, max_size=12).filter(
    lambda text: text == text.strip()
)


@given(_PLAIN)
def test_other_reading_is_what_pyyaml_resolves(text: str) -> None:
    resolved = yaml.SafeLoader("").resolve(yaml.ScalarNode, text, (True, False))  # type: ignore[no-untyped-call]
    try:
        value, ambiguity = read_plain(text)
    except OverflowError:
        return
    kind = ambiguity.there if ambiguity else {type(None): "null"}.get(type(value), type(value).__name__)
    assert kind == _TAGS[resolved]


@given(_PLAIN)
def test_safe_replacement_means_the_same_in_both_versions(text: str) -> None:
    try:
        value, ambiguity = read_plain(text)
    except OverflowError:
        return
    if ambiguity is None or ambiguity.replacement is None:
        return
    replacement = ambiguity.replacement
    there = yaml.safe_load(f"- {replacement}")[0]
    here, again = (replacement[1:-1], None) if replacement.startswith('"') else read_plain(replacement)
    assert again is None
    assert (type(here), here) == (type(there), there)
    if ambiguity.safe:
        assert (type(here), here) == (type(value), value)
