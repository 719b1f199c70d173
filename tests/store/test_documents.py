"""Documents are compressed, against a former one of the same name where that pays."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.errors import DatabaseError
from catalog.store.documents import digest_of, pack, pack_against, unpack

TEXTS = st.recursive(
    st.none() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
).map(lambda document: json.dumps(document, ensure_ascii=False))


@given(text=TEXTS)
def test_a_document_comes_back(text):
    assert unpack(pack(text), None) == json.loads(text)


@given(text=TEXTS, base=TEXTS)
def test_a_document_comes_back_from_its_base(text, base):
    body = pack_against(text, pack(text), pack(base))
    if body is not None:
        assert len(body) < len(pack(text))
        assert unpack(body, pack(base)) == json.loads(text)


def document(number: int, size: int) -> str:
    return json.dumps({f"parameter_{place}": f"description {place * 7919}" for place in range(size)} | {"n": number})


@pytest.mark.parametrize("size", [30, 300])
def test_what_changed_a_little_takes_a_fraction_of_the_place(size):
    text, base = document(2, size), document(1, size)
    body = pack_against(text, pack(text), pack(base))
    assert body is not None
    assert len(body) < len(pack(text)) / 5
    assert unpack(body, pack(base)) == json.loads(text)


def test_what_has_nothing_in_common_stands_on_its_own():
    text = json.dumps([digest_of(str(number)).hex() for number in range(50)])
    assert pack_against(text, pack(text), pack(document(1, 50))) is None


def test_a_damaged_document_is_told_so():
    text, base = document(2, 30), document(1, 30)
    body = pack_against(text, pack(text), pack(base))
    assert body is not None
    for broken, against in ((b"", None), (b"\0", None), (pack("{"), None), (body, None), (body, pack("[]"))):
        with pytest.raises(DatabaseError, match="damaged"):
            unpack(broken, against)
