"""Comments silence the findings they name, and say so where they silence nothing."""

from __future__ import annotations

import pytest

from catalog.specs.diagnostics import Finding
from catalog.specs.loading import load_text
from catalog.specs.nodes import Span
from catalog.specs.suppression import suppress


def _left(text: str, *found: tuple[int, str], path: str = "spec.yaml") -> list[tuple[str, int]]:
    """Code and line of what is left of findings at the start of some lines."""
    findings = [
        Finding(
            path=path, span=Span(line, 1, line, 2), code=code, rule="r", severity="warning", parameter=None, message="m"
        )
        for line, code in found
    ]
    return [(finding.code, finding.span.line) for finding in suppress(load_text(text, path), findings)]


def test_comment_at_the_end_silences_its_line() -> None:
    assert _left("model_type: x  # catalog: ignore[C110]\nparams: {}\n", (1, "C110"), (2, "C110"), (1, "C111")) == [
        ("C110", 2), ("C111", 1),
    ]  # fmt: skip


def test_comment_on_its_own_line_silences_the_next_one_that_says_anything() -> None:
    text = "# catalog: ignore[C110]\n\n# why\nmodel_type: x\nparams: {}\n"
    assert _left(text, (4, "C110"), (5, "C110")) == [("C110", 5)]


def test_comment_for_the_file_silences_all_lines() -> None:
    assert _left("model_type: x\n# catalog: ignore-file[C110, C111]\n", (1, "C110"), (2, "C111"), (1, "C201")) == [
        ("C201", 1)
    ]


def test_rule_may_be_named_and_spelling_is_lenient() -> None:
    text = "model_type: x #Catalog : Ignore[ unknown-parameter , c111 ]  because\n"
    assert _left(text, (1, "C110"), (1, "C111")) == []


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("# catalog: ignore[C999]", "no rule 'C999'"),
        ("# catalog: ignore", "names no rule"),
        ("# catalog: ignore[]", "names no rule"),
        ("# catalog: ignroe[C110]", "does not know"),
    ],
)
def test_comment_that_names_no_rule_is_reported(comment: str, words: str) -> None:
    found = suppress(load_text(f"model_type: x  {comment}\n", "spec.yaml"), [])
    assert [finding.code for finding in found] == ["C030"]
    assert words in found[0].message


def test_unknown_rule_is_marked_and_its_neighbours_count() -> None:
    (found,) = suppress(load_text("model_type: x  # catalog: ignore[C009, unknown-paramter]\n", "s.yaml"), [
        Finding(path="s", span=Span(1, 1, 1, 2), code="C009", rule="r", severity="info", parameter=None, message="m"),
    ])  # fmt: skip
    assert found.span == Span(1, 40, 1, 56)
    assert found.suggestion == "Did you mean unknown-parameter?"


def test_comment_that_silences_nothing_is_reported_unless_the_file_could_not_be_checked() -> None:
    text = "model_type: x  # catalog: ignore[C110]\n"
    assert _left(text) == [("C031", 1)]
    assert _left(text, (2, "C002")) == [("C002", 2)]


def test_report_on_a_comment_can_be_silenced_itself() -> None:
    assert _left("# catalog: ignore-file[C031]\nmodel_type: x  # catalog: ignore[C110]\n") == []


def test_text_that_only_looks_like_a_comment_silences_nothing() -> None:
    text = 'model_type: "x # catalog: ignore[C110]"\ntask: |\n  # catalog: ignore[C110]\n  x#catalog: ignore[C110]\n'
    assert _left(text, (1, "C110"), (3, "C110")) == [("C110", 1), ("C110", 3)]


def test_ordinary_comment_and_json_are_left_alone() -> None:
    assert _left("# catalog: our models\nmodel_type: x\n") == []
    assert _left('{"model_type": "# catalog: ignore[C110]"}', (1, "C110"), path="config.json") == [("C110", 1)]
