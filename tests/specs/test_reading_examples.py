"""Every fault of reading has examples: files in invalid/ that show it, files in valid/ that come near and do not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalog.specs.faults import FAULTS
from catalog.specs.loading import load_path, load_text
from catalog.specs.rules import HEADINGS, rule, rules
from catalog.specs.suppression import suppress

HERE = Path(__file__).parent
CODES = [fault.code for fault in FAULTS]


def _examples(kind: str) -> list[Path]:
    return [path for code in CODES for path in sorted((HERE / kind / code).iterdir())]


def _codes(path: Path) -> set[str]:
    file = load_path(str(path))
    return {finding.code for finding in suppress(file, file.findings)}


@pytest.mark.parametrize("path", _examples("invalid"), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_invalid_example_shows_its_fault(path: Path) -> None:
    assert path.parent.name in _codes(path)


@pytest.mark.parametrize("path", _examples("valid"), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_valid_example_does_not_show_the_fault(path: Path) -> None:
    assert path.parent.name not in _codes(path)


@pytest.mark.parametrize("code", CODES)
def test_fault_has_a_valid_and_an_invalid_example(code: str) -> None:
    assert list((HERE / "invalid" / code).iterdir())
    assert list((HERE / "valid" / code).iterdir())


@pytest.mark.parametrize("code", CODES)
def test_fault_has_a_page_with_all_headings(code: str) -> None:
    found = rule(code)
    assert found is not None
    assert [line[3:] for line in found.page.splitlines() if line.startswith("## ")] == list(HEADINGS)
    assert found.summary.endswith(".")


def test_pages_and_faults_are_the_same() -> None:
    assert tuple(found for found in rules() if found.code < "C1") == FAULTS


def _page_examples() -> list[tuple[str, str]]:
    examples = ((fault.code, re.search(r"```yaml\n(.*?)```", fault.page, re.DOTALL)) for fault in FAULTS)
    found = [(code, match[1]) for code, match in examples if match]
    return [(code, text.replace("→   ", "\t")) for code, text in found if "# and so on" not in text]


@pytest.mark.parametrize(("code", "text"), _page_examples(), ids=lambda value: value[:4])
def test_example_on_the_page_shows_the_fault(code: str, text: str) -> None:
    file = load_text(text, "spec.yaml")
    assert code in {finding.code for finding in suppress(file, file.findings)}
