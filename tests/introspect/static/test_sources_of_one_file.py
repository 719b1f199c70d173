"""A custom ``configuration_*.py`` of its own, without the release that it was written for."""

from __future__ import annotations

import pytest

from catalog.introspect.sources import FileSource, FolderSource
from catalog.introspect.static import read_source


@pytest.fixture
def read_file(tmp_path):
    def read(text):
        file = tmp_path / "configuration_custom.py"
        file.write_text(text, encoding="utf-8")
        return read_source(FileSource(file))

    return read


def test_a_constructor_names_the_parameters(read_file):
    release = read_file('''
from transformers import PretrainedConfig
class CustomConfig(PretrainedConfig):
    """A model.

    Args:
        hidden_size (`int`, *optional*, defaults to 64): Width.
    """
    model_type = "custom"
    def __init__(self, hidden_size=64, act="gelu", **kwargs):
        super().__init__(**kwargs)
''')
    (record,) = release.classes
    assert release.version == "file:configuration_custom"
    assert (record.name, record.module, record.model_type) == ("CustomConfig", "configuration_custom", "custom")
    assert (record.bases, record.ancestors) == (("PretrainedConfig",), ("PretrainedConfig",))
    assert [(item.name, item.default) for item in record.parameters] == [("hidden_size", 64), ("act", "gelu")]
    assert record.parameters[0].description == "Width."


def test_annotated_names_are_the_parameters_where_there_is_no_constructor(read_file):
    (record,) = read_file("""
from transformers.configuration_utils import PreTrainedConfig
class CustomConfig(PreTrainedConfig):
    model_type = "custom"
    hidden_size: int = 64
    sizes: list[int] | None = None
""").classes
    assert [(item.name, item.default, item.type) for item in record.parameters] == [
        ("hidden_size", 64, "int"),
        ("sizes", None, {"union": [{"list": "int"}, "null"]}),
    ]


def test_a_class_that_builds_on_a_model_of_transformers_counts(read_file):
    (record,) = read_file("""
from transformers import LlamaConfig as Base
class CustomConfig(Base):
    def __init__(self, extra=1, **kwargs):
        super().__init__(**kwargs)
""").classes
    assert record.ancestors == ("LlamaConfig",)
    assert [item.name for item in record.parameters] == ["extra"]


def test_a_file_that_is_no_python_is_named_with_its_reason(read_file):
    release = read_file("class CustomConfig(PretrainedConfig:\n    print 'hello'\n")
    assert release.classes == ()
    (failure,) = release.failures
    assert (failure.subject, failure.stage) == ("configuration_custom.py", "parse")
    assert "SyntaxError" in failure.reason


def test_one_bad_file_does_not_hide_the_others(tmp_path):
    (tmp_path / "configuration_bad.py").write_bytes(b"\xff\xfe not utf-8")
    (tmp_path / "configuration_nul.py").write_bytes(b"a = 1\0")
    (tmp_path / "configuration_deep.py").write_text("x = " + "(" * 500 + ")" * 500)
    (tmp_path / "configuration_good.py").write_text(
        "from transformers import PretrainedConfig\n"
        "class GoodConfig(PretrainedConfig):\n"
        "    def __init__(self, size=1, **kwargs): ...\n"
    )
    release = read_source(FolderSource(tmp_path))
    assert [item.name for item in release.classes] == ["GoodConfig"]
    assert {item.subject for item in release.failures} == {
        "configuration_bad.py",
        "configuration_nul.py",
        "configuration_deep.py",
    }


def test_nothing_of_a_file_is_executed(read_file, tmp_path):
    target = tmp_path / "executed"
    release = read_file(f"""
import pathlib
from transformers import PretrainedConfig
pathlib.Path({str(target)!r}).write_text("x")
def touch(value=pathlib.Path({str(target)!r}).write_text("x")): return value
class CustomConfig(PretrainedConfig):
    pathlib.Path({str(target)!r}).write_text("x")
    def __init__(self, size=touch(), other=pathlib.Path({str(target)!r}).write_text("x"), **kwargs): ...
""")
    assert not target.exists()
    assert [item.default_known for item in release.classes[0].parameters] == [False, False]


def test_classes_that_inherit_from_each_other_or_themselves_end(read_file):
    release = read_file("""
class AConfig(BConfig): ...
class BConfig(AConfig): ...
class CConfig(CConfig): ...
A = B
B = A
class DConfig(PretrainedConfig):
    attribute_map = {**attribute_map}
    sub_configs = {**DConfig.sub_configs}
    def __init__(self, a=A, **kwargs): ...
""")
    assert "DConfig" in {item.name for item in release.classes}
    (a,) = next(item for item in release.classes if item.name == "DConfig").parameters
    assert not a.default_known


def test_hostile_nesting_costs_a_class_or_a_file_and_never_the_release(tmp_path):
    head = "from transformers import PretrainedConfig\n"
    body = "class {0}Config(PretrainedConfig):\n    def __init__(self, a{1}, **kwargs): ...\n"
    files = {
        "sum": head + body.format("Sum", " = 1" + " + 1" * 3000),
        "annotation": head + body.format("Annotation", ": " + "list[" * 80 + "int" + "]" * 80 + " = 1"),
        "union": head + body.format("Union", ": " + " | ".join(["int"] * 2000) + " = 1"),
        "chain": head
        + "class C0Config(PretrainedConfig): ...\n"
        + "".join(f"class C{number}Config(C{number - 1}Config): ...\n" for number in range(1, 1500)),
        "doc": head
        + f'class DocConfig(PretrainedConfig):\n    """{"(" * 5000}\n\n    Args:\n        a (`{"[" * 5000}"""\n',
        "names": head
        + "\n".join(f"A{number} = A{number + 1}" for number in range(2000))
        + "\nA2000 = 1\n"
        + body.format("Names", " = A0"),
        "good": head + body.format("Good", " = 1"),
    }
    for name, text in files.items():
        (tmp_path / f"configuration_{name}.py").write_text(text)
    release = read_source(FolderSource(tmp_path))
    found = {item.name for item in release.classes}
    assert {"GoodConfig", "DocConfig", "AnnotationConfig", "NamesConfig", "C0Config"} <= found
    names = next(item for item in release.classes if item.name == "NamesConfig")
    assert not names.parameters[0].default_known
    assert all(item.reason for item in release.failures)
