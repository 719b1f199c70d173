"""--select, --ignore and severities choose what is reported."""

from __future__ import annotations

import pytest

from catalog.errors import UsageError
from catalog.specs.diagnostics import Finding
from catalog.specs.nodes import Span
from catalog.specs.selection import Selection, code_of


def _finding(code: str) -> Finding:
    return Finding(path="x", span=Span(1, 1, 1, 2), code=code, rule="r", severity="error", parameter=None, message="m")


def _kept(selection: Selection, *codes: str) -> list[str]:
    return [finding.code for finding in selection.apply(map(_finding, codes))]


def test_everything_is_reported_by_default() -> None:
    assert _kept(Selection(), "C009", "C110") == ["C009", "C110"]


@pytest.mark.parametrize(
    ("select", "ignore", "kept"),
    [
        ((), ("C110",), ["C009", "C111", "C201"]),
        ((), ("C1",), ["C009", "C201"]),
        ((), ("unknown-parameter,c2",), ["C009", "C111"]),
        (("C1",), (), ["C110", "C111"]),
        (("C1",), ("C110",), ["C111"]),
        (("C110",), ("C1",), ["C110"]),
        (("Unknown_Parameter",), (), ["C110"]),
        (("ALL",), ("C1",), ["C009", "C201"]),
        (("C1", "C2"), ("C1",), ["C201"]),
    ],
)
def test_longer_prefix_wins(select: tuple[str, ...], ignore: tuple[str, ...], kept: list[str]) -> None:
    assert _kept(Selection.of(select, ignore), "C009", "C110", "C111", "C201") == kept


def test_broken_file_is_reported_whatever_is_selected_and_silent_only_by_its_code() -> None:
    assert _kept(Selection.of(["C1"]), "C002") == ["C002"]
    assert _kept(Selection.of(ignore=["C0"]), "C002") == ["C002"]
    assert _kept(Selection.of(ignore=["syntax-error"]), "C002") == []


def test_severity_is_changed_or_switched_off() -> None:
    selection = Selection.of(severity={"C1": "warning", "unknown-parameter": "info", "C201": "off"})
    found = selection.apply(map(_finding, ("C110", "C111", "C201", "C301")))
    assert [(finding.code, finding.severity) for finding in found] == [
        ("C110", "info"), ("C111", "warning"), ("C301", "error"),
    ]  # fmt: skip


def test_command_line_replaces_what_is_selected_and_adds_to_what_is_ignored() -> None:
    settings = Selection.of(["C1"], ["C110"])
    assert _kept(settings.narrowed(ignore=["C111"]), "C009", "C110", "C111", "C112") == ["C112"]
    assert _kept(settings.narrowed(select=["C110"]), "C009", "C110", "C111") == ["C110"]


@pytest.mark.parametrize(
    ("names", "remedy"),
    [
        (["C1100"], "C110"),
        (["unknown-paramter"], "unknown-parameter"),
        (["C7"], None),
        (["X"], "catalog rules"),
        (["E501"], None),
    ],
)
def test_unknown_rule_is_wrong_usage_with_a_suggestion(names: list[str], remedy: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        Selection.of(names, where="--select")
    assert caught.value.message.startswith("--select: There is no rule")
    assert (remedy or "") in (caught.value.remedy or "")


def test_unknown_severity_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="'fatal' is no severity for C110"):
        Selection.of(severity={"C110": "fatal"})


def test_code_is_found_by_code_and_by_name() -> None:
    assert code_of("c002") == code_of("Syntax-Error") == code_of("syntax_error") == "C002"
    assert code_of("C0") is None
