from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.introspect.docstrings import detect_markup, parse_docstring

GENERATED = """
This is the configuration class to store the configuration of a LlamaModel. It is used to instantiate a Llama
model. Instantiating a configuration with the
defaults will yield a similar configuration to that of the [meta-llama/Llama-2-7b-hf](https://huggingface.co/meta-llama/Llama-2-7b-hf)

Configuration objects inherit from [`PreTrainedConfig`].

Args:
    vocab_size (`int`, *optional*, defaults to `32000`):
        Vocabulary size: the number of different tokens.
    num_key_value_heads (`int`, *optional*):
        This is the number of key_value heads. If
        `num_key_value_heads=1` the model will use MQA.

        - an item
          goes on

    mode (`str`, *optional*, defaults to `"a: b"`):
        Has a colon in its default.

Example:

```python
>>> from transformers import LlamaModel
Args:
    no_parameter (`int`): of an example
```
"""


def test_a_generated_docstring():
    parsed = parse_docstring(GENERATED)
    assert parsed.markup == "markdown"
    assert list(parsed.parameters) == ["vocab_size", "num_key_value_heads", "mode"]
    assert parsed.parameters["vocab_size"].description == "Vocabulary size: the number of different tokens."
    assert parsed.parameters["vocab_size"].default == 32000
    assert parsed.parameters["num_key_value_heads"].description == (
        "This is the number of key_value heads. If\n`num_key_value_heads=1` the model will use MQA.\n\n"
        "- an item\n  goes on"
    )
    assert parsed.parameters["num_key_value_heads"].default_text is None
    assert parsed.parameters["mode"].default == "a: b"
    assert parsed.checkpoint == "meta-llama/Llama-2-7b-hf"
    assert parsed.summary is not None
    assert parsed.summary.startswith("This is the configuration class to store the configuration of a LlamaModel.")
    assert "\n" not in parsed.summary
    assert parsed.body is not None
    assert "no_parameter" in parsed.body
    assert "vocab_size" not in parsed.body
    assert parsed.issues == ()


def test_lines_count_from_the_start_of_the_docstring():
    lines = GENERATED.splitlines()
    for name, parameter in parse_docstring(GENERATED).parameters.items():
        assert parameter.line is not None
        assert lines[parameter.line - 1].strip().startswith(name)


def test_indentation_of_the_whole_does_not_matter():
    indented = textwrap.indent(GENERATED, "    ")
    assert parse_docstring(indented) == parse_docstring(GENERATED)


def test_typed_items_without_a_section_are_parameters():
    parsed = parse_docstring(
        """
        text_config (`dict`, *optional*):
            Options of the text model.
        logit_scale (`float | int`, *optional*, defaults to 2.6592):
            The initial value.

        Example:

        ```python
        >>> CLIPConfig()
        ```"""
    )
    assert list(parsed.parameters) == ["text_config", "logit_scale"]
    assert parsed.parameters["logit_scale"].default == 2.6592
    assert parsed.summary is None
    assert parsed.body is not None
    assert parsed.body.startswith("Example:")


def test_a_head_over_several_lines():
    parsed = parse_docstring(
        """
        Args:
            factors (`list[int]`, *optional*, defaults to `[1, 2,
                3, 4]`):
                The factors.
            scale (`float`, *optional*, defaults to 0.7 (which is about
                `sqrt(a / (b * c))`):
                The scale.
        """
    )
    assert parsed.parameters["factors"].default == [1, 2, 3, 4]
    assert parsed.parameters["factors"].description == "The factors."
    assert parsed.parameters["scale"].default == 0.7
    assert parsed.parameters["scale"].description == "The scale."


def test_what_people_get_wrong_is_read_and_reported():
    parsed = parse_docstring(
        """
        Args:
            first (`int`, *optional*, defaults to 2),:
                A comma before the colon.
            second (`int`, *optional*, defaults to `True`)
                No colon.
            third (`int`):
                Its description
            falls out.
             fourth (`int`): Indented by one too many.
            first (`str`):
                Documented twice.
            fifth (`int`):
        """
    )
    assert list(parsed.parameters) == ["first", "second", "third", "fourth", "fifth"]
    assert parsed.parameters["first"].description == "A comma before the colon."
    assert parsed.parameters["third"].description == "Its description\nfalls out."
    assert parsed.parameters["fourth"].description == "Indented by one too many."
    messages = [(issue.line, issue.message) for issue in parsed.issues]
    assert [line for line, _ in messages] == [5, 9, 10, 11, 13]
    assert "No colon after the type of parameter 'second'" in messages[0][1]
    assert "'third' is not indented below it" in messages[1][1]
    assert "'fourth' is indented by" in messages[2][1]
    assert "'first' is documented twice, first in line 3" in messages[3][1]
    assert "'fifth' has no description" in messages[4][1]


