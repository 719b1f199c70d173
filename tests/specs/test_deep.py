"""The deep check makes what a spec describes, and blames the parameter that is at fault."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from catalog.errors import MissingDependencyError
from catalog.records import Release
from catalog.specs.checker import Checker
from catalog.specs.deep import DeepChecker, DeepLimits
from catalog.specs.loading import load_text
from catalog.specs.memory import ReleaseKnowledge
from catalog.specs.rules import HEADINGS, rule

HERE = Path(__file__).parent
CODES = ("C601", "C602", "C603")

pytestmark = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs torch")


@pytest.fixture(scope="module")
def knowledge(installed_release: Release) -> ReleaseKnowledge:
    return ReleaseKnowledge(installed_release)


@pytest.fixture(scope="module")
def deep(knowledge: ReleaseKnowledge) -> Iterator[DeepChecker]:
    with DeepChecker(knowledge, Checker(knowledge).check) as checker:
        yield checker


def _found(deep: DeepChecker, text: str) -> list[tuple[str, str, int, str | None]]:
    (spec,) = load_text(text, "spec.yaml").specs
    return [(found.severity, found.code, found.span.line, found.parameter) for found in deep.check(spec)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("model_type: llama\nparams: {num_hidden_layers: 2}\n", []),
        ("model_type: bert\ntask: text-classification\nparams: {num_labels: 3}\n", []),
        ("model_type: gemma4_assistant\n", [("error", "C601", 1, None)]),
        (
            "model_type: longformer\nparams:\n  num_hidden_layers: 2\n  attention_window: 63\n",
            [("error", "C602", 4, "attention_window")],
        ),
        (
            "model_type: reformer\nparams:\n  axial_pos_embds_dim: [1, 2]\n",
            [("error", "C602", 3, "axial_pos_embds_dim")],
        ),
        ("model_type: bert\nparams: {hiden_size: 3}\n", [("error", "C111", 2, "hiden_size")]),
    ],
)
def test_spec_is_built_and_its_fault_is_found_again(
    deep: DeepChecker, text: str, expected: list[tuple[str, str, int, str | None]]
) -> None:
    assert _found(deep, text) == expected


def test_model_that_takes_too_long_is_given_up(knowledge: ReleaseKnowledge) -> None:
    with DeepChecker(knowledge, Checker(knowledge).check, limits=DeepLimits(seconds=0.05)) as deep:
        assert _found(deep, "model_type: bert\n") == [("info", "C603", 1, None)]
        assert _found(deep, "model_type: bert\n") == [("info", "C603", 1, None)]


def test_process_without_memory_is_given_up(knowledge: ReleaseKnowledge) -> None:
    with DeepChecker(knowledge, Checker(knowledge).check, limits=DeepLimits(memory=200_000_000)) as deep:
        assert [code for _, code, _, _ in _found(deep, "model_type: bert\n")] == ["C603"]


def test_missing_torch_names_the_extra_that_brings_it(
    knowledge: ReleaseKnowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "torch" else find(name))
    with pytest.raises(MissingDependencyError, match="builder"):
        DeepChecker(knowledge, Checker(knowledge).check)


def _examples(kind: str) -> list[Path]:
    return sorted(path for code in CODES for path in (HERE / kind / code).iterdir())


@pytest.mark.parametrize("path", _examples("invalid"), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_invalid_example_shows_its_fault_and_no_other(deep: DeepChecker, path: Path) -> None:
    if path.parent.name == "C603" and importlib.util.find_spec("timm") is not None:
        pytest.skip("timm is installed")
    assert {item[1] for item in _found(deep, path.read_text(encoding="utf-8"))} == {path.parent.name}


@pytest.mark.parametrize("path", _examples("valid"), ids=lambda path: f"{path.parent.name}-{path.name}")
def test_valid_example_is_built(deep: DeepChecker, path: Path) -> None:
    assert _found(deep, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("code", CODES)
def test_rule_has_a_page_whose_example_shows_it(deep: DeepChecker, code: str) -> None:
    found = rule(code)
    assert found is not None
    assert [line[3:] for line in found.page.splitlines() if line.startswith("## ")] == list(HEADINGS)
    example = re.search(r"```yaml\n(.*?)```", found.page, re.DOTALL)
    assert example is not None
    if code != "C603" or importlib.util.find_spec("timm") is None:
        assert code in [item[1] for item in _found(deep, example[1])]
