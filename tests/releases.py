"""Tiny releases of transformers in wheels, for tests of what changes from one to the next."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from pathlib import Path

from catalog import Catalog

OLD_BASE = '''
class PretrainedConfig:
    model_type = ""

    def __init__(self, **kwargs):
        """
        Args:
            output_attentions (`bool`, *optional*, defaults to `False`): Whether to return attentions.
        """
        self.output_attentions = kwargs.pop("output_attentions", False)
        self.torchscript = kwargs.pop("torchscript", False)
'''
NEW_BASE = OLD_BASE.replace("PretrainedConfig", "PreTrainedConfig").replace(
    '        self.torchscript = kwargs.pop("torchscript", False)\n', ""
)


def config(
    name: str,
    signature: str,
    *,
    model_type: str = "",
    base: str = "PretrainedConfig",
    docs: str = "",
    extra: str = "",
) -> str:
    """Source of a configuration module with one class."""
    names = re.findall(r"(\w+)(?:: [^=]+)?=", signature)
    body = "".join(f"        self.{field} = {field}\n" for field in names)
    return (
        f"from ...configuration_utils import {base}\n\n\n"
        f"class {name}({base}):\n"
        f'    """A model.\n\n    Args:\n{docs}    """\n\n'
        f'    model_type = "{model_type}"\n{extra}\n'
        f"    def __init__(self, {signature}, **kwargs):\n"
        f"        super().__init__(**kwargs)\n{body}"
    )


def write_wheel(folder: Path, version: str, modules: Mapping[str, str], *, base: str = OLD_BASE) -> Path:
    """Write a wheel whose configuration modules are given by model."""
    path = folder / f"transformers-{version}-py3-none-any.whl"
    info = f"transformers-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("transformers/__init__.py", f'__version__ = "{version}"\n')
        wheel.writestr("transformers/configuration_utils.py", base)
        for model, source in modules.items():
            name = model.rpartition("/")[2]
            wheel.writestr(f"transformers/models/{model}/configuration_{name}.py", source)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: transformers\nVersion: {version}\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


WIDTH = (
    "        {name} (`int`, *optional*, defaults to 8):\n            Width of the hidden states of the tiny model.\n"
)
TINY = {
    "4.1.0": config(
        "TinyConfig",
        "width=8, dropout=0.1, mode='fast', legacy=True, ratio=0.5",
        model_type="tiny",
        docs=WIDTH.format(name="width"),
    ),
    "4.2.0": config(
        "TinyConfig",
        "width=8, dropout=0.0, mode='fast', legacy=True, ratio=0.5, window=None",
        model_type="tiny",
        docs=WIDTH.format(name="width"),
    ),
    "5.0.0": config(
        "TinyConfig",
        "hidden_size=8, dropout=0.0, mode: Literal['slow', 'exact']='slow', ratio=2, window=None",
        model_type="tiny",
        base="PreTrainedConfig",
        docs=WIDTH.format(name="hidden_size"),
        extra='    attribute_map = {"width": "hidden_size"}\n',
    ).replace("from ...", "from typing import Literal\n\nfrom ...", 1),
}
GONE = config("GoneConfig", "size=1, depth=2", model_type="gone")
LATE = config("LateConfig", "size=3", model_type="late", base="PreTrainedConfig")
PAIR = config("PairConfig", "a=1, b=2, c=3", model_type="pair")


def sub_config(base: str) -> str:
    """Source of a model with a nested configuration."""
    return (
        f"from ...configuration_utils import {base}\n"
        "from ..tiny.configuration_tiny import TinyConfig\n\n\n"
        f"class DuoConfig({base}):\n"
        '    model_type = "duo"\n'
        '    sub_configs = {"text_config": TinyConfig}\n\n'
        "    def __init__(self, text_config=None, projection=4, **kwargs):\n"
        "        super().__init__(**kwargs)\n"
        "        self.text_config = text_config\n"
        "        self.projection = projection\n"
    )


def write_history(folder: Path) -> list[Path]:
    """Three releases: a default that changes silently, a rename, removals, classes that come, go and change names."""
    other = {version: ("PreTrainedConfig" if version == "5.0.0" else "PretrainedConfig") for version in TINY}
    first = {"tiny": TINY["4.1.0"], "gone": GONE, "pair": PAIR, "duo": sub_config(other["4.1.0"])}
    second = {"tiny": TINY["4.2.0"], "deprecated/gone": GONE.replace("...", "...."), "pair": PAIR}
    third = {
        "tiny": TINY["5.0.0"],
        "late": LATE,
        "pair": PAIR.replace("PairConfig", "CoupleConfig").replace("PretrainedConfig", "PreTrainedConfig"),
        "duo": sub_config(other["5.0.0"]),
    }
    return [
        write_wheel(folder, "4.1.0", first),
        write_wheel(folder, "4.2.0", second | {"duo": sub_config(other["4.2.0"])}),
        write_wheel(folder, "5.0.0", third, base=NEW_BASE),
    ]


def sync_history(folder: Path) -> Path:
    """A catalog of the three releases."""
    database = folder / "history.db"
    with Catalog.open(database) as catalog:
        for wheel in write_history(folder):
            catalog.sync_path(wheel)
    return database
