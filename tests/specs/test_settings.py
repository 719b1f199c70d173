"""Settings come from the nearest pyproject.toml, and a wrong one names its file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog.errors import UsageError
from catalog.specs.settings import Settings, SettingsSearch, load_settings


def _write(folder: Path, content: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "pyproject.toml"
    path.write_text(content)
    return path


def test_settings_are_read(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        '[tool.catalog]\nselect = ["C1"]\nignore = ["unknown-parameter"]\nexclude = ["drafts"]\nrelease = "5.23.0"\n'
        'database = "sqlite:///x.db"\n[tool.catalog.severity]\nC111 = "warning"\n',
    )
    settings = load_settings(tmp_path)
    assert (settings.selection.select, settings.selection.ignore) == (("C1",), ("C110",))
    assert settings.selection.severity == {"C111": "warning"}
    assert (settings.exclude, settings.release, settings.database) == (("drafts",), "5.23.0", "sqlite:///x.db")
    assert settings.source == path


def test_nearest_file_with_a_table_counts(tmp_path: Path) -> None:
    _write(tmp_path, '[tool.catalog]\nrelease = "1"\n')
    _write(tmp_path / "a", "[tool.other]\nx = 1\n")
    _write(tmp_path / "a/b", '[tool.catalog]\nrelease = "2"\n')
    search = SettingsSearch()
    assert search.of(tmp_path / "a/spec.yaml").release == "1"
    assert search.of(tmp_path / "a/b/c/spec.yaml").release == "2"


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert SettingsSearch().of(tmp_path / "x").source is None
    assert Settings().selection.reports("C110")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[tool.catalog]\nselct = []\n", "no key 'selct'. Did you mean select?"),
        ("[tool.catalog]\nselect = 'C1'\n", "tool.catalog.select must be a list of strings"),
        ("[tool.catalog]\nignore = [1]\n", "tool.catalog.ignore must be a list of strings"),
        ("[tool.catalog]\nselect = ['C999']\n", "There is no rule 'C999'"),
        ("[tool.catalog]\nseverity = {C110 = 'fatal'}\n", "'fatal' is no severity for C110"),
        ("[tool.catalog]\nseverity = {C110 = 1}\n", "tool.catalog.severity must be a table"),
        ("[tool.catalog]\nrelease = 5.23\n", "tool.catalog.release must be a string"),
        ("[tool]\ncatalog = 1\n", "tool.catalog is no table"),
        ("[tool.catalog\n", "is no TOML"),
    ],
)
def test_wrong_setting_names_its_file_and_key(tmp_path: Path, content: str, words: str) -> None:
    path = _write(tmp_path, content)
    with pytest.raises(UsageError) as caught:
        load_settings(tmp_path)
    assert str(path) in str(caught.value)
    assert words in str(caught.value)
