"""What is read from source text alone: annotations, validators, keywords, choices, origins, reasons."""

from __future__ import annotations

import ast
import sys
from typing import Any, ForwardRef, Literal, Optional, Union

import pytest

from catalog.introspect.annotations import annotation_text, resolve_aliases
from catalog.introspect.bounds import Bounds, bounds_of, checked_choices, field_validator, validator_definitions
from catalog.introspect.describe import describe
from catalog.introspect.docstrings import parse_docstring
from catalog.introspect.family import modular_path, origins
from catalog.introspect.keywords import constructor_facts
from catalog.introspect.offline import hub_offline
from catalog.introspect.reasons import MAX_LENGTH, one_line
from catalog.introspect.source_text import ModuleText
from catalog.records import ConfigClass, Parameter
from catalog.types import parse_annotation

MODULE = '''
if True:
    class Ünïcode(Base):
        """Doc."""
        model_type = "x"
        ä: str = "ö", 1
        long: tuple = (
            1,
            2,
        )

        @property
        def size(self): return 1

        @size.setter
        def size(self, value):
            """Set.

            Really.
            """

try:
    Alias = int
except ImportError:
    Alias: type = str
'''


def test_source_text_survives_other_alphabets_and_several_lines():
    module = ModuleText(MODULE)
    text = module.classes["Ünïcode"]
    assert list(text.fields) == ["ä", "long"]
    default = text.fields["ä"].default
    assert default is not None
    assert module.expression(default) == '"ö", 1'
    default = text.fields["long"].default
    assert default is not None
    assert module.expression(default) == "(1, 2)"
    assert module.method(text.methods["size"]) == (
        '@size.setter\ndef size(self, value):\n    """Set.\n\n    Really.\n    """'
    )
    assert ast.unparse(text.assignments["model_type"]) == "'x'"
    assert set(module.assignments) == {"Alias"}


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (Optional[int], "int | None"),  # noqa: UP045 - the older spelling is the point
        (Union[int, "list[str]", None], "int | list[str] | None"),
        (int | None, "Optional[int]"),
        (list[int], "list[int]"),
        (tuple[int, ...], "tuple[int, ...]"),
        (tuple[int, str], "tuple[int, str]"),
        (dict[str, Any], "dict[str, Any]"),
        (Literal["a", 1], "Literal['a', 1]"),
        (ForwardRef("CLIPTextConfig"), "CLIPTextConfig"),
        ("torch.dtype | None", "torch.dtype | None"),
        (None, "None"),
        (type(None), "None"),
        (ModuleText, "ModuleText"),
        (dict, "dict"),
    ],
)
def test_an_annotation_object_normalises_like_its_source(annotation, text):
    assert parse_annotation(annotation_text(annotation)) == parse_annotation(text)


def test_aliases_are_resolved_and_classes_are_not():
    namespace = {"Mode": Literal["a", "b"], "Text": ModuleText}
    kind = {"union": [{"class": "Mode"}, {"class": "Text"}, {"class": "Unknown"}, "null"]}
    assert resolve_aliases(kind, namespace) == {
        "union": [{"class": "Text"}, {"class": "Unknown"}, {"literal": ["a", "b"]}, "null"]
    }


VALIDATORS = """
def positive(value=None):
    if value is not None and (not isinstance(value, int) or not value > 0):
        raise ValueError

def probability(value):
    if not 0 <= value <= 1:
        raise ValueError

def other(value):
    if value % 2:
        raise ValueError
"""


@pytest.mark.parametrize(
    ("default", "bounds"),
    [
        ("interval(min=0.0, max=1.0)(default=0.02)", Bounds(minimum=0.0, maximum=1.0)),
        ("interval(0, exclude_min=True)(default=1)", Bounds(minimum=0, exclusive_minimum=True)),
        ("interval(max=-4 * 2)(default=1)", Bounds(maximum=-8)),
        ("positive(default=1)", Bounds(minimum=0, exclusive_minimum=True)),
        ("probability(default=1)", Bounds(minimum=0, maximum=1)),
        ("other(default=1)", Bounds()),
        ("unheard_of(default=1)", Bounds()),
        ("is_divisible_by(divisor=2)(default=4)", Bounds()),
    ],
)
def test_bounds_of_validators(default, bounds):
    definitions = validator_definitions(ast.parse(VALIDATORS))
    validator = field_validator(ast.parse(default, mode="eval").body)
    assert validator is not None
    assert bounds_of(validator, definitions) == bounds


@pytest.mark.parametrize("default", ["4 * 2", "field(default=1)", "getattr(x, 'y')", "(1, 2)"])
def test_plain_defaults_have_no_validator(default):
    assert field_validator(ast.parse(default, mode="eval").body) is None


def test_choices_that_code_enforces():
    module = ModuleText(
        "class X:\n"
        "    def validate_a(self):\n"
        "        if self.kind not in ('a', 'b'):\n            raise ValueError\n"
        "        if self.other is not None and self.other not in [1, 2]:\n            raise ValueError\n"
        "        if self.open not in NAMES:\n            raise ValueError\n"
        "        if self.mild not in ('a',):\n            warn()\n"
        "        if self.flag:\n            if self.nested not in ('a',):\n                raise ValueError\n"
        "    def elsewhere(self):\n"
        "        if self.far not in ('a',):\n            raise ValueError\n"
    )
    assert checked_choices(module.classes["X"]) == {"kind": ("a", "b"), "other": (1, 2)}


