"""Whatever stands in a docstring is shown as text: it ends up neither as HTML nor as the site's own syntax."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest
from hostile_texts import HOSTILE, Tags
from hypothesis import given
from hypothesis import strategies as st
from markdown import markdown
from samples import RELEASE

from catalog.records import ConfigClass, Parameter
from catalog.site.markdown_files import to_source
from catalog.site.pages import Page, PageInfo
from catalog.site.text import block, inline, markdown_text, plain

ALLOWED = {"p", "ul", "li", "code", "pre", "a", "em", "strong"}


def check(rendered: str) -> Tags:
    tags = Tags(rendered)
    assert tags.found <= ALLOWED
    assert {name for name, _ in tags.attributes} <= {"href", "rel"}
    for name, value in tags.attributes:
        assert name != "href" or (value or "").startswith(("https://", "http://", "../"))
    return tags


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_descriptions_render_as_text(text: str) -> None:
    check(block(text))
    check(inline(text))


_PIECES = [*"<>&\"'`*_[]()!|{}%#$~^=\\:-+\n ab1/.", "https://", "](", "```", "- ", "**"]


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_any_description_renders_as_text(text: str) -> None:
    check(block(text, lambda name: "../X/" if name == "a" else None))
    assert "\n" not in plain(text)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=60))
def test_text_in_markdown_comes_out_as_it_was(text: str) -> None:
    rendered = markdown(f"before {markdown_text(text)} after", extensions=["attr_list", "tables", "fenced_code", "toc"])
    wanted = f"before {' '.join(text.split())} after"
    assert html.unescape(re.sub(r"</?p>", "", rendered)) == wanted


def test_control_characters_with_which_markdown_marks_its_own_html_are_dropped() -> None:
    info = PageInfo(url="x/", kind="guide", title="x")
    source = to_source(Page(info=info, body="<p>\x02wzxhzdk:0\x03 \u202eabc</p>"))
    assert source.endswith("<p>wzxhzdk:0 abc</p>\n")


def test_a_page_with_hostile_texts_everywhere_has_no_element_of_theirs(build_of) -> None:
    parameters = tuple(
        Parameter(
            name=f"p{number}",
            position=number,
            type="str",
            default=text,
            default_source=text,
            description=text,
            documented_default_text=text,
            documented_type=text,
            choices=(text, "other"),
        )
        for number, text in enumerate(HOSTILE)
    )
    joined = "\n\n".join(HOSTILE)
    hostile = ConfigClass(
        name="HostileConfig",
        module="transformers.models.hostile.configuration_hostile",
        model_type="hostile",
        bases=("PreTrainedConfig",),
        ancestors=("PreTrainedConfig",),
        summary=joined,
        doc=joined,
        checkpoint="<b>x</b>",
        parameters=parameters,
    )
    twin = replace(hostile, name="TwinConfig", model_type="twin")
    architectures = tuple(
        replace(item, summary=joined, config_class="HostileConfig", name="HostileModel", model_types=("hostile",))
        for item in RELEASE.architectures[:1]
    )
    release = replace(
        RELEASE,
        classes=tuple(sorted((*RELEASE.classes, hostile, twin), key=lambda config: config.name)),
        architectures=(*RELEASE.architectures[1:], *architectures),
    )
    older = replace(
        release,
        version="5.22.0",
        fingerprint="older",
        classes=tuple(
            replace(
                config,
                parameters=tuple(replace(item, default="{{ x }}<i>", description="was") for item in config.parameters),
            )
            if config.name == "HostileConfig"
            else config
            for config in release.classes
        ),
    )
    report = build_of(older, release)
    for name in (
        "models/HostileConfig",
        "parameters/p0",
        "parameters/p3",
        "parameters",
        "models",
        "releases/5.23.0",
        "mistakes",
    ):
        text = (report.output / name / "index.html").read_text(encoding="utf-8")
        assert "<script>alert" not in text
        assert "onerror=alert(1)>" not in text.replace("&lt;img src=x onerror=alert(1)&gt;", "")
        assert not re.search(r"<(?:img src=x|h1>out|i>|b>x)", text)
        assert "javascript:alert" not in "".join(re.findall(r'href="[^"]*"', text))
        assert text.count("</html>") == 1
        assert text.count("<h1") == 1
    text = (report.output / "models/HostileConfig/index.html").read_text(encoding="utf-8")
    shown = Tags(text).text
    for sign in (
        "<script>alert(1)</script>",
        "{{ config }} {% raw %} {# gone #}",
        "a | b || c ||| d",
        "--8<--",
        ":material-star:",
        "!!! note",
        "$$ x^2 $$",
    ):
        assert sign in shown
    assert all(f'id="p{number}"' in text for number in range(len(HOSTILE)))
