"""What is installed, told without importing it; what is missing or broken, told with a remedy."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from catalog.errors import IntrospectionError, MissingDependencyError
from catalog.introspect.fingerprint import extractor_digest, find_package, installed_release


@pytest.fixture
def package(tmp_path, monkeypatch) -> Path:
    folder = tmp_path / "a_package"
    (folder / "models").mkdir(parents=True)
    (folder / "__init__.py").write_text('__version__ = "1.2.3"\n')
    (folder / "models" / "configuration_x.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def test_the_installed_transformers_is_described_without_importing_it():
    code = (
        "import sys\nfrom catalog.introspect import installed_release\nrelease = installed_release()\n"
        "heavy = {'transformers', 'sqlalchemy', 'griffe', 'docutils'} & sys.modules.keys()\n"
        "print(release.version, release.fingerprint, sorted(heavy))"
    )
    output = _python(code).stdout.split()
    assert output == [importlib.metadata.version("transformers"), installed_release().fingerprint, "[]"]


def test_contents_decide_not_times(package):
    first = installed_release("a_package")
    assert first.version == "1.2.3"
    assert first.location == package
    assert first.environment["python"] == f"{sys.version_info.major}.{sys.version_info.minor}"
    os.utime(package / "models" / "configuration_x.py", (0, 0))
    assert installed_release("a_package") == first
    file = package / "models" / "configuration_x.py"
    before = file.stat()
    file.write_text("x = 2\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert installed_release("a_package").fingerprint != first.fingerprint
    file.write_text("x = 1\n")
    assert installed_release("a_package").fingerprint == first.fingerprint


@pytest.mark.parametrize("change", ["add", "rename", "move"])
def test_names_count_as_well(package, change):
    first = installed_release("a_package").fingerprint
    file = package / "models" / "configuration_x.py"
    if change == "add":
        (package / "models" / "empty.py").write_text("")
    elif change == "rename":
        file.rename(file.with_name("configuration_y.py"))
    else:
        file.rename(package / "configuration_x.py")
    assert installed_release("a_package").fingerprint != first


def test_files_that_are_no_python_do_not_count(package):
    first = installed_release("a_package").fingerprint
    (package / "data.json").write_text("{}")
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "x.pyc").write_bytes(b"x")
    assert installed_release("a_package").fingerprint == first


def test_the_extractor_itself_counts():
    assert len(extractor_digest()) == 64
    assert extractor_digest() == extractor_digest()


def test_a_package_that_is_not_installed():
    with pytest.raises(MissingDependencyError) as caught:
        installed_release("a_package_that_nobody_has")
    assert str(caught.value) == (
        "a_package_that_nobody_has is not installed. Install it with: pip install a_package_that_nobody_has"
    )


def test_remains_of_a_package(tmp_path, monkeypatch):
    (tmp_path / "half_removed" / "models").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(IntrospectionError, match=r"no installation of half_removed: its __init__\.py is missing"):
        find_package("half_removed")


def test_a_package_without_a_version(package):
    (package / "__init__.py").write_text("")
    with pytest.raises(IntrospectionError, match="states no version"):
        installed_release("a_package")


@pytest.mark.parametrize(
    ("init", "message"),
    [
        ("raise ImportError('numpy is too old')", "does not import: ImportError: numpy is too old"),
        ("import sys; sys.exit(3)", "does not import: SystemExit: 3"),
        ("", "has no class PreTrainedConfig or PretrainedConfig"),
    ],
)
def test_a_broken_transformers_is_an_error_with_a_remedy(tmp_path, init, message):
    folder = tmp_path / "transformers"
    folder.mkdir()
    (folder / "__init__.py").write_text(f'__version__ = "9.9"\n{init}\n')
    (folder / "configuration_utils.py").write_text("")
    code = (
        "from catalog.introspect import read_installed\nfrom catalog.errors import IntrospectionError\n"
        "try:\n    read_installed()\nexcept IntrospectionError as error:\n    print(error.message, '|', error.remedy)"
    )
    output = _python(code, path=tmp_path).stdout
    assert message in output
    assert "transformers 9.9" in output
    assert "with: pip install --" in output


@pytest.mark.slow
def test_records_are_the_same_without_torch(installed_release, tmp_path):
    file = tmp_path / "release.json"
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "import json, pathlib\nfrom catalog.introspect import read_installed\nfrom catalog.records import to_document\n"
        "release = read_installed()\n"
        f"pathlib.Path({str(file)!r}).write_text(json.dumps(to_document(release)))\n"
    )
    _python(code)
    from catalog.records import to_document

    without = json.loads(file.read_text())
    expected = json.loads(json.dumps(to_document(installed_release)))
    for document in (without, expected):
        document.pop("seconds")
    assert without.keys() == expected.keys()
    for name in expected:
        assert without[name] == expected[name], name


def _python(code: str, *, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = dict(os.environ)
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment, timeout=300
    )