def test_keywords_of_a_constructor():
    module = ModuleText(
        "class X:\n"
        "    def __post_init__(self, explicit=None, **kwargs):\n"
        "        kwargs.pop('popped', None)\n"
        "        kwargs.get('got')\n"
        "        kwargs['indexed']\n"
        "        if 'asked' in kwargs and 'not_asked' not in kwargs: pass\n"
        "        for name in ('one', 'two'):\n            kwargs.pop(name)\n"
        "        kwargs.pop(computed())\n"
        "        other.pop('unrelated')\n"
        "        self.set = 1\n"
        "        self.helper(**kwargs)\n"
        "    def helper(self, more=1, **kwargs):\n"
        "        kwargs.pop('helped')\n"
        "    def unrelated(self, **kwargs):\n"
        "        kwargs.pop('far')\n"
    )
    facts = constructor_facts(module.classes["X"])
    assert set(facts.keywords) == {
        "explicit", "popped", "got", "indexed", "asked", "not_asked", "one", "two", "more", "helped"
    }  # fmt: skip
    assert "set" in facts.attributes
    assert facts.takes_generation is False


def test_generation_parameters_are_taken_wholesale():
    module = ModuleText(
        "class X:\n    def __post_init__(self, **kwargs):\n"
        "        for name in GenerationConfig._get_default_generation_params().keys():\n            kwargs.pop(name)\n"
    )
    assert constructor_facts(module.classes["X"]).takes_generation


def test_what_a_class_was_made_from():
    origin = "transformers.models.bert.configuration_bert.BertConfig"
    source = f"# Copied from {origin} with Bert->X\n@strict\nclass XConfig(P):\n"
    assert list(origins("XConfig", source=source, modular="class XConfig(YConfig, z.ZConfig):\n")) == [
        "BertConfig",
        "YConfig",
        "ZConfig",
    ]
    assert list(origins("OtherConfig", source=source)) == []
    assert modular_path("a/models/x/configuration_x.py") == "a/models/x/modular_x.py"


def test_descriptions_stand_in_in_the_order_of_kinship():
    def config(name, *parameters, module="m", **rest):
        return ConfigClass(name=name, module=module, parameters=tuple(parameters), **rest)

    def parameter(name, default=1, description=None):
        return Parameter(name=name, position=0, type="int", default=default, description=description)

    def documented(text):
        return parse_docstring(f"Args:\n    a (`int`):\n        {text}\n    alias (`int`):\n        Alias {text}\n")

    child = config("Child", parameter("a"), parameter("b"), ancestors=("Parent", "Base"), attribute_map={"alias": "b"})
    parent = config("Parent", parameter("a", description="Parent's."), module="n", ancestors=("Base",))
    sibling = config("Sibling", parameter("a", description="Sibling's."))
    distant = config("Distant", parameter("a", 2), ancestors=("Base",))
    base = config("Base", parameter("a", description="Base's."), module="o", is_base=True)
    documentation = {
        "Parent": documented("Parent's."),
        "Sibling": documented("Sibling's."),
        "Base": documented("Base's."),
    }
    found = describe([child, parent, sibling, distant, base], documentation | {"Child": parse_docstring(
        "Args:\n    alias (`int`):\n        Under another name.\n")})  # fmt: skip
    values = {
        (record.name, item.name): (item.description, item.inferred_from)
        for record in found
        for item in record.parameters
    }
    assert values["Child", "a"] == ("Parent's.", "Parent")
    assert values["Child", "b"] == ("Under another name.", "Child")
    assert values["Sibling", "a"] == ("Sibling's.", None)
    assert values["Distant", "a"] == ("Base's.", "Base")


def test_documented_names_that_are_none_are_reported():
    text = "Args:\n    a (`int`):\n        A.\n    b (`int`):\n        B.\n    kwargs (*optional*):\n        Rest.\n"
    parameters = (Parameter(name="a", position=0),)
    known = ConfigClass(name="Known", module="m", parameters=parameters, accepted_keywords=("b",))
    stray = ConfigClass(name="Stray", module="m", parameters=parameters)
    documentation = {"Known": parse_docstring(text), "Stray": parse_docstring(text)}
    assert [
        [issue.message for issue in record.docstring_issues] for record in describe([known, stray], documentation)
    ] == [
        [],
        ["Documents 'b', which is no parameter of Stray."],
    ]


def test_reasons_fit_on_a_line():
    error = ValueError("Unrecognized: x.\n Should be one of gpt-sw3, a_b, " + ", ".join(map(str, range(800))) + ".")
    assert one_line(error).startswith("ValueError: Unrecognized: x. Should be one of gpt-sw3, a_b, 0 and 799 more")
    assert one_line(KeyError()) == "KeyError"
    long = one_line(ValueError("x" * 1000))
    assert len(long) == MAX_LENGTH
    assert long.endswith("…")
    assert one_line(ValueError("one, two, three")) == "ValueError: one, two, three"


def test_the_hub_is_out_of_reach_only_meanwhile():
    import huggingface_hub.constants as constants
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    before = constants.HF_HUB_OFFLINE
    with hub_offline():
        assert constants.HF_HUB_OFFLINE is True
        with pytest.raises(LocalEntryNotFoundError):
            hf_hub_download("nobody/no-such-repository-at-all", "config.json")
    assert before is constants.HF_HUB_OFFLINE


def test_an_absent_hub_library_is_no_problem(monkeypatch):
    monkeypatch.setitem(sys.modules, "huggingface_hub.constants", None)
    with hub_offline():
        pass
