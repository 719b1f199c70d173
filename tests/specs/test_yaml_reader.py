"""YAML becomes nodes with positions; what is wrong with it is a finding with a place and a remedy."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.records import Json
from catalog.specs import yaml_reader
from catalog.specs.diagnostics import Finding
from catalog.specs.faults import Limits, Log
from catalog.specs.nodes import Mapping, Node, Scalar, Sequence, Span, to_value
from catalog.specs.positions import Positions
from catalog.specs.yaml_reader import read_yaml


def _read(text: str) -> tuple[list[Json], list[Finding]]:
    log = Log("spec.yaml")
    documents = read_yaml(text, log)
    return [None if document.root is None else to_value(document.root) for document in documents], log.findings


def _root(text: str) -> Mapping:
    root = read_yaml(text, Log("spec.yaml"))[0].root
    assert isinstance(root, Mapping)
    return root


def _only(text: str) -> Finding:
    _, findings = _read(text)
    assert len(findings) == 1
    return findings[0]


def test_keys_and_values_know_where_they_stand() -> None:
    root = _root("model_type: bert\nparams:\n  größe: '大'  # x\n  list: [1, {a: 2}]\n")
    params = root.entries[1].value
    assert isinstance(params, Mapping)
    assert root.entries[0].key_span == Span(1, 1, 1, 11)
    assert root.entries[0].value.span == Span(1, 13, 1, 17)
    assert params.entries[0].key_span == Span(3, 3, 3, 8)
    assert params.entries[0].value.span == Span(3, 10, 3, 13)
    assert params.entries[1].value.span == Span(4, 9, 4, 20)
    assert params.span == Span(3, 3, 4, 20)


def test_columns_count_characters_not_bytes() -> None:
    assert _root("a: 🙂🙂 x\nb: 1\n").entries[0].value.span == Span(1, 4, 1, 8)


def test_lines_count_as_in_an_editor() -> None:
    root = _root("a: x\u2028 y\r\nb: 1\rc: 2\n")
    assert [entry.key_span.line for entry in root.entries] == [1, 2, 3]


def test_scalar_knows_its_source_text() -> None:
    values = [
        entry.value
        for entry in _root("a: 1e-5\nb: \"x\\n\"\nc: &n 'q'\nd: !!str 5\ne: |\n  one\n  two\n\nf: 1\n").entries
    ]
    assert [value.text for value in values if isinstance(value, Scalar)] == [
        "1e-5", '"x\\n"', "'q'", "5", "|\n  one\n  two", "1",
    ]  # fmt: skip
    assert [value.quoted for value in values if isinstance(value, Scalar)] == [False, True, True, True, True, False]
    assert values[4].span == Span(5, 4, 7, 6)


def test_several_documents_and_empty_ones() -> None:
    values, findings = _read("a: 1\n---\n---\nb: 2\n...\n")
    assert values == [{"a": 1}, None, {"b": 2}]
    assert not findings


def test_broken_document_does_not_hide_the_next_one() -> None:
    values, findings = _read("a: @\n---\nb: 2\n---\nc: {\n---\nd: 4\n")
    assert values == [None, {"b": 2}, None, {"d": 4}]
    assert [(finding.code, finding.span.line) for finding in findings] == [("C002", 1), ("C002", 6)]


def test_merge_keys_are_merged_and_own_keys_win() -> None:
    values, findings = _read(
        "- &a {x: 1, y: 1}\n- &b {y: 2, z: 2}\n- <<: *a\n  y: 3\n- <<: [*a, *b]\n- <<: *b\n  <<: *a\n"
    )
    assert values == [
        [{"x": 1, "y": 1}, {"y": 2, "z": 2}, {"x": 1, "y": 3}, {"x": 1, "y": 1, "z": 2}, {"x": 1, "y": 2, "z": 2}]
    ]
    assert not findings


def test_quoted_merge_key_is_an_ordinary_key() -> None:
    assert _read('"<<": {a: 1}\n') == ([{"<<": {"a": 1}}], [])


def test_ambiguous_scalars_are_noted_with_their_place() -> None:
    document = read_yaml("a: 1e-5\nno: x\nb: [yes]\n<<: {c: 1}\n", Log("spec.yaml"))[0]
    assert [(found.text, found.span.line, found.is_key) for found in document.ambiguous] == [
        ("1e-5", 1, False), ("no", 2, True), ("yes", 3, False),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "place", "words"),
    [
        ("a:\n\tb: 1\n", "C014", (2, 1), "tab"),
        ("a: 1\n\tb: 2\n", "C014", (2, 1), "tab"),
        ("a: b: c\n", "C002", (1, 5), "second ': '"),
        ("a: 1\n  b: 2\n", "C002", (2, 3), "indented deeper than line 1"),
        ("model_type bert\nparams:\n", "C002", (1, 1), "no ': '"),
        ("a: 'x\nb: 1\n", "C002", (1, 4), "never closed"),
        ("a: [1, 2\n", "C002", (1, 4), "'[' is never closed"),
        ("a: {b: 1 c: 2}\n", "C002", (1, 11), "missing"),
        ("a: [1,,2]\n", "C002", (1, 7), "value is missing"),
        ("a: @x\n", "C002", (1, 4), "cannot begin with '@'"),
        ("a: `x`\n", "C002", (1, 4), "backtick"),
        ("a: %x\n", "C002", (1, 4), "'%'"),
        ("a: \"C:\\data\"\n", "C002", (1, 7), "escape"),
        ("a: *\n", "C002", (1, 4), "alias"),
        ("a: *x\n", "C002", (1, 4), "names no anchor"),
        ("a:\n  - b\n - c\n", "C002", (3, 2), "indentation"),
        ("- a\nb: 1\n", "C002", (2, 1), "'- '"),
        ("a: -\n", "C002", (1, 4), "list item"),
        ("a: \x07\n", "C002", (1, 4), "U+0007"),
        ("a: !x!y z\n", "C002", (1, 4), "tag"),
        ("a: &x {k: *x}\n", "C011", (1, 11), "never end"),
        ("a: {<<: 5}\n", "C012", (1, 5), "'<<'"),
        ("a: !!python/object:os.system {}\n", "C010", (1, 4), "not supported"),
        ("a: !!int x\n", "C010", (1, 10), "no int"),
        ("? [a]\n: 1\n", "C008", (1, 3), "list cannot be a key"),
        ("~: 1\n", "C008", (1, 1), "null"),
        ("1.5: 1\n", "C008", (1, 1), "number"),
        ("a: 1\nb: 2\na: 3\n", "C003", (3, 1), "line 1"),
        ("a: 1e999\n", "C013", (1, 4), "larger"),
        ("a: !!float 1" + "0" * 400, "C013", (1, 12), "larger"),
    ],
)  # fmt: skip
def test_fault_is_found_at_its_place(text: str, code: str, place: tuple[int, int], words: str) -> None:
    finding = _only(text)
    assert (finding.code, (finding.span.line, finding.span.column)) == (code, place)
    assert words in finding.message


def test_value_of_an_unknown_tag_is_read_without_it() -> None:
    values, findings = _read("a: !!integer 5\nb: !x '5'\n")
    assert values == [{"a": 5, "b": "5"}]
    assert [finding.code for finding in findings] == ["C010", "C010"]


def test_equal_duplicate_is_only_a_warning() -> None:
    assert _only("a: {b: 1}\na: {b: 1}\n").severity == "warning"
    assert _only("a: 1\na: true\n").severity == "error"


def test_whole_numbers_are_keys_and_quoting_mends_others() -> None:
    assert _read("0: a\n1: b\n") == ([{"0": "a", "1": "b"}], [])
    fix = _only("true: 1\n").fix
    assert fix is not None
    assert fix.edits[0].text == '"true"'


@pytest.mark.parametrize("text", ["a: " + "[" * 100_000, "- " * 50_000, "? " * 50_000, "a: " + "{x: " * 50_000])
def test_deep_nesting_is_refused(text: str) -> None:
    assert _only(text).code == "C005"


def test_alias_bomb_is_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"{chr(98 + i)}: &{chr(98 + i)} [{', '.join(['*' + chr(97 + i)] * 10)}]" for i in range(12)]
    assert _only("\n".join(lines)).code == "C005"


def test_merge_bomb_is_refused() -> None:
    keys = ", ".join(f"k{i}: 1" for i in range(1000))
    text = f"a: &a {{{keys}}}\nb: {{<<: [{', '.join(['*a'] * 1000)}]}}\n"
    assert _only(text).code == "C005"


def test_number_of_values_is_limited() -> None:
    log = Log("spec.yaml")
    read_yaml("[1, 2, 3, 4]", log, Limits(nodes=4))
    assert [finding.code for finding in log.findings] == ["C005"]


def test_same_is_read_without_libyaml(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: 1e-5\nb: &x [yes, 'q', |\n  z]\nc: {d: *x}\n".replace("|\n  z", "z")
    fast = read_yaml(text, Log("spec.yaml"))
    monkeypatch.setattr(yaml_reader, "_parser", None)
    assert read_yaml(text, Log("spec.yaml")) == fast
    assert _only("a: [1\nb: 2\n").code == "C002"
    assert _only("a: 'x\n").span.line == 1


# PyYAML writes a "next line" in quotes, where it reads it as a line end.
_TEXT = st.text(st.characters(exclude_characters="\x85\u2028\u2029", exclude_categories=["Cs"]), max_size=8)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(_JSON)
def test_what_pyyaml_writes_is_read_back(value: Json) -> None:
    text = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
    values, findings = _read(text)
    assert [json.dumps(found) for found in values] == [json.dumps(value)]
    assert not [finding for finding in findings if finding.severity == "error"]


@given(_JSON)
def test_every_scalar_stands_where_it_says(value: Json) -> None:
    text = yaml.safe_dump({"root": value}, allow_unicode=True)
    positions = Positions(text)

    def check(node: Node) -> None:
        start, end = positions.range(node.span)
        if isinstance(node, Scalar):
            assert text[start:end] == node.text
        elif isinstance(node, Sequence):
            for item in node.items:
                check(item)
                assert start <= positions.range(item.span)[0] <= positions.range(item.span)[1] <= end
        else:
            for entry in node.entries:
                check(entry.value)

    root = read_yaml(text, Log("spec.yaml"))[0].root
    assert root is not None
    check(root)
