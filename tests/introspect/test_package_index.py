"""Releases are found through pip, whatever its version prints."""

import sys
import zipfile

import pytest

from catalog.errors import IntrospectionError, NotFoundError
from catalog.introspect import package_index


def write_wheel(folder, version, extra_files=()):
    path = folder / f"transformers-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as wheel:
        info = f"transformers-{version}.dist-info"
        wheel.writestr("transformers/__init__.py", f'__version__ = "{version}"\n')
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: transformers\nVersion: {version}\n")
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
        for name, text in extra_files:
            wheel.writestr(name, text)
    return path


@pytest.fixture
def folder_index(tmp_path, monkeypatch):
    """pip set up to look into one folder only."""
    index = tmp_path / "index"
    index.mkdir()
    for version in ("0.1", "2.0.0", "4.9.2", "4.10.0", "5.0.0rc1"):
        write_wheel(index, version)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    return index


def test_final_releases_are_listed_oldest_first(folder_index):
    assert package_index.available_releases() == ("2.0.0", "4.9.2", "4.10.0")


def test_a_wheel_is_downloaded_as_pip_is_configured(folder_index, tmp_path):
    target = tmp_path / "target"
    target.mkdir()
    assert package_index.download("4.9.2", target) == target / "transformers-4.9.2-py3-none-any.whl"


def test_an_unknown_release_is_named(folder_index, tmp_path):
    with pytest.raises(NotFoundError, match="4\\.99\\.0"):
        package_index.download("4.99.0", tmp_path)


def test_an_index_that_cannot_be_read_is_an_error_with_a_remedy(monkeypatch, tmp_path):
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    with pytest.raises(IntrospectionError, match="--path"):
        package_index.available_releases()


def test_the_plain_answer_of_an_older_pip_is_understood():
    output = "transformers (5.1.0)\nAvailable versions: 5.1.0, 5.0.0, 4.57.6, 0.1\n"
    assert package_index._final_releases(package_index._versions_in(output)) == ("4.57.6", "5.0.0", "5.1.0")


def test_credentials_in_an_index_address_are_not_shown():
    line = package_index._last_line("ERROR: cannot reach https://me:secret@index.example/simple\n")
    assert "secret" not in line
    assert "index.example" in line


def test_a_python_without_pip_is_told_apart(monkeypatch, tmp_path):
    stub = tmp_path / "python"
    stub.write_text("#!/bin/sh\necho 'python: No module named pip' >&2\nexit 1\n")
    stub.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stub))
    with pytest.raises(package_index.MissingDependencyError, match="pip is not installed"):
        package_index.available_releases()
