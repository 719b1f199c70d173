"""Classes as they were until 5.3: a constructor's signature names the parameters."""

from __future__ import annotations


def parameters(record):
    return {item.name: item for item in record.parameters}


def test_parameters_come_in_the_order_of_the_signature_with_their_defaults(read_class):
    record = read_class("""
class XConfig(PretrainedConfig):
    model_type = "x"
    def __init__(self, vocab_size=30522, hidden_dim=4 * 768, eps: float = 1e-12, sizes=(3, 4), *, act="gelu", **kwargs):
        super().__init__(**kwargs)
""")
    assert [item.name for item in record.parameters] == ["vocab_size", "hidden_dim", "eps", "sizes", "act"]
    assert [item.default for item in record.parameters] == [30522, 3072, 1e-12, [3, 4], "gelu"]
    assert parameters(record)["hidden_dim"].default_source == "4 * 768"
    assert parameters(record)["eps"].annotation == "float"
    assert parameters(record)["eps"].type == "float"
    assert record.model_type == "x"
    assert record.module == "transformers.models.x.configuration_x"


def test_a_parameter_without_a_default_is_required(read_class):
    record = read_class("""
class XConfig(PretrainedConfig):
    def __init__(self, config, size=1, **kwargs): ...
""")
    assert parameters(record)["config"].required
    assert parameters(record)["config"].default_source is None
    assert not parameters(record)["size"].required


def test_a_default_that_needs_execution_is_marked_unknown_and_keeps_its_source(read_class):
    record = read_class("""
import os
class XConfig(PretrainedConfig):
    def __init__(self, workers=os.cpu_count(), **kwargs): ...
""")
    workers = parameters(record)["workers"]
    assert not workers.default_known
    assert workers.default is None
    assert workers.default_source == "os.cpu_count()"


def test_constants_of_the_module_the_class_and_other_modules_are_followed(read_class):
    record = read_class(
        """
from .constants import MEAN, SIDES as ALL_SIDES
from . import constants
import enum

class Side(enum.Enum):
    LEFT = "left"

SIZES = [1, 2]
class XConfig(PretrainedConfig):
    scale = 0.5
    def __init__(self, mean=MEAN, sides=ALL_SIDES, sizes=SIZES + [3], scale=scale, side=Side.LEFT,
                 name=Side.LEFT.value, std=constants.STD, **kwargs): ...
""",
        files={
            "models/x/constants.py": "MEAN = (0.5,) * 3\nSTD = [0.1]\nSIDES = {'a': MEAN[0]}\n",
            "models/x/__init__.py": "",
        },
    )
    defaults = {name: item.default for name, item in parameters(record).items()}
    assert defaults == {
        "mean": [0.5, 0.5, 0.5],
        "sides": {"a": 0.5},
        "sizes": [1, 2, 3],
        "scale": 0.5,
        "side": "left",
        "name": "left",
        "std": [0.1],
    }


def test_names_that_change_are_no_constants(read_class):
    record = read_class("""
A = [1]
A.append(2)
B = 1
B = 2
C = {}
C["a"] = 1
if B:
    D = 1
else:
    D = 2
E = 1
E += 1
class XConfig(PretrainedConfig):
    def __init__(self, a=A, b=B, c=C, d=D, e=E, f=1, **kwargs): ...
""")
    assert [item.name for item in record.parameters if item.default_known] == ["f"]


def test_a_class_without_a_constructor_has_the_parameters_of_its_base(read_class):
    record = read_class(
        """
from ..y.configuration_y import YConfig
class XConfig(YConfig):
    model_type = "x"
""",
        files={
            "models/y/configuration_y.py": """
from ...configuration_utils import PretrainedConfig
class YConfig(PretrainedConfig):
    attribute_map = {"size": "hidden_size"}
    def __init__(self, hidden_size=8, **kwargs): ...
""",
        },
    )
    assert record.bases == ("YConfig",)
    assert record.ancestors == ("YConfig", "PretrainedConfig")
    assert record.attribute_map == {"size": "hidden_size"}
    (hidden_size,) = record.parameters
    assert (hidden_size.default, hidden_size.inherited_from) == (8, "YConfig")


def test_parameters_that_a_constructor_hands_on_to_its_base_follow_its_own(read_class):
    record = read_class("""
class YConfig(PretrainedConfig):
    def __init__(self, vocab_size=1, hidden_size=8, **kwargs): ...
class XConfig(YConfig):
    def __init__(self, pad_token_id=1, vocab_size=2, **kwargs):
        super().__init__(vocab_size=vocab_size, **kwargs)
""")
    assert [(item.name, item.default, item.inherited_from) for item in record.parameters] == [
        ("pad_token_id", 1, None),
        ("vocab_size", 2, None),
        ("hidden_size", 8, "YConfig"),
    ]


def test_the_base_has_what_it_takes_from_its_keywords(read_tree):
    release = read_tree(
        {
            "configuration_utils.py": """
class PretrainedConfig:
    def __init__(self, return_dict=True, **kwargs):
        self.return_dict = return_dict
        self.output_attentions = kwargs.pop("output_attentions", False)
        self.pruned_heads = kwargs.pop('pruned_heads', {})
        self._commit_hash = kwargs.pop("_commit_hash", None)
        num_labels = kwargs.pop("num_labels", None)
        self.num_labels = kwargs.pop("num_labels", 2)
        for name, default in self._get_generation_defaults().items():
            setattr(self, name, kwargs.pop(name, default))
        self._attn_implementation_internal = kwargs.pop("attn_implementation", None)
    @staticmethod
    def _get_generation_defaults():
        return {"max_length": 20, "top_p": 1.0}
"""
        }
    )
    (base,) = release.classes
    assert base.is_base
    assert {item.name: item.default for item in base.parameters} == {
        "return_dict": True,
        "output_attentions": False,
        "pruned_heads": {},
        "num_labels": 2,
        "max_length": 20,
        "top_p": 1.0,
    }
    assert "attn_implementation" in base.accepted_keywords


def test_keywords_properties_and_attributes_are_noted(read_class):
    record = read_class("""
class XConfig(PretrainedConfig):
    def __init__(self, size=1, **kwargs):
        if "width" in kwargs:
            size = kwargs.pop("width")
        self.size = size
        self.depth = 3
        super().__init__(**kwargs)
    @property
    def area(self): return self.size
    @property
    def length(self): return self.size
    @length.setter
    def length(self, value): self.size = value
    def validate_size(self):
        if self.size < 1: raise ValueError
""")
    assert record.accepted_keywords == ("width",)
    assert record.properties == ("length",)
    assert {"area", "depth"} <= set(record.attributes)
    assert [item.name for item in record.validators] == ["validate_size"]
    assert record.validators[0].source.startswith("def validate_size(self):")


def test_the_fallback_of_an_optional_library_is_not_taken_for_the_value(read_class):
    record = read_class("""
try:
    from library import SIZE
except ImportError:
    SIZE = 3
class XConfig(PretrainedConfig):
    def __init__(self, size=SIZE, **kwargs): ...
""")
    assert not parameters(record)["size"].default_known
