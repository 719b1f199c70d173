"""Where releases keep their configurations, and how these find each other."""

from __future__ import annotations

import pytest


def names(release):
    return {item.name for item in release.classes}


def test_flat_modules_of_the_releases_before_4(read_tree, base_module):
    release = read_tree(
        {
            "configuration_utils.py": base_module,
            "configuration_bert.py": """
from __future__ import absolute_import, unicode_literals
from .configuration_utils import PretrainedConfig
MAP = {'bert': "https://example.org/bert.json"}
class BertConfig(PretrainedConfig):
    pretrained_config_archive_map = MAP
    def __init__(self, vocab_size_or_config_json_file=30522, **kwargs):
        super(BertConfig, self).__init__(**kwargs)
""",
            "configuration_roberta.py": """
from .configuration_bert import BertConfig
class RobertaConfig(BertConfig):
    pass
""",
        }
    )
    assert names(release) == {"PretrainedConfig", "BertConfig", "RobertaConfig"}
    roberta = next(item for item in release.classes if item.name == "RobertaConfig")
    assert [item.name for item in roberta.parameters] == ["vocab_size_or_config_json_file"]


def test_deprecated_models_are_marked(read_tree, base_module):
    release = read_tree(
        {
            "configuration_utils.py": base_module,
            "models/deprecated/old/configuration_old.py": """
from ....configuration_utils import PretrainedConfig
class OldConfig(PretrainedConfig):
    def __init__(self, size=1, **kwargs): ...
""",
        }
    )
    old = next(item for item in release.classes if item.name == "OldConfig")
    assert old.deprecated
    assert old.module == "transformers.models.deprecated.old.configuration_old"


@pytest.mark.parametrize(
    "statement",
    [
        "from ..y.configuration_y import YConfig",
        "from ..y import YConfig",
        "from .. import YConfig",
        "from ... import YConfig",
        "from transformers import YConfig",
        "from transformers.models.y import YConfig",
        "from ..y import configuration_y\nYConfig = configuration_y.YConfig",
        "try:\n    from ..y import YConfig\nexcept ImportError:\n    YConfig = None",
    ],
)
def test_imports_lead_to_the_class_however_they_are_written(read_tree, base_module, statement):
    base = "YConfig" if "configuration_y\nYConfig" not in statement else "configuration_y.YConfig"
    release = read_tree(
        {
            "configuration_utils.py": base_module,
            "models/__init__.py": "",
            "models/y/__init__.py": "_import_structure = {'configuration_y': ['YConfig']}\n",
            "models/y/configuration_y.py": """
from ...configuration_utils import PretrainedConfig
class YConfig(PretrainedConfig):
    def __init__(self, size=7, **kwargs): ...
""",
            "models/x/configuration_x.py": f"{statement}\nclass XConfig({base}): ...\n",
        }
    )
    record = next(item for item in release.classes if item.name == "XConfig")
    assert [(item.name, item.default) for item in record.parameters] == [("size", 7)]


def test_files_that_only_generate_others_are_left_out(read_tree, base_module):
    body = "from ...configuration_utils import PretrainedConfig\nclass XConfig(PretrainedConfig): ...\n"
    release = read_tree(
        {
            "configuration_utils.py": base_module,
            "models/x/configuration_x.py": body,
            "models/x/modular_x.py": body.replace("XConfig", "OtherConfig"),
            "utils/dummy_pt_objects.py": body.replace("XConfig", "DummyConfig"),
        }
    )
    assert names(release) == {"PretrainedConfig", "XConfig"}


def test_a_configuration_outside_configuration_files_is_found_unless_it_needs_torch(read_tree, base_module):
    body = "from ..configuration_utils import PretrainedConfig\nclass {}(PretrainedConfig):\n    pass\n"
    release = read_tree(
        {
            "configuration_utils.py": base_module,
            "generation/detector.py": body.format("DetectorConfig"),
            "generation/watermarking.py": "import torch\n" + body.format("WatermarkConfig"),
        }
    )
    assert names(release) == {"PretrainedConfig", "DetectorConfig"}


def test_of_two_classes_with_one_name_the_first_is_kept_and_the_second_reported(read_tree, base_module):
    body = "from ...configuration_utils import PretrainedConfig\nclass XConfig(PretrainedConfig): ...\n"
    release = read_tree(
        {
            "configuration_utils.py": base_module,
            "models/a/configuration_a.py": body,
            "models/b/configuration_b.py": body,
        }
    )
    assert [item.module for item in release.classes if item.name == "XConfig"] == [
        "transformers.models.a.configuration_a"
    ]
    assert [item.subject for item in release.failures] == ["XConfig"]
