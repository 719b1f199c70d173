"""Every rule has a page whose example shows the fault, files that show it, and files that do not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalog.specs.checker import Checker
from catalog.specs.diagnostics import Finding
from catalog.specs.loading import load_path, load_text
from catalog.specs.rules import HEADINGS, rule, rules

HERE = Path(__file__).parent.parent
CODES = [found.code for found in rules() if "C1" <= found.code < "C6"]


def _examples(kind: str) -> list[Path]:
    return [path for code in CODES for path in sorted((HERE / kind / code).iterdir())]


def _name(path: Path) -> str:
    return f"{path.parent.name}-{path.name}"


def _findings(path: Path, checker: Checker) -> list[Finding]:
    file = load_path(str(path))
    assert file.specs, f"{path} holds no spec"
    assert not [finding for finding in file.findings if finding.severity == "error"], file.findings
    return [finding for spec in file.specs for finding in checker.check(spec)]


@pytest.mark.parametrize("path", _examples("invalid"), ids=_name)
def test_invalid_example_shows_its_fault_and_no_other(path: Path, checker: Checker) -> None:
    codes = {finding.code for finding in _findings(path, checker)}
    assert codes == {path.parent.name}


@pytest.mark.parametrize("path", _examples("valid"), ids=_name)
def test_valid_example_does_not_show_the_fault(path: Path, checker: Checker) -> None:
    findings = _findings(path, checker)
    assert path.parent.name not in {finding.code for finding in findings}
    assert not [finding for finding in findings if finding.severity == "error"]


@pytest.mark.parametrize("path", _examples("invalid"), ids=_name)
def test_findings_point_into_the_file(path: Path, checker: Checker) -> None:
    lines = path.read_text(encoding="utf-8").split("\n")
    for finding in _findings(path, checker):
        span = finding.span
        assert (span.line, span.column) < (span.end_line, span.end_column) or span.line == span.end_line
        assert 1 <= span.line <= len(lines)
        assert 1 <= span.column <= len(lines[span.line - 1]) + 1
        assert finding.message.endswith(".")


@pytest.mark.parametrize("code", CODES)
def test_rule_has_valid_and_invalid_examples(code: str) -> None:
    assert list((HERE / "invalid" / code).iterdir())
    assert list((HERE / "valid" / code).iterdir())


@pytest.mark.parametrize("code", CODES)
def test_rule_has_a_page_with_all_headings(code: str) -> None:
    found = rule(code)
    assert found is not None
    assert [line[3:] for line in found.page.splitlines() if line.startswith("## ")] == list(HEADINGS)
    assert found.summary.endswith(".")


@pytest.mark.parametrize("code", CODES)
def test_example_of_the_page_shows_the_fault(code: str, checker: Checker) -> None:
    found = rule(code)
    assert found is not None
    example = re.search(r"```(yaml|json)\n(.*?)```", found.page, re.DOTALL)
    assert example is not None
    file = load_text(example[2], f"example.{example[1]}")
    codes = {finding.code for spec in file.specs for finding in checker.check(spec)}
    assert code in codes


def test_names_and_codes_are_unique() -> None:
    found = rules()
    assert len({item.code for item in found}) == len({item.name for item in found}) == len(found)


def test_rule_is_found_by_code_and_by_name_in_any_case() -> None:
    assert rule("c111") == rule("misspelt-parameter") == rule("C111")
    assert rule("C999") is None
