from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catalog.introspect.docstrings import parse_docstring

BERT = """
    This is the configuration class to store the configuration of a :class:`~transformers.BertModel` or a
    :class:`~transformers.TFBertModel`. Instantiating a configuration with the defaults will yield a similar
    configuration to that of the BERT `bert-base-uncased <https://huggingface.co/bert-base-uncased>`__ architecture.

    Configuration objects inherit from :class:`~transformers.PretrainedConfig`.


    Args:
        vocab_size (:obj:`int`, `optional`, defaults to 30522):
            Vocabulary size of the BERT model. Defines the number of different tokens that can be represented by the
            :obj:`inputs_ids` passed when calling :class:`~transformers.BertModel`.
        hidden_act (:obj:`str` or :obj:`Callable`, `optional`, defaults to :obj:`"gelu"`):
            The non-linear activation function (function or string) in the encoder and pooler. If string,
            :obj:`"gelu"`, :obj:`"relu"`, :obj:`"silu"` and :obj:`"gelu_new"` are supported.
        position_embedding_type (:obj:`str`, `optional`, defaults to :obj:`"absolute"`):
            Type of position embedding. Choose one of :obj:`"absolute"`, :obj:`"relative_key"`.
        attention_window (:obj:`int` or :obj:`List[int]`, optional, defaults to 512)
            No colon here.

    Examples::

        >>> from transformers import BertModel, BertConfig
        >>> configuration = BertConfig()
"""


def test_a_docstring_of_transformers_4_10():
    parsed = parse_docstring(BERT)
    assert parsed.markup == "rst"
    assert parsed.summary == (
        "This is the configuration class to store the configuration of a ~transformers.BertModel or a "
        "~transformers.TFBertModel. Instantiating a configuration with the defaults will yield a similar "
        "configuration to that of the BERT bert-base-uncased architecture."
    )
    assert parsed.checkpoint == "bert-base-uncased"
    assert list(parsed.parameters) == ["vocab_size", "hidden_act", "position_embedding_type", "attention_window"]
    vocabulary = parsed.parameters["vocab_size"]
    assert (vocabulary.type_text, vocabulary.optional, vocabulary.default) == ("int", True, 30522)
    assert vocabulary.description.endswith("\n:obj:`inputs_ids` passed when calling :class:`~transformers.BertModel`.")
    activation = parsed.parameters["hidden_act"]
    assert (activation.type_text, activation.default, activation.choices) == ("str or Callable", "gelu", None)
    assert parsed.body is not None
    assert parsed.body.endswith(">>> configuration = BertConfig()")
    assert [issue.message for issue in parsed.issues] == ["No colon after the type of parameter 'attention_window'."]


def test_choices_are_found_behind_roles():
    parameter = parse_docstring(BERT).parameters["position_embedding_type"]
    assert parameter.choices == ("absolute", "relative_key")


def test_what_docutils_complains_of_is_an_issue_with_its_line():
    text = "A summary.\n\nArgs:\n    a (:obj:`int`):\n        Fine.\n    b (:obj:`int`):\n        Some *emphasis.\n"
    parsed = parse_docstring(text, markup="rst")
    assert [(issue.line, issue.message) for issue in parsed.issues] == [
        (7, "Inline emphasis start-string without end-string.")
    ]


def test_directives_and_roles_of_sphinx_are_no_issues():
    text = (
        "A summary.\n\n.. versionadded:: 4.0\n\n:py:unknown:`x` and :model:`y`.\n\n.. code-block:: python\n\n    f()\n"
    )
    assert parse_docstring(text, markup="rst").issues == ()


def test_no_file_is_included(tmp_path):
    file = tmp_path / "file.txt"
    file.write_text("secret")
    parsed = parse_docstring(f".. include:: {file}\n\n.. raw:: html\n   :file: {file}\n", markup="rst")
    assert "secret" not in repr(parsed)
    assert parsed.summary is None
    assert parsed.issues


@given(st.text("ab:`*_|.\n -=>[]", max_size=120))
def test_any_text_is_taken(text):
    parse_docstring(text, markup="rst")


def test_nothing_is_printed(capsys):
    parse_docstring("Title\n==\n\n*a **b ``c `d |e\n\n.. include:: x\n", markup="rst")
    assert capsys.readouterr() == ("", "")
