"""A small package that does everything wrong, read by importing it."""

from __future__ import annotations

import importlib
import logging
import sys
import textwrap
import warnings

import pytest

from catalog.introspect.package import PackageFacts, read_package
from catalog.introspect.sources import FolderSource
from catalog.introspect.walk import configuration_paths, module_name
from catalog.records import ConfigClass, Parameter

PACKAGE = "toy_transformers"
FILES = {
    "__init__.py": '__version__ = "1.0"\n',
    "configuration_utils.py": '''
        from dataclasses import dataclass

        class PreTrainedConfig:
            """Base class."""

            attribute_map = {}

            dtype: str | None = None
            id2label: dict | None = None

            def __init_subclass__(cls, **kwargs):
                super().__init_subclass__(**kwargs)
                dataclass(cls, repr=False, kw_only=True)

            def __post_init__(self, **kwargs):
                self.id2label = {0: "LABEL_0"}
                self.num_labels = kwargs.pop("num_labels", 2)

        PreTrainedConfig = dataclass(PreTrainedConfig, repr=False, kw_only=True)
        ''',
    "models/__init__.py": "",
    "models/good/__init__.py": "",
    "models/good/configuration_good.py": '''
        from enum import Enum
        from typing import Literal, Optional

        from ...configuration_utils import PreTrainedConfig

        class Kind(Enum):
            ONE = "one"

        Alias = Literal["x", "y"]

        class GoodConfig(PreTrainedConfig):
            r"""
            The good one.

            Args:
                hidden_size (`int`, *optional*, defaults to 8):
                    Width.
                    It is wide.
                mode (`str`, *optional*, defaults to `"a"`):
                    One of `"a"` or `"b"`.
            """

            model_type = "good"
            attribute_map = {"width": "hidden_size"}
            keys_to_ignore_at_inference = ["past_key_values"]

            hidden_size: int = 4 * 2
            head_dim: Optional[int] = None
            mode: str = "a"
            kind: Kind = Kind.ONE
            letter: Alias = "x"
            scale: float = float("nan")
            pair: "tuple[int, int]" = (1, 2)
            names: frozenset = frozenset({"b", "a"})
            thing: object = object()
            must: int = None
            dtype: str | None = "float32"

            def __post_init__(self, legacy_size=None, **kwargs):
                for key in ("old_a", "old_b"):
                    kwargs.pop(key, None)
                if "renamed" in kwargs:
                    self.extra = kwargs["renamed"]
                if self.mode not in ("a", "b"):
                    raise ValueError(self.mode)
                self.head_dim = self.hidden_size // 2
                self.pair = (1.0, 2)
                super().__post_init__(**kwargs)

            @property
            def out(self):
                return 1

            @out.setter
            def out(self, value):
                pass

            @property
            def computed(self):
                raise RuntimeError("must not be read")

            def validate_size(self):
                """Checks."""
                if self.hidden_size < 0:
                    raise ValueError("size")
        ''',
    "models/child/__init__.py": "",
    "models/child/configuration_child.py": """
        import logging
        import warnings

        from ..good.configuration_good import GoodConfig

        print("noise on standard output")
        warnings.warn("noise")
        logging.getLogger("toy").error("noise")

        class ChildConfig(GoodConfig):
            model_type = "child"
            hidden_size: int = 16
            depth: int = 3

        class Twin(GoodConfig):
            pass
        """,
    "models/bad/__init__.py": "",
    "models/bad/configuration_raises.py": '''
        from ...configuration_utils import PreTrainedConfig

        class RaisesConfig(PreTrainedConfig):
            """Raises.

            Args:
                size (`int`):
                    Its size.
            """
            size: int = 1

            def __post_init__(self, **kwargs):
                raise ValueError("cannot\\n   be one of a, b, c, d, e, f, g, h, i, j, k, l, m")

        class ExitsConfig(PreTrainedConfig):
            def __post_init__(self, **kwargs):
                raise SystemExit(3)

        class UnreadableConfig(PreTrainedConfig):
            attribute_map = 5

        class Unprintable:
            def __repr__(self):
                raise RuntimeError("no repr")

        class WeirdDefaultConfig(PreTrainedConfig):
            """Weird."""

            thing: object = Unprintable()

        class Twin(PreTrainedConfig):
            pass
        ''',
    "models/bad/configuration_import.py": "import a_module_that_nobody_has\n",
    "models/bad/configuration_exit.py": '''
        from ...configuration_utils import PreTrainedConfig

        class HalfConfig(PreTrainedConfig):
            """Of a module that stops half-way."""

        raise SystemExit("stopped")
        ''',
    "models/bad/configuration_syntax.py": "def f(:\n",
    "models/bad/modular_bad.py": "from x import PreTrainedConfig\n\nclass ModularConfig(PreTrainedConfig):\n    pass\n",
    "other.py": "from .configuration_utils import PreTrainedConfig\n\nclass OtherConfig(PreTrainedConfig):\n    pass\n",
    "modeling.py": "import torch\nfrom .x import PreTrainedConfig\n\nclass TorchConfig(PreTrainedConfig):\n    pass\n",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    root = tmp_path_factory.mktemp("site")
    for name, text in FILES.items():
        file = root / PACKAGE / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(textwrap.dedent(text))
    sys.path.insert(0, str(root))
    importlib.invalidate_caches()
    yield FolderSource(root / PACKAGE)
    sys.path.remove(str(root))
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture(scope="module")
def steps() -> list[tuple[str, int, int]]:
    return []


@pytest.fixture(scope="module")
def facts(tree, steps) -> PackageFacts:
    base = importlib.import_module(f"{PACKAGE}.configuration_utils").PreTrainedConfig
    return read_package(PACKAGE, base, tree, vocabularies={}, progress=lambda *step: steps.append(step))


@pytest.fixture
def classes(facts) -> dict[str, ConfigClass]:
    return {record.name: record for record in facts.classes}


def parameters(record: ConfigClass) -> dict[str, Parameter]:
    return {parameter.name: parameter for parameter in record.parameters}


def test_files_that_define_configurations_are_found(tree):
    paths = list(configuration_paths(tree))
    assert "models/good/configuration_good.py" in paths
    assert "other.py" in paths
    assert "modeling.py" not in paths
    assert "models/bad/modular_bad.py" not in paths
    assert module_name(PACKAGE, "models/__init__.py") == f"{PACKAGE}.models"


def test_what_does_not_import_is_recorded_and_the_rest_goes_on(facts):
    failed = {item.subject.rpartition(".")[2]: item.reason for item in facts.failures if item.stage == "import"}
    assert failed.keys() == {"configuration_import", "configuration_exit", "configuration_syntax"}
    assert failed["configuration_import"] == "ModuleNotFoundError: No module named 'a_module_that_nobody_has'"
    assert failed["configuration_exit"] == "SystemExit: stopped"
    assert failed["configuration_syntax"].startswith("SyntaxError: ")


def test_what_does_not_construct_is_kept_with_its_reason(facts, classes):
    failed = {item.subject: item.reason for item in facts.failures if item.stage == "construct"}
    assert failed == {
        "RaisesConfig": "ValueError: cannot be one of a, b, c and 10 more",
        "ExitsConfig": "SystemExit: 3",
    }
    assert parameters(classes["RaisesConfig"])["size"].description == "Its size."


def test_a_class_that_cannot_be_read_does_not_hide_the_others(facts, classes):
    failed = {item.subject: item.reason for item in facts.failures if item.stage == "parse"}
    assert failed["UnreadableConfig"] == "TypeError: 'int' object is not iterable"
    assert failed["WeirdDefaultConfig"] == "RuntimeError: no repr"
    assert not {"UnreadableConfig", "WeirdDefaultConfig"} & classes.keys()
    assert {"GoodConfig", "ChildConfig", "OtherConfig"} <= classes.keys()


def test_classes_of_a_module_that_stopped_half_way_are_left_out(facts, classes):
    assert "HalfConfig" not in classes
    assert "HalfConfig" not in {item.subject for item in facts.failures}


def test_of_two_classes_with_one_name_the_first_is_kept(facts, classes):
    failed = {item.subject: item.reason for item in facts.failures if item.stage == "parse"}
    assert classes["Twin"].module == f"{PACKAGE}.models.bad.configuration_raises"
    assert f"{PACKAGE}.models.child.configuration_child defines a class of that name" in failed["Twin"]


def test_defaults_of_every_kind(classes):
    good = parameters(classes["GoodConfig"])
    assert {name: item.default for name, item in good.items()} == {
        "dtype": "float32",
        "hidden_size": 8,
        "head_dim": None,
        "mode": "a",
        "kind": "one",
        "letter": "x",
        "scale": {"$float": "nan"},
        "pair": [1, 2],
        "names": {"$set": ["a", "b"]},
        "thing": {"$repr": "<object>"},
        "must": None,
    }
    assert good["hidden_size"].default_source == "4 * 2"
    assert good["pair"].annotation == '"tuple[int, int]"'
    assert good["pair"].type == {"tuple": ["int", "int"]}
    assert good["head_dim"].type == {"union": ["int", "null"]}
    assert good["letter"].type == {"literal": ["x", "y"]}
    assert (good["letter"].choices, good["letter"].choices_source) == (("x", "y"), "literal")
    assert (good["mode"].choices, good["mode"].choices_source) == (("a", "b"), "validator")


def test_documentation_is_the_class_own_or_marked_as_inferred(classes):
    good, child = parameters(classes["GoodConfig"]), parameters(classes["ChildConfig"])
    assert classes["GoodConfig"].summary == "The good one."
    assert good["hidden_size"].description == "Width.\nIt is wide."
    assert good["hidden_size"].inferred_from is None
    assert (good["hidden_size"].documented_type, good["hidden_size"].documented_default) == ("int", 8)
    assert child["hidden_size"].description == "Width.\nIt is wide."
    assert child["hidden_size"].inferred_from == "GoodConfig"
    assert child["hidden_size"].documented_default_text is None
    assert child["depth"].description is None


def test_inheritance_is_told(classes):
    child = classes["ChildConfig"]
    assert child.ancestors == ("GoodConfig", "PreTrainedConfig")
    assert parameters(child)["hidden_size"].inherited_from is None
    assert parameters(child)["mode"].inherited_from == "GoodConfig"
    assert "id2label" not in parameters(child)
    assert parameters(child)["dtype"].inherited_from == "GoodConfig"
    assert set(parameters(classes["PreTrainedConfig"])) == {"dtype", "id2label"}
    assert classes["PreTrainedConfig"].is_base


def test_keywords_properties_and_validators_are_read_from_the_source(classes):
    good = classes["GoodConfig"]
    assert good.accepted_keywords == ("legacy_size", "old_a", "old_b", "renamed")
    assert good.properties == ("out",)
    assert good.attributes == ("computed", "extra")
    assert [item.name for item in good.validators] == ["validate_size"]
    assert good.validators[0].source.startswith('def validate_size(self):\n    """Checks."""\n    if self')
    assert classes["PreTrainedConfig"].accepted_keywords == ("num_labels",)
    assert (dict(good.attribute_map), good.keys_to_ignore_at_inference) == (
        {"width": "hidden_size"},
        ("past_key_values",),
    )


def test_only_what_construction_changes_is_observed(facts):
    observed = {item.config_class: item for item in facts.observations}
    assert observed["GoodConfig"].effective == {
        "head_dim": 4,
        "pair": [1.0, 2],
        "id2label": {"0": "LABEL_0"},
    }
    assert observed["ChildConfig"].effective["head_dim"] == 8
    assert "PreTrainedConfig" not in observed


def test_each_step_is_told(facts, steps):
    assert [name for name, _, _ in steps] == sorted((name for name, _, _ in steps), key=_ORDER.index)
    assert {name for name, _, _ in steps} == set(_ORDER)
    assert all(0 <= done < total for _, done, total in steps)


_ORDER = ["importing", "reading", "constructing"]


def test_nothing_is_printed_logged_or_left_behind(tree, capsys, caplog):
    before = (logging.root.manager.disable, list(warnings.filters))
    base = importlib.import_module(f"{PACKAGE}.configuration_utils").PreTrainedConfig
    sys.modules.pop(f"{PACKAGE}.models.child.configuration_child", None)
    read_package(PACKAGE, base, tree, vocabularies={})
    assert capsys.readouterr() == ("", "")
    assert caplog.records == []
    assert (logging.root.manager.disable, list(warnings.filters)) == before


SIGNATURES = {
    "__init__.py": '__version__ = "0.1"\n',
    "configuration_utils.py": '''
        class PretrainedConfig:
            """Base class."""

            def __init__(self, **kwargs):
                self.return_dict = kwargs.pop("return_dict", True)
                self.num_labels = kwargs.pop("num_labels", 2)
                for name, value in self._get_generation_defaults().items():
                    setattr(self, name, kwargs.pop(name, value))
        ''',
    "configuration_old.py": '''
        from .configuration_utils import PretrainedConfig

        class OldConfig(PretrainedConfig):
            r"""
            The old one.

            Args:
                size (`int`, *optional*, defaults to 2048):
                    Width.
            """
            model_type = "old"
            sub_configs = property(lambda self: {})

            def __init__(self, size: int = 4 * 512, act="gelu", *, must, flag=None, **kwargs):
                self.size = size
                self.act = act
                self.must = must
                super().__init__(**kwargs)

            def _get_generation_defaults(self):
                return {"top_k": 50}

        class ChildConfig(OldConfig):
            def __init__(self, act="relu", must=1, extra=None, **kwargs):
                super().__init__(act=act, must=must, **kwargs)
                self.flag = "set"

        class ClosedConfig(OldConfig):
            def __init__(self, only=1):
                super().__init__(must=only)
        ''',
}


def test_classes_that_are_no_dataclasses_are_read_from_their_signatures(tmp_path, monkeypatch):
    for name, text in SIGNATURES.items():
        file = tmp_path / "toy_signatures" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(str(tmp_path))
    base = importlib.import_module("toy_signatures.configuration_utils").PretrainedConfig
    facts = read_package("toy_signatures", base, FolderSource(tmp_path / "toy_signatures"), vocabularies={})
    records = {record.name: record for record in facts.classes}
    old, child, closed = (records[name] for name in ("OldConfig", "ChildConfig", "ClosedConfig"))

    assert [(item.name, item.default, item.required) for item in old.parameters] == [
        ("size", 2048, False),
        ("act", "gelu", False),
        ("must", None, True),
        ("flag", None, False),
    ]
    size = parameters(old)["size"]
    assert (size.annotation, size.type, size.default_source, size.documented_default) == ("int", "int", "4 * 512", 2048)
    assert parameters(old)["act"].type is None
    assert [(item.name, item.inherited_from) for item in child.parameters] == [
        ("act", None),
        ("must", None),
        ("extra", None),
        ("size", "OldConfig"),
        ("flag", "OldConfig"),
    ]
    assert parameters(child)["act"].default == "relu"
    assert [item.name for item in closed.parameters] == ["only"]
    assert old.sub_configs == ()

    observed = {item.config_class: item for item in facts.observations}
    assert observed["OldConfig"].constructs is False
    assert "must" in (observed["OldConfig"].reason or "")
    assert observed["ChildConfig"].effective["flag"] == "set"
