"""``Catalog.validate`` gives the findings of the checker as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalog import Catalog, NotFoundError
from catalog.errors import UsageError


def codes(report) -> list[str]:
    return [finding.code for finding in report.findings]


def test_a_mapping_is_checked(catalog: Catalog) -> None:
    report = catalog.validate({"model_type": "llama", "params": {"hiden_size": 3}})
    assert codes(report) == ["C111"]
    assert report.findings[0].parameter == "hiden_size"
    assert not report.ok
    assert catalog.validate({"model_type": "llama", "params": {"hidden_size": 64}}).ok


def test_a_file_is_checked_as_the_command_line_does(catalog: Catalog, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    spec = tmp_path / "spec.yaml"
    spec.write_text("model_type: llama\nparams: {hiden_size: 3}\n", encoding="utf-8")
    assert (
        codes(catalog.validate(spec))
        == codes(catalog.validate("spec.yaml"))
        == codes(catalog.validate("."))
        == ["C111"]
    )
    assert codes(catalog.validate(spec, ignore=["misspelt-parameter"])) == []
    (tmp_path / "pyproject.toml").write_text('[tool.catalog]\nignore = ["C111"]\n', encoding="utf-8")
    assert codes(catalog.validate(spec)) == []


def test_the_release_of_the_spec_counts_unless_one_is_given(catalog: Catalog) -> None:
    spec = {"model_type": "llama", "release": "4.9", "params": {"hidden_act": "gelu"}}
    assert codes(catalog.validate(spec)) == ["C110"]
    assert codes(catalog.validate(spec, release="5.23.0")) == []
    assert codes(catalog.validate({**spec, "release": "3.0"})) == ["C120"]


def test_wrong_calls_are_refused(catalog: Catalog) -> None:
    with pytest.raises(NotFoundError):
        catalog.validate({}, release="3.0")
    with pytest.raises(UsageError):
        catalog.validate({}, select=["C999"])
