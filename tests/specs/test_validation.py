"""One run takes files through all stages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from catalog.errors import UsageError
from catalog.specs.diagnostics import Edit, Finding, Fix
from catalog.specs.fixing import WriteError
from catalog.specs.nodes import Spec
from catalog.specs.settings import SettingsSearch
from catalog.specs.validation import Validation

GOOD = "model_type: bert\nparams:\n  hidden_size: 3\n"
FAULTY = "model_type: bert\nparams:\n  hiden_size: 3  # größer\n"


def _check(spec: Spec) -> Iterator[Finding]:
    """A checker that knows one misspelt parameter."""
    for entry in spec.params or ():
        if entry.key == "hiden_size":
            yield Finding(
                path=spec.path, span=entry.key_span, code="C111", rule="misspelt-parameter", severity="error",
                parameter="hiden_size", message="Misspelt.", fix=Fix("Rename", (Edit(entry.key_span, "hidden_size"),)),
            )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.yaml").write_text(GOOD)
    (tmp_path / "b.yaml").write_text(FAULTY)
    (tmp_path / "c.yaml").write_text("a: @ # model_type\n")
    (tmp_path / "d.yaml").write_text("services: {}\n")
    return tmp_path


def _places(validation: Validation, *paths: str) -> list[tuple[str, str]]:
    return [(finding.path, finding.code) for finding in validation.validate(paths).findings]


def test_broken_file_does_not_hide_the_others(folder: Path) -> None:
    report = Validation(_check).validate(["c.yaml", "missing.yaml", "."])
    assert [(finding.path, finding.code) for finding in report.findings] == [
        ("c.yaml", "C002"), ("missing.yaml", "C001"), ("b.yaml", "C111"),
    ]  # fmt: skip
    assert report.files == 4
    assert report.counts == {"error": 3, "warning": 0, "info": 0}
    assert not report.ok
    assert report.sources["b.yaml"] == FAULTY


def test_folder_of_other_files_is_passed_over_silently(folder: Path) -> None:
    assert Validation(_check).validate(["."]).files == 3


def test_comments_settings_and_options_are_heeded(folder: Path) -> None:
    (folder / "b.yaml").write_text(FAULTY.replace("# größer", "# catalog: ignore[C111]"))
    assert _places(Validation(_check), "b.yaml") == []
    (folder / "b.yaml").write_text(FAULTY)
    (folder / "pyproject.toml").write_text('[tool.catalog]\nseverity = {C111 = "warning"}\nexclude = ["c.*"]\n')
    search = SettingsSearch()
    report = Validation(_check, settings=search).validate(["."])
    assert [(finding.path, finding.severity) for finding in report.findings] == [("b.yaml", "warning")]
    assert _places(Validation(_check, settings=search, ignore=["C111"]), ".") == []
    assert _places(Validation(_check, settings=search, select=["C2"]), ".") == []


def test_note_on_a_word_gives_way_to_a_rule_that_says_more(folder: Path) -> None:
    def check(spec: Spec) -> Iterator[Finding]:
        for entry in spec.params or ():
            yield Finding(
                path=spec.path, span=entry.value.span, code="C203", rule="boolean-in-quotes", severity="error",
                parameter=entry.key, message="m",
            )  # fmt: skip

    (folder / "b.yaml").write_text("model_type: bert\ntask: on\nparams: {use_cache: yes}\n")
    assert _places(Validation(check), "b.yaml") == [("b.yaml", "C009"), ("b.yaml", "C203")]


def test_unknown_rule_is_refused_before_anything_is_read() -> None:
    with pytest.raises(UsageError):
        Validation(_check, select=["C999"])


def test_mapping_is_checked() -> None:
    report = Validation(_check).validate_mapping({"model_type": "bert", "params": {"hiden_size": 3}})
    assert [(finding.path, finding.code, finding.span.line) for finding in report.findings] == [
        ("<mapping>", "C111", 4)
    ]


def test_files_are_mended_and_a_second_run_finds_nothing(folder: Path) -> None:
    fixed, report = Validation(_check).fix(["a.yaml", "b.yaml"])
    assert [(file.path, file.fixes) for file in fixed] == [("b.yaml", 1)]
    assert (folder / "b.yaml").read_text() == FAULTY.replace("hiden", "hidden")
    assert (report.files, report.findings) == (2, ())
    assert Validation(_check).fix(["a.yaml", "b.yaml"])[0] == []


def test_files_stay_where_only_the_changes_are_wanted(folder: Path) -> None:
    fixed, report = Validation(_check).fix(["b.yaml"], write=False)
    assert fixed[0].after == FAULTY.replace("hiden", "hidden")
    assert report.ok
    assert (folder / "b.yaml").read_text() == FAULTY


def test_finding_that_is_not_reported_is_not_mended(folder: Path) -> None:
    assert Validation(_check, ignore=["C111"]).fix(["b.yaml"])[0] == []


def test_standard_input_is_mended_without_being_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(FAULTY.encode())))
    fixed, _ = Validation(_check).fix(["-"])
    assert fixed[0].after == FAULTY.replace("hiden", "hidden")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
def test_encoding_stays_and_is_still_reported(folder: Path, encoding: str) -> None:
    (folder / "e.yaml").write_bytes(FAULTY.encode(encoding))
    _, report = Validation(_check).fix(["e.yaml"])
    assert (folder / "e.yaml").read_bytes() == FAULTY.replace("hiden", "hidden").encode(encoding)
    assert [finding.code for finding in report.findings] == ([] if encoding == "utf-8-sig" else ["C015"])


def test_text_that_the_encoding_lacks_is_not_written(folder: Path) -> None:
    def check(spec: Spec) -> Iterator[Finding]:
        for finding in _check(spec):
            yield Finding(
                path=finding.path, span=finding.span, code="C111", rule="r", severity="error", parameter=None,
                message="m", fix=Fix("t", (Edit(finding.span, '"大"'),)),
            )  # fmt: skip

    (folder / "e.yaml").write_bytes(FAULTY.encode("latin-1"))
    with pytest.raises(WriteError, match="latin-1"):
        Validation(check).fix(["e.yaml"])
    assert (folder / "e.yaml").read_bytes() == FAULTY.encode("latin-1")