def test_sub_headings_between_parameters_end_the_description_before_them():
    parsed = parse_docstring(
        """
        Base class.

        Arg:
            name_or_path (`str`, *optional*, defaults to `""`):
                A name.

            > Parameters for fine-tuning tasks

            architectures (`list[str]`, *optional*):
                Model architectures.
        """
    )
    assert list(parsed.parameters) == ["name_or_path", "architectures"]
    assert parsed.parameters["name_or_path"].description == "A name."
    assert parsed.issues == ()


def test_a_section_ends_at_another_section_of_the_same_indentation():
    parsed = parse_docstring("Args:\n    a (`int`):\n        One.\n    Example:\n        >>> f()\n")
    assert list(parsed.parameters) == ["a"]
    assert parsed.body is not None
    assert parsed.body.split() == ["Example:", ">>>", "f()"]


def test_the_oldest_style_names_without_types():
    parsed = parse_docstring("Arguments:\n    vocab_size: Size of it.\n    hidden_size: Size of\n        the layers.\n")
    assert parsed.parameters["vocab_size"].description == "Size of it."
    assert parsed.parameters["vocab_size"].type_text is None
    assert parsed.parameters["hidden_size"].description == "Size of\nthe layers."


def test_a_link_to_something_else_is_no_checkpoint():
    assert parse_docstring("See [this paper](https://huggingface.co/papers/2305.13245).").checkpoint is None
    assert parse_docstring("Like [bert](https://huggingface.co/google-bert/bert-base).").checkpoint is None


def test_nothing_makes_an_empty_record():
    for text in (None, "", "  \n "):
        parsed = parse_docstring(text)
        assert parsed.parameters == {}
        assert parsed.summary is None
        assert parsed.body is None
        assert parsed.issues == ()


@given(st.text(max_size=400), st.sampled_from([None, "markdown", "rst"]))
def test_any_text_is_taken(text, markup):
    parsed = parse_docstring(text, markup=markup)
    assert all(parameter.name == name for name, parameter in parsed.parameters.items())


lines = st.lists(
    st.sampled_from(
        [
            "Args:",
            "    a (`int`):",
            "    b (`int`, *optional*",
            "        text",
            "   odd",
            "x: y",
            "",
            "```",
            "    > head",
            "Example::",
        ]
    ),
    max_size=14,
)


@given(lines)
def test_any_arrangement_of_lines_is_taken(chosen):
    for markup in ("markdown", "rst"):
        parsed = parse_docstring("\n".join(chosen), markup=markup)
        assert parsed.parameters.keys() <= {"a", "b", "x"}


names = st.text("abcdefghij_", min_size=1, max_size=10).filter(lambda name: name.strip("_") == name)
sentences = st.text("abc `=.,()", min_size=1, max_size=60).map(lambda text: f"Text {text.strip()}".strip())


@given(st.dictionaries(names, st.tuples(sentences, st.integers()), min_size=1, max_size=6), st.integers(0, 8))
def test_a_generated_section_comes_back(parameters, indentation):
    section = ["A summary.", "", "Args:"]
    for name, (sentence, default) in parameters.items():
        section += [f"    {name} (`int`, *optional*, defaults to `{default}`):", f"        {sentence}"]
    parsed = parse_docstring(textwrap.indent("\n".join(section), " " * indentation), markup="markdown")
    assert parsed.summary == "A summary."
    assert {name: (item.description, item.default) for name, item in parsed.parameters.items()} == parameters
    assert parsed.issues == ()


def test_markup_is_told_from_the_text():
    assert detect_markup(GENERATED) == "markdown"
    assert detect_markup("A :class:`~transformers.BertModel`.\n\nArgs:\n    a (:obj:`int`): b\n\nExample::\n") == "rst"


HOSTILE = [
    "[" * 20_000,
    "[a](https://huggingface.co/" * 2_000,
    "`a <https://huggingface.co/" * 2_000,
    "Args:\n" + "    a (`int`, \n" * 4_000,
    "Args:\n    a (`int`" + "," * 50_000 + "):\n",
    "Args:\n    a (`int`, " + "defaults to " * 5_000 + "):\n",
    "Args:\n" + "\n" * 20_000 + "    a (`int`): b",
]


@pytest.mark.parametrize("markup", ["markdown", "rst"])
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_comes_to_an_end(text, markup):
    parse_docstring(text, markup=markup)
