"""What a person writes to say which measurements are meant."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.benchmark.compare import REQUEST
from catalog.benchmark.selectors import FILTERS, InFile, Latest, Named, Where, parse_selector, settled_by
from catalog.errors import UsageError


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        ("latest", Latest()),
        (" latest~2 ", Latest(back=2)),
        ("2026-11-20-120000", Named(name="2026-11-20-120000")),
        ("latest-nightly", Named(name="latest-nightly")),
        ("laptop.ndjson", InFile(path=Path("laptop.ndjson"))),
        ("runs/a=b.ndjson", InFile(path=Path("runs/a=b.ndjson"))),
        ("./laptop", InFile(path=Path("laptop"))),
        ("attention=eager", Where(filters={"attention": "eager"})),
        (
            "release = 5.22.0, device=cuda,compile=yes,batch-size=8",
            Where(filters={"release": "5.22.0", "device": "cuda", "compile": True, "batch_size": 8}),
        ),
        ("processor=AMD/EPYC, Compile=OFF", Where(filters={"processor": "AMD/EPYC", "compile": False})),
    ],
)
def test_a_selector_is_read(text, selector):
    assert parse_selector(text) == selector


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty text"),
        ("  ", "empty text"),
        ("attention=", "'attention=' is no filter"),
        ("attention=eager,", "'' is no filter"),
        ("attention=eager,cuda", "'cuda' is no filter"),
        ("atention=eager", "Did you mean 'attention'"),
        ("colour=red", "There is no filter 'colour'. Filters are: run, model"),
        ("compile=perhaps", "'compile' is 'perhaps', where true or false belongs"),
        ("batch_size=many", "a whole number belongs"),
        ("batch_size=-1", "a whole number belongs"),
        ("batch_size=99999999999999999999", "a whole number belongs"),
        ("device=cpu,device=cuda", "given twice"),
    ],
)
def test_a_wrong_selector_is_refused_with_what_to_write(text, message):
    with pytest.raises(UsageError, match=message.replace("(", r"\(")):
        parse_selector(text)


@given(st.text(max_size=40))
def test_any_text_is_a_selector_or_refused(text):
    with contextlib.suppress(UsageError):
        assert isinstance(parse_selector(text), Latest | Named | InFile | Where)


@pytest.mark.parametrize(
    ("before", "after", "fields"),
    [
        ("attention=eager", "attention=sdpa", ("attention",)),
        ("device=cpu", "device=cuda,dtype=bfloat16", ("device", "dtype")),
        ("device=cpu,mode=train", "device=cuda,mode=train", ("device",)),
        ("release=5.22", "release=5.23", ()),
        ("model=bert", "model=roberta", ("config_class", "architecture", "params", "checkpoint")),
        ("latest", "attention=eager", ()),
        ("latest~1", "latest", ()),
    ],
)
def test_what_two_filters_settle_is_left_out_of_the_pairing(before, after, fields):
    assert settled_by(parse_selector(before), parse_selector(after)) == fields


def test_filters_settle_fields_of_a_request():
    assert {field for _, fields in FILTERS.values() for field in fields} <= set(REQUEST)
