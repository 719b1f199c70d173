"""No input makes reading crash, and whatever is read can be checked further, fixed and rendered."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.specs.faults import Log
from catalog.specs.files import decode
from catalog.specs.fixing import apply_fixes
from catalog.specs.loading import LoadedFile, load_mapping, load_text
from catalog.specs.nodes import to_value
from catalog.specs.positions import Positions, split_lines
from catalog.specs.report import Report, in_order
from catalog.specs.reporters import FORMATS, render
from catalog.specs.suppression import suppress

WORDS = [
    "model_type", "params", "model_config", "input_info", "architectures", "checkpoint", "bert", "hidden_size", "1e-5",
    "yes", "null", "~", "true", "012", "9" * 20, "1:30", ".inf", "NaN", "# catalog: ignore[C110]", "catalog:",
    "# catalog: ignore-file[", ": ", "- ", "\n", "\n  ", "\t", "{", "}", "[", "]", ",", "'", '"', "&a ", "*a", "<<: ",
    "!!str ", "!x ", "|", ">", "?", "---\n", "...\n", "%YAML 1.2\n", "#", "\\", "\r\n", "\r", "\x85", "\u2028",
    "\ufeff", "\x00", "\x07", "🙂", "é", "//", "/*", "\\ud83d",
]  # fmt: skip

TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(WORDS), max_size=25).map("".join))
PATHS = st.sampled_from(["spec.yaml", "config.json", "-"])


def _use(file: LoadedFile) -> None:
    """Do with a file what a run does, and see that all places lie within it."""
    lines = split_lines(file.text)
    for finding in file.findings:
        span = finding.span
        assert 1 <= span.line <= span.end_line <= max(len(lines), 1)
        assert (span.line, span.column) <= (span.end_line, span.end_column)
        if file.text:
            assert span.column <= len(lines[span.line - 1]) + 1
        assert finding.message.endswith(".")
    for spec in file.specs:
        to_value(spec.root)
    report = Report(findings=in_order(suppress(file, file.findings)), files=1, sources={file.path: file.text})
    for form in FORMATS:
        render(report, form).encode()  # type: ignore[arg-type]  # names of formats, from a list
    apply_fixes(file.text, file.findings)


@given(text=TEXTS, path=PATHS, certain=st.booleans())
@settings(max_examples=300)
def test_any_text_is_read(text: str, path: str, *, certain: bool) -> None:
    _use(load_text(text, path, certain=certain))


@given(content=st.binary(max_size=80), is_json=st.booleans())
def test_any_bytes_are_decoded_or_refused(content: bytes, *, is_json: bool) -> None:
    log = Log("x.yaml")
    source = decode(content, log, is_json=is_json)
    assert source is not None or log.findings
    if source is not None:
        assert source.encode(source.text) == content
        _use(load_text(source.text, "x.yaml"))


_KEYS = st.sampled_from(WORDS) | st.text(max_size=5) | st.integers() | st.booleans() | st.none() | st.floats()
_LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(WORDS)
_STRUCTURES = st.recursive(
    _LEAVES | st.floats() | st.binary(max_size=3),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4) | st.tuples(inner, inner),
    max_leaves=15,
)


@given(st.dictionaries(_KEYS, _STRUCTURES, max_size=5))
def test_any_mapping_is_read(mapping: dict[Any, Any]) -> None:
    _use(load_mapping(mapping))


_NAMES = st.text(max_size=5) | st.sampled_from(WORDS)
_JSON = st.recursive(
    _LEAVES | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=15,
)


@given(_JSON, st.sampled_from([yaml.safe_dump, json.dumps]), st.data())
def test_damaged_document_is_read(value: Any, write: Any, data: st.DataObject) -> None:
    text = write(value)
    for _ in range(data.draw(st.integers(0, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 5)))
        text = text[:start] + data.draw(st.sampled_from(WORDS) | st.just("")) + text[end:]
    _use(load_text(text, data.draw(PATHS)))


@given(TEXTS)
def test_places_and_offsets_are_the_same(text: str) -> None:
    positions = Positions(text)
    for offset in range(len(text) + 1):
        line, column = positions.at(offset)
        assert positions.offset(line, column) == offset
    assert positions.lines == len(split_lines(text))
