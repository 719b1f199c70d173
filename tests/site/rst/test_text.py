"""Any Markdown becomes reStructuredText that docutils has nothing to say about."""

from __future__ import annotations

import io

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.site.rst.markdown import to_rst

MARKS = "`*_|\\<>[](){}:.-+=#~!\"'/@^$%& \n\tab1é漢"


def read(text: str) -> tuple[nodes.document, str]:
    said = io.StringIO()
    settings = {"report_level": 1, "halt_level": 5, "warning_stream": said, "_disable_config": True}
    return publish_doctree(text, settings_overrides=settings), said.getvalue()


def shown(text: str) -> str:
    document, said = read(to_rst(text))
    assert said == ""
    return " ".join(document.astext().split())


@given(st.one_of(st.text(), st.text(alphabet=MARKS), st.lists(st.text(alphabet=MARKS, max_size=12)).map("\n".join)))
@example("1. one\n   - two\n\n     three")
@example("> quote\n\n- item\n\n> quote")
@example("a::")
@example("``` \n\t\n code")
@example("[a_](https://x.y/z_)__[b](https://x.y)")
@example(":param x: y")
@example("*a*b**c**`d`e")
def test_docutils_reports_nothing_on_any_text(text):
    _, said = read(to_rst(text))
    assert said == ""


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("The `hidden_size` of *it*.", "The hidden_size of it."),
        ("snake_case_ and __init__ and a*b*c", "snake_case_ and init and abc"),
        ("see [the docs](https://example.org/a_b)!", "see the docs!"),
        ("- one\n- two", "one two"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("|pipes| and [1]_ and :role:`x`", "|pipes| and [1]_ and :role:x"),
        ("- 1\n\ntext", "1 text"),
        ("A. Author", "A. Author"),
    ],
)
def test_what_is_shown_stays_the_same(markdown, text):
    assert shown(markdown) == text


def test_markup_becomes_the_markup_of_the_other_language():
    document, _ = read(to_rst("`code`, **bold**, [link](https://example.org)\n\n```python\nx = 1\n```"))
    assert [node.astext() for node in document.findall(nodes.literal)] == ["code"]
    assert [node.astext() for node in document.findall(nodes.strong)] == ["bold"]
    assert [node["refuri"] for node in document.findall(nodes.reference)] == ["https://example.org"]
    assert [node.astext() for node in document.findall(nodes.literal_block)] == ["x = 1"]


def test_links_that_run_something_are_text():
    document, _ = read(to_rst("[x](javascript:alert) and [y](data:text/html,z)"))
    assert list(document.findall(nodes.reference)) == []
