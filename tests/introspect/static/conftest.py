"""Sources of releases: the installed one, made-up ones, and wheels that are already on this machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from catalog.introspect.fingerprint import find_package
from catalog.introspect.sources import FolderSource, WheelSource
from catalog.introspect.static import read_source
from catalog.records import ConfigClass, Release

BASE = '''
class PretrainedConfig(object):
    r"""Base class.

    Args:
        num_labels (`int`, *optional*, defaults to 2): Number of labels.
    """
    model_type = ""
    attribute_map = {}

    def __init__(self, **kwargs):
        self.output_attentions = kwargs.pop("output_attentions", False)
        self.num_labels = kwargs.pop("num_labels", 2)
'''
DATACLASS_BASE = '''
from dataclasses import dataclass
from typing import ClassVar

@dataclass(repr=False)
class PreTrainedConfig:
    """Base class."""

    model_type: ClassVar[str] = ""
    sub_configs_defaults: ClassVar[dict] = {}
    attribute_map: ClassVar[dict] = {}
    dtype: str | None = None
    chunk_size_feed_forward: int = 0
'''

ReadTree = Callable[[Mapping[str, str]], Release]
ReadClass = Callable[..., ConfigClass]


@pytest.fixture(scope="session")
def installed_static() -> Release:
    """The installed transformers, read from its source."""
    return read_source(FolderSource(find_package("transformers")))


@pytest.fixture
def base_module() -> str:
    """A ``configuration_utils.py`` as releases before 5.4 have it."""
    return BASE


@pytest.fixture
def read_tree(tmp_path: Path) -> ReadTree:
    """Read a release that is made of the files given: path → text."""

    def read(files: Mapping[str, str]) -> Release:
        root = tmp_path / "transformers"
        for path, text in {"__init__.py": '__version__ = "4.0.0"\n', **files}.items():
            file = root / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return read_source(FolderSource(root))

    return read


@pytest.fixture
def read_class(read_tree: ReadTree) -> ReadClass:
    """Read class ``XConfig`` of a module of a release whose base takes keywords, or is a dataclass."""

    def read(body: str, *, dataclass: bool = False, files: Mapping[str, str] | None = None) -> ConfigClass:
        name = "PreTrainedConfig" if dataclass else "PretrainedConfig"
        release = read_tree(
            {
                "configuration_utils.py": DATACLASS_BASE if dataclass else BASE,
                "models/x/configuration_x.py": f"from ...configuration_utils import {name}\n{body}",
                **(files or {}),
            }
        )
        assert not release.failures
        return next(item for item in release.classes if item.name == "XConfig")

    return read


@pytest.fixture(scope="session")
def wheel() -> Callable[[str], WheelSource]:
    """Open the wheel of a release; skip the test where it is not on this machine."""

    def find(version: str) -> WheelSource:
        folder = os.environ.get("CATALOG_WHEELS")
        found = sorted(Path(folder).glob(f"transformers-{version}-*.whl")) if folder else []
        if not found:
            pytest.skip(f"CATALOG_WHEELS names no folder with the wheel of transformers {version}")
        return WheelSource(found[0])

    return find
