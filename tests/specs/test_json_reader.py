"""JSON becomes nodes with positions; plain slips are reported and passed over."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.records import Json
from catalog.specs.diagnostics import Finding
from catalog.specs.faults import Limits, Log
from catalog.specs.fixing import apply_fixes
from catalog.specs.json_reader import read_json
from catalog.specs.loading import load_text
from catalog.specs.nodes import Mapping, Node, Scalar, Sequence, Span, to_value
from catalog.specs.positions import Positions


def _read(text: str) -> tuple[Json, list[Finding]]:
    log = Log("config.json")
    root = read_json(text, log)
    return None if root is None else to_value(root), log.findings


def test_keys_and_values_know_where_they_stand() -> None:
    root = read_json('{\n\t"a": [1, "🙂"],\r\n  "b": {"c": true}}', Log("config.json"))
    assert isinstance(root, Mapping)
    first, second = root.entries
    assert root.span == Span(1, 1, 3, 20)
    assert (first.key_span, first.value.span) == (Span(2, 2, 2, 5), Span(2, 7, 2, 15))
    assert isinstance(first.value, Sequence)
    assert first.value.items[1].span == Span(2, 11, 2, 14)
    assert second.key_span == Span(3, 3, 3, 6)


def test_numbers_that_python_writes_are_read() -> None:
    value, findings = _read(
        '{"a": NaN, "b": Infinity, "c": -Infinity, "d": -0, "e": 1E5, "f": 10000000000000000000000}'
    )
    assert isinstance(value, dict)
    assert math.isnan(value.pop("a"))
    assert value == {"b": math.inf, "c": -math.inf, "d": 0, "e": 1e5, "f": 10**22}
    assert not findings


@pytest.mark.parametrize(
    ("text", "value", "fixed"),
    [
        ('{"a": 1,}', {"a": 1}, '{"a": 1}'),
        ("[1, 2 , ]", [1, 2], "[1, 2  ]"),
        ('{"a": 1 "b": 2}', {"a": 1, "b": 2}, '{"a": 1, "b": 2}'),
        ("[1 2]", [1, 2], "[1, 2]"),
        ("{a: 1}", {"a": 1}, '{"a": 1}'),
        ("{'a': 'b'}", {"a": "b"}, '{"a": "b"}'),
        ('{"a": True, "b": None}', {"a": True, "b": None}, '{"a": true, "b": null}'),
    ],
)
def test_plain_slip_is_reported_passed_over_and_mended(text: str, value: Json, fixed: str) -> None:
    found, findings = _read(text)
    assert found == value
    assert {finding.code for finding in findings} == {"C002"}
    result = apply_fixes(text, findings)
    assert result.text == fixed
    assert json.loads(result.text) == value


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("{", (1, 1), "never closed"),
        ('{"a": [1}', (1, 9), "closes what '[' on line 1 began"),
        ("[1,,2]", (1, 4), "value is missing"),
        ('{"a" 1}', (1, 6), "':' is missing"),
        ('{"a": "x\n"}', (1, 7), "not closed"),
        ('{"a": @}', (1, 7), "cannot begin with '@'"),
        ('{"a": 1} x', (1, 10), "More text"),
        ('{"a": 01}', (1, 7), "no number"),
        ('{"a": +1}', (1, 7), "no number"),
        ('{"a": foo}', (1, 7), "in quotes"),
        ('{"a": "\\q"}', (1, 8), "escape"),
        ('{"a": "x\ty"}', (1, 9), "tab"),
        ("// x\n{}", (1, 1), "no comments"),
        ('{"a": 1;}', (1, 8), "expected"),
        ('{"a": 1, ;}', (1, 10), "key was expected"),
    ],
)
def test_fault_is_found_at_its_place(text: str, place: tuple[int, int], words: str) -> None:
    _, findings = _read(text)
    assert len(findings) == 1
    assert (findings[0].code, (findings[0].span.line, findings[0].span.column)) == ("C002", place)
    assert words in findings[0].message


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000])
def test_deep_nesting_is_refused(text: str) -> None:
    _, findings = _read(text)
    assert [finding.code for finding in findings] == ["C005"]


def test_refused_text_is_not_called_empty_as_well() -> None:
    for text in ("[" * 200, "{", '{"a" 1}'):
        assert len(load_text(text, "config.json").findings) == 1


def test_number_of_values_is_limited() -> None:
    log = Log("config.json")
    assert read_json('{"a": [1, 2, 3, 4]}', log, Limits(nodes=4)) is None
    assert [finding.code for finding in log.findings] == ["C005"]


@pytest.mark.parametrize("text", ["1" * 4301, "1E999", '"\\ud800"', '"x\\udfffy"'])
def test_value_that_python_cannot_hold_is_reported(text: str) -> None:
    value, findings = _read(text)
    assert [finding.code for finding in findings] == ["C013"]
    if isinstance(value, str):
        value.encode()


def test_repeated_key_is_reported_and_the_last_one_counts() -> None:
    value, findings = _read('{"a": 1, "a": 2}')
    assert value == {"a": 2}
    assert [finding.code for finding in findings] == ["C003"]


_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(_JSON, st.sampled_from([None, 0, 2, "\t"]), st.booleans())
def test_what_python_writes_is_read_back(value: Json, indent: int | str | None, ascii_only: bool) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    found, findings = _read(text)
    assert json.dumps(found) == json.dumps(value)
    assert not findings


@given(_JSON, st.sampled_from([None, 0, 2, "\t"]))
def test_every_value_stands_where_it_says(value: Json, indent: int | str | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    positions = Positions(text)

    def check(node: Node) -> None:
        start, end = positions.range(node.span)
        assert json.dumps(json.loads(text[start:end])) == json.dumps(to_value(node))
        if isinstance(node, Scalar):
            assert text[start:end] == node.text
        elif isinstance(node, Sequence):
            for item in node.items:
                check(item)
        else:
            for entry in node.entries:
                first, last = positions.range(entry.key_span)
                assert json.loads(text[first:last]) == entry.key
                check(entry.value)

    root = read_json(text, Log("config.json"))
    assert root is not None
    check(root)


@given(st.text(alphabet="{}[],:\"'0123456789.eE+-truefalsn\\ \n\t/#*a", max_size=40))
def test_only_json_is_read_without_a_finding(text: str) -> None:
    found, findings = _read(text)
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        assert findings or not text.strip()
    else:
        assert json.dumps(found) == json.dumps(value)
        assert not [finding for finding in findings if finding.code == "C002"]
