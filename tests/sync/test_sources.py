"""Releases from wheels: each in a transaction of its own, none stops the rest, an interrupted sync goes on."""

import random
import signal
import subprocess
import sys
import textwrap
import time
import zipfile

import pytest

from catalog.errors import IntrospectionError
from catalog.introspect.static import MemoryCache
from catalog.store import open_store
from catalog.sync import sync_path, sync_published, sync_published_selection

BASE = """
class PretrainedConfig:
    model_type = ""

    def __init__(self, **kwargs):
        self.output_attentions = kwargs.pop("output_attentions", False)
"""


def config_source(size):
    return f'''
from ...configuration_utils import PretrainedConfig


class TinyConfig(PretrainedConfig):
    """A tiny model.

    Args:
        hidden_size (`int`, *optional*, defaults to {size}):
            Width of the model.
    """

    model_type = "tiny"

    def __init__(self, hidden_size={size}, **kwargs):
        super().__init__(**kwargs)
        self.hidden_size = hidden_size
'''


def write_wheel(folder, version, size=8, config=None):
    path = folder / f"transformers-{version}-py3-none-any.whl"
    info = f"transformers-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr("transformers/__init__.py", f'__version__ = "{version}"\n')
        wheel.writestr("transformers/configuration_utils.py", BASE)
        wheel.writestr("transformers/models/tiny/configuration_tiny.py", config or config_source(size))
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: transformers\nVersion: {version}\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def wheels(tmp_path):
    folder = tmp_path / "wheels"
    folder.mkdir()
    for number in range(6):
        write_wheel(folder, f"4.{number}.0", size=8 + number // 2)
    return folder


VERSIONS = tuple(f"4.{number}.0" for number in range(6))


def content(store):
    return {
        info.version: [store.config_class(info.version, row.name) for row in store.class_rows(info.version)]
        for info in store.releases()
    }


def test_releases_are_cataloged_from_wheels_at_hand(tmp_path, wheels):
    with open_store(tmp_path / "catalog.db") as store:
        report = sync_published(store, VERSIONS, wheels=wheels, cache=MemoryCache())
        assert [(r.release, r.extractor, r.changed, r.classes) for r in report.releases] == [
            (version, "static", True, 1) for version in VERSIONS
        ]
        sizes = [store.config_class(v, "TinyConfig").parameters[0].default for v in VERSIONS]
        assert sizes == [8, 8, 9, 9, 10, 10]
        assert store.releases()[0].released is not None


def test_a_second_sync_reads_nothing(tmp_path, wheels):
    with open_store(tmp_path / "catalog.db") as store:
        sync_published(store, VERSIONS, wheels=wheels)
        for path in wheels.iterdir():
            path.unlink()
        assert not sync_published(store, VERSIONS, wheels=wheels).changed


def test_a_release_that_fails_is_reported_and_stops_no_other(tmp_path, wheels, monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (wheels / "transformers-4.1.0-py3-none-any.whl").write_bytes(b"not a wheel")
    (wheels / "transformers-4.2.0-py3-none-any.whl").unlink()
    with open_store(tmp_path / "catalog.db") as store:
        report = sync_published(store, VERSIONS, wheels=wheels)
        assert [r.release for r in report.failed] == ["4.1.0", "4.2.0"]
        assert all(r.error for r in report.failed)
        assert len(store.releases()) == 4


def test_a_wheel_of_another_version_is_refused(tmp_path, wheels):
    (wheels / "transformers-4.5.0-py3-none-any.whl").replace(wheels / "transformers-4.4.0-py3-none-any.whl")
    with open_store(tmp_path / "catalog.db") as store:
        (report,) = sync_published(store, ["4.4.0"], wheels=wheels).releases
        assert "4.5.0" in report.error


def test_a_module_that_does_not_parse_is_named(tmp_path):
    path = write_wheel(tmp_path, "4.7.0", config=config_source(8) + "\nclass Broken(:\n")
    with open_store(tmp_path / "catalog.db") as store, pytest.raises(IntrospectionError, match="configuration_tiny"):
        sync_path(store, path)


def test_one_custom_file_is_cataloged_without_being_executed(tmp_path):
    marker = tmp_path / "executed"
    file = tmp_path / "configuration_custom.py"
    file.write_text(
        f"open({str(marker)!r}, 'w')\n"
        "from transformers import PretrainedConfig\n\n\n"
        "class CustomConfig(PretrainedConfig):\n"
        "    model_type = 'custom'\n\n"
        "    def __init__(self, width=4 * 16, **kwargs):\n"
        "        super().__init__(**kwargs)\n"
    )
    with open_store(tmp_path / "catalog.db") as store:
        (report,) = sync_path(store, file).releases
        assert store.config_class(report.release, "CustomConfig").parameters[0].default == 64
    assert not marker.exists()


def test_a_selection_is_downloaded_as_pip_is_configured(tmp_path, wheels, monkeypatch):
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("CATALOG_CACHE", str(tmp_path / "cache"))
    with open_store(tmp_path / "catalog.db") as store:
        report = sync_published_selection(store, since="4.2", until="4.4")
        assert [r.release for r in report.releases] == ["4.2.0", "4.3.0", "4.4.0"]
        assert not report.failed


def test_a_sync_that_is_killed_goes_on_to_the_same_catalog(tmp_path, wheels):
    with open_store(tmp_path / "whole.db") as store:
        sync_published(store, VERSIONS, wheels=wheels)
        expected = content(store)
    script = textwrap.dedent(
        f"""
        from pathlib import Path
        from catalog.store import open_store
        from catalog.sync import sync_published
        with open_store({str(tmp_path / "killed.db")!r}) as store:
            print("ready", flush=True)
            sync_published(store, {VERSIONS!r}, wheels=Path({str(wheels)!r}))
        """
    )
    seed = random.Random(7)
    for _ in range(5):
        process = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
        process.stdout.readline()
        time.sleep(seed.random() * 0.15)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        with open_store(tmp_path / "killed.db") as store:
            found = content(store)
            assert all(expected[version] == classes for version, classes in found.items())
    with open_store(tmp_path / "killed.db") as store:
        sync_published(store, VERSIONS, wheels=wheels)
        assert content(store) == expected
