from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.introspect.fingerprint import find_package
from catalog.introspect.static.facts import from_document, to_document
from catalog.introspect.static.reading import read_file


@pytest.mark.parametrize(
    "path", ["configuration_utils.py", "models/esm/configuration_esm.py", "modeling_rope_utils.py"]
)
def test_facts_survive_being_written_as_json(path):
    facts = read_file((find_package("transformers") / path).read_text(encoding="utf-8"))
    assert from_document(json.loads(json.dumps(to_document(facts)))) == facts


def test_expressions_keep_their_source_text():
    facts = read_file('''
A = """one
  two"""
class C(Base[int], metaclass=M):
    x: "int | None" = {
        "a": 1,
    }
    y = 0x10
''')
    assert facts.constants["A"] == '"""one\n  two"""'
    assert facts.classes["C"].bases == ("Base",)
    assert (facts.classes["C"].fields[0].annotation, facts.classes["C"].fields[0].default) == (
        '"int | None"',
        "{'a': 1}",
    )
    assert facts.classes["C"].assignments == {"y": "0x10"}


def test_imports_within_conditions_count_and_future_ones_do_not():
    facts = read_file(
        "from __future__ import annotations\n"
        "import a.b, c.d as e\n"
        "from .x import y as z\n"
        "from . import w\n"
        "if True:\n    from q import *\nelse:\n    import r\n"
    )
    assert set(facts.imports) == {"a", "e", "z", "w", "r"}
    assert facts.future_annotations
    assert [star.module for star in facts.stars] == ["q"]
    assert (facts.imports["z"].level, facts.imports["z"].module, facts.imports["z"].name) == (1, "x", "y")


@given(st.text(max_size=200) | st.text(alphabet="class C(B):\n    x: int = 1def fselw,*kr.p'\"#@[]{}", max_size=200))
def test_any_text_is_read_or_refused_with_an_error_that_is_expected(text):
    try:
        facts = read_file(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    assert from_document(json.loads(json.dumps(to_document(facts)))) == facts
