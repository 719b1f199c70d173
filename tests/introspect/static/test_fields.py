"""Classes as they are since 5.4: dataclasses whose annotated names are the parameters."""

from __future__ import annotations

VALIDATORS = """
def positive_int_field(value: int | None = None):
    if value is not None and (not isinstance(value, int) or not value > 0):
        raise ValueError
def interval(min=None, max=None, exclude_min=False, exclude_max=False): ...
def activation_fn_key(value): ...
"""


def parameters(record):
    return {item.name: item for item in record.parameters}


def test_fields_come_in_order_and_class_variables_are_left_out(read_class):
    record = read_class(
        """
from typing import ClassVar, Literal
class XConfig(PreTrainedConfig):
    model_type = "x"
    layer_types: ClassVar[list[str]] = ["a"]
    vocab_size: int = 32000
    sizes: tuple[int, ...] | None = (3, 4)
    kind: Literal["a", "b"] | None = None
    eps: "float" = 1e-6
    needed: int
""",
        dataclass=True,
    )
    assert [(item.name, item.default) for item in record.parameters] == [
        ("vocab_size", 32000),
        ("sizes", [3, 4]),
        ("kind", None),
        ("eps", 1e-6),
        ("needed", None),
    ]
    assert parameters(record)["sizes"].type == {"union": [{"list": "int"}, "null"]}
    assert parameters(record)["kind"].choices == ("a", "b")
    assert parameters(record)["eps"].type == "float"
    assert parameters(record)["needed"].required


def test_a_redeclared_field_keeps_its_place_and_a_base_field_is_left_out(read_class):
    record = read_class(
        """
class YConfig(PreTrainedConfig):
    first: int = 1
    second: int = 2
class XConfig(YConfig):
    third: int = 3
    first: int = 10
    dtype: str = "float16"
""",
        dataclass=True,
    )
    assert [(item.name, item.default, item.inherited_from) for item in record.parameters] == [
        ("dtype", "float16", None),
        ("first", 10, None),
        ("second", 2, "YConfig"),
        ("third", 3, None),
    ]


def test_validators_give_bounds_and_defaults(read_class):
    record = read_class(
        """
from dataclasses import field
from ...utils.type_validators import interval, positive_int_field, activation_fn_key
class XConfig(PreTrainedConfig):
    dropout: float = interval(min=0.0, max=1.0, exclude_max=True)(default=0.1)
    size: int = positive_int_field(default=512)
    act: str = activation_fn_key(default="silu")
    labels: dict = field(default_factory=dict)
    options: list[str] = field(default_factory=lambda: ["yes", "no"])
    mean: tuple = tuple([1, 2])
""",
        dataclass=True,
        files={"utils/type_validators.py": VALIDATORS, "activations.py": 'ACT2CLS = {"silu": 1, "gelu": 2}\n'},
    )
    found = parameters(record)
    dropout = found["dropout"]
    assert (dropout.default, dropout.minimum, dropout.maximum) == (0.1, 0.0, 1.0)
    assert (dropout.exclusive_minimum, dropout.exclusive_maximum) == (False, True)
    assert dropout.validators == ("interval(min=0.0, max=1.0, exclude_max=True)",)
    assert (found["size"].default, found["size"].minimum, found["size"].exclusive_minimum) == (512, 0, True)
    assert (found["act"].default, found["act"].choices) == ("silu", ("silu", "gelu"))
    assert (found["labels"].default, found["options"].default) == ({}, ["yes", "no"])
    assert (found["mean"].default, found["mean"].validators) == ([1, 2], ())


def test_sub_configurations_are_resolved_to_classes(read_class):
    record = read_class(
        """
from ...configuration_utils import SubConfigSpec
from ..auto import AutoConfig
class XTextConfig(PreTrainedConfig):
    model_type = "x_text"
SHARED = {"layers": 2}
class XBaseConfig(PreTrainedConfig):
    sub_configs_defaults = {"text_config": XTextConfig}
class XConfig(XBaseConfig):
    sub_configs_defaults = {
        **XBaseConfig.sub_configs_defaults,
        "vision_config": SubConfigSpec(AutoConfig, model_type="clip", init_kwargs=SHARED, optional=True),
        "audio_config": AutoConfig,
    }
""",
        dataclass=True,
        files={"models/auto/__init__.py": "from .configuration_auto import *\n"},
    )
    assert {item.name: (item.config_class, item.model_type, item.optional) for item in record.sub_configs} == {
        "text_config": ("XTextConfig", None, False),
        "vision_config": (None, "clip", True),
        "audio_config": (None, None, False),
    }
    assert record.sub_configs[1].init_kwargs == {"layers": 2}


def test_type_aliases_of_other_modules_are_resolved(read_class):
    record = read_class(
        """
from .shared import Sizes, Other
class XConfig(PreTrainedConfig):
    sizes: Sizes | None = None
    other: Other | None = None
""",
        dataclass=True,
        files={"models/x/shared.py": "Sizes = list[int] | int\nclass Other: ...\n"},
    )
    found = parameters(record)
    assert found["sizes"].type == {"union": ["int", {"list": "int"}, "null"]}
    assert found["other"].type == {"union": [{"class": "Other"}, "null"]}
