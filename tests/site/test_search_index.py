"""The search index: every page and anchor once, the same bytes for the same pages, safe whatever a text holds."""

from __future__ import annotations

import json
import random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from catalog.query.models import CatalogParameter
from catalog.resources import resource_folder
from catalog.site.pages import Anchor, PageInfo
from catalog.site.search_index import default_text, search_index, shorten
from catalog.specs.rules import rules
from catalog.specs.synonyms import Concept

PAGES = (
    PageInfo(
        url="models/LlamaConfig/",
        kind="model",
        title="LlamaConfig",
        names=("llama",),
        text="A Llama.",
        weight=5,
        anchors=(
            Anchor(name="hidden_size", kind="parameter", text="Its width."),
            Anchor(name="head_dim", kind="parameter", text="Width of a head."),
            Anchor(name="LlamaForCausalLM", kind="architecture", text="text-generation"),
            Anchor(name="OtherModel", kind="architecture"),
        ),
    ),
    PageInfo(
        url="models/BertConfig/",
        kind="model",
        title="BertConfig",
        anchors=(Anchor(name="hidden_size", kind="parameter", text="Width of the hidden states."),),
    ),
    PageInfo(url="parameters/hidden_size/", kind="parameter", title="hidden_size", text="The width.", weight=2),
    PageInfo(url="rules/C301/", kind="rule", title="C301 not-a-choice", text="None of the choices."),
    PageInfo(url="", kind="home", title="Home"),
)
DEFAULTS = {"LlamaConfig": {"hidden_size": "4096", "head_dim": "None → 128"}, "BertConfig": {"hidden_size": "768"}}
WORDS = (Concept("width of the hidden states", ("hidden_size", "d_model")),)


def read(pages=PAGES, defaults=DEFAULTS) -> dict:
    text = search_index(pages, defaults=defaults, words=WORDS).content.decode()
    assert text.startswith("window.catalogSearchIndex=")
    return json.loads(text.removeprefix("window.catalogSearchIndex=").removesuffix(";\n"))


def entries(index: dict) -> dict[str, dict[str, str]]:
    """Class → parameter → default, as the browser reads the index."""
    parameters, values = index["parameters"].split("\n"), index["values"].split("\n")
    found: dict[str, dict[str, str]] = {}
    for name, steps, chosen in zip(index["classes"].split("\n"), index["has"], index["defaults"], strict=True):
        numbers = [sum(steps[: place + 1]) for place in range(len(steps))]
        pairs = zip(numbers, chosen, strict=True)
        found[name] = {parameters[number]: values[value] for number, value in pairs}
    return found


def test_every_parameter_of_every_class_is_there_with_its_default():
    assert entries(read()) == DEFAULTS


def test_a_parameter_of_several_classes_stands_once_with_the_text_of_its_page():
    index = read()
    names = index["parameters"].split("\n")
    assert names == ["hidden_size", "head_dim"]
    assert index["parameterTexts"].split("\n") == ["The width.", "Width of a head."]
    assert index["parameterWeights"] == [2, 1]
    assert index["parameterPages"] == [1, 0]


def test_architectures_share_the_name_of_their_class_and_name_their_tasks():
    index = read()
    assert index["tasks"] == "text-generation"
    assert index["architectures"].split("\n")[1] == "~ForCausalLM:0\tOtherModel:"


def test_other_pages_are_listed_with_their_address():
    assert [page[:3] for page in read()["pages"]] == [
        ["home", "", "Home"],
        ["rule", "rules/C301/", "C301 not-a-choice"],
    ]


def test_the_order_of_pages_changes_nothing():
    shuffled = list(PAGES)
    random.Random(5).shuffle(shuffled)
    index = search_index(shuffled, defaults=DEFAULTS, words=WORDS)
    assert index == search_index(PAGES, defaults=DEFAULTS, words=WORDS)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_no_text_can_end_the_script_or_a_line_of_the_index(text):
    page = PageInfo(
        url="models/XConfig/",
        kind="model",
        title="XConfig",
        text=text,
        anchors=(Anchor(name="a", kind="parameter", text=text), Anchor(name="b", kind="parameter")),
    )
    content = search_index([page], defaults={"XConfig": {"a": " ".join(text.split())}}, words=()).content.decode()
    assert "</" not in content
    index = read([page], {})
    assert len(index["parameterTexts"].split("\n")) == 2
    assert len(index["classTexts"].split("\n")) == 1


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        ({"default": 4096, "effective_default": 4096}, "4096"),
        ({"default": None, "effective_default": 128, "effective_known": True}, "None → 128"),
        ({"default": None, "effective_default": None, "effective_known": True}, "None"),
        ({"default": None, "effective_default": None, "required": True}, "required"),
        ({"default": None, "effective_default": None, "default_known": False, "default_source": "f()"}, "f()"),
        ({"default": "silu", "effective_default": "silu"}, "'silu'"),
        ({"default": list(range(40)), "effective_default": []}, "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11…"),
    ],
)
def test_a_default_is_told_in_a_few_characters(parameter, text):
    assert default_text(CatalogParameter(name="x", type=None, type_text=None, **parameter)) == text


@given(st.text(max_size=200), st.integers(min_value=5, max_value=100))
def test_a_shortened_text_is_no_longer_than_asked(text, limit):
    assert len(shorten(text, limit)) <= limit + 1


def test_words_for_pages_name_rules_that_there_are():
    words = yaml.safe_load((resource_folder("data") / "search_words.yaml").read_text(encoding="utf-8"))
    codes = {f"rules/{rule.code}/" for rule in rules()}
    assert {url for url in words["pages"] if url.startswith("rules/") and url != "rules/"} <= codes


def test_words_for_parameters_name_parameters_of_the_installed_release(installed_release):
    words = yaml.safe_load((resource_folder("data") / "search_words.yaml").read_text(encoding="utf-8"))
    known = {parameter.name for cls in installed_release.classes for parameter in cls.parameters}
    assert [phrase for phrase, names in words["parameters"].items() if not known & set(names)] == []
