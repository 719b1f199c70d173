"""Fixes change the text where they say and nowhere else, and files are never half written."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.records import Json
from catalog.specs.diagnostics import Edit, Finding, Fix, Severity
from catalog.specs.fixing import WriteError, apply_fixes, fix_until_stable, unified_diff, write_atomically
from catalog.specs.loading import load_path, load_text
from catalog.specs.nodes import Mapping, Node, Scalar, Sequence, Span, to_value

TEXT = "model_type: bert  # größer 🙂\nparams:\n  layer_norm_eps: 1e-5\n  hiden_size: 3\n"


def _finding(*edits: Edit, severity: Severity = "error", code: str = "C111", safe: bool = True) -> Finding:
    return Finding(
        path="spec.yaml", span=edits[0].span if edits else Span(1, 1, 1, 2), code=code, rule="r", severity=severity,
        parameter=None, message="m", fix=Fix("t", edits, safe),
    )  # fmt: skip


def _edit(line: int, column: int, end: int, text: str) -> Edit:
    return Edit(Span(line, column, line, end), text)


def test_edit_replaces_its_stretch_and_keeps_the_rest() -> None:
    result = apply_fixes(TEXT, [_finding(_edit(4, 3, 13, "hidden_size")), *load_text(TEXT, "spec.yaml").findings])
    assert result.text == TEXT.replace("hiden_size", "hidden_size").replace("1e-5", "1.0e-5")
    assert len(result.applied) == 2


def test_unsafe_fix_is_applied_only_on_request() -> None:
    finding = _finding(_edit(4, 3, 13, "hidden_size"), safe=False)
    assert apply_fixes(TEXT, [finding]).text == TEXT
    assert "hidden_size" in apply_fixes(TEXT, [finding], unsafe=True).text


def test_graver_finding_wins_where_fixes_touch() -> None:
    note = _finding(_edit(3, 19, 23, '"1e-5"'), severity="info", code="C009")
    error = _finding(_edit(3, 19, 23, "0.1"), code="C201")
    for findings in ([note, error], [error, note]):
        result = apply_fixes(TEXT, findings)
        assert "layer_norm_eps: 0.1\n" in result.text
        assert (result.applied, result.skipped) == ((error,), (note,))


def test_fix_is_made_whole_or_not_at_all() -> None:
    first = _finding(_edit(4, 3, 13, "a"), code="C100")
    both = _finding(_edit(1, 13, 17, "b"), _edit(4, 5, 8, "c"), code="C200", severity="warning")
    assert apply_fixes(TEXT, [both, first]).text == TEXT.replace("hiden_size", "a")


def test_same_edit_twice_is_made_once() -> None:
    finding = _finding(_edit(4, 3, 13, "hidden_size"))
    result = apply_fixes(TEXT, [finding, finding])
    assert result.text == TEXT.replace("hiden_size", "hidden_size")
    assert len(result.applied) == 2


def test_insertion_and_neighbouring_edit_both_fit() -> None:
    result = apply_fixes(
        "ab", [_finding(_edit(1, 1, 2, "x")), _finding(_edit(1, 2, 2, "-")), _finding(_edit(1, 3, 3, "!"))]
    )
    assert result.text == "x-b!"


def test_two_insertions_at_one_place_are_left_to_two_rounds() -> None:
    result = apply_fixes("ab", [_finding(_edit(1, 2, 2, "1"), code="C1"), _finding(_edit(1, 2, 2, "2"), code="C2")])
    assert result.text == "a1b"
    assert len(result.skipped) == 1


def test_windows_line_ends_and_byte_order_mark_stay(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    content = b"\xef\xbb\xbf" + TEXT.replace("\n", "\r\n").encode()
    path.write_bytes(content)
    file = load_path(str(path))
    result = apply_fixes(file.text, [*file.findings, _finding(_edit(4, 16, 16, "\n  b: 1"))])
    assert file.source is not None
    assert file.source.encode(result.text) == content.replace(b"1e-5", b"1.0e-5").replace(
        b": 3\r\n", b": 3\r\n  b: 1\r\n"
    )


def test_fixing_goes_on_until_nothing_is_left() -> None:
    file = load_text("parms:\n  a: 1e-5\nmodel_typ: bert\n", "spec.yaml")
    result = fix_until_stable(file, lambda loaded: loaded.findings)
    assert result.text == "params:\n  a: 1.0e-5\nmodel_type: bert\n"
    again = load_text(result.text, "spec.yaml")
    assert not again.findings
    assert fix_until_stable(again, lambda loaded: loaded.findings).applied == ()


def test_fix_that_breaks_the_file_is_not_made_and_the_others_are() -> None:
    file = load_text(TEXT, "spec.yaml")
    result = fix_until_stable(file, lambda loaded: [_finding(_edit(1, 13, 17, "[")), *loaded.findings])
    assert result.text == TEXT.replace("1e-5", "1.0e-5")
    assert [finding.code for finding in result.applied] == ["C009"]


def test_fixes_that_would_repeat_a_key_are_not_both_made() -> None:
    file = load_text("model_type: bert\nparams:\n  a: 1\n  b: 2\n", "spec.yaml")

    def check(loaded: Any) -> list[Finding]:
        if "  c:" in loaded.text:
            return [*loaded.findings]
        return [_finding(_edit(3, 3, 4, "c")), _finding(_edit(4, 3, 4, "c"), code="C112")]

    result = fix_until_stable(file, check)
    assert result.text == "model_type: bert\nparams:\n  c: 1\n  b: 2\n"
    assert len(result.applied) == 1


def test_fixes_that_undo_each_other_end() -> None:
    def check(loaded: Any) -> list[Finding]:
        return [_finding(_edit(1, 13, 17, "abcd" if "bert" in loaded.text else "bert"))]

    assert fix_until_stable(load_text("model_type: bert\n", "spec.yaml"), check).text == "model_type: abcd\n"


def test_diff_shows_what_changes() -> None:
    assert unified_diff("a.yaml", "x: 1\ny: 2", "x: 1\ny: 3") == (
        "--- a/a.yaml\n+++ b/a.yaml\n@@ -1,2 +1,2 @@\n x: 1\n-y: 2\n\\ No newline at end of file\n"
        "+y: 3\n\\ No newline at end of file\n"
    )
    assert unified_diff("a.yaml", "x: \x85 1\n", "x: \x85 1\n") == ""


def test_file_is_replaced_with_its_permissions(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"old")
    path.chmod(0o640)
    write_atomically(str(path), b"new", expected=b"old")
    assert path.read_bytes() == b"new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert [entry.name for entry in tmp_path.iterdir()] == ["spec.yaml"]


def test_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "real" / "spec.yaml"
    target.parent.mkdir()
    target.write_bytes(b"old")
    link = tmp_path / "link.yaml"
    link.symlink_to(target)
    write_atomically(str(link), b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"someone else's")
    with pytest.raises(WriteError, match="changed since it was read"):
        write_atomically(str(path), b"new", expected=b"old")
    assert path.read_bytes() == b"someone else's"


def test_failed_write_leaves_the_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "spec.yaml"
    path.write_bytes(b"old")

    def fail(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(WriteError, match="No space left on device"):
        write_atomically(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["spec.yaml"]


def test_missing_file_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(WriteError):
        write_atomically(str(tmp_path / "gone.yaml"), b"new")
    assert not list(tmp_path.iterdir())


def _scalars(node: Node) -> list[Scalar]:
    if isinstance(node, Scalar):
        return [node]
    inner = node.items if isinstance(node, Sequence) else [entry.value for entry in node.entries]
    return [scalar for child in inner for scalar in _scalars(child)]


_NAMES = st.text("abcdefg_", min_size=1, max_size=6)
_VALUES = st.recursive(
    st.integers(-99, 99) | st.booleans() | _NAMES,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(_NAMES, inner, min_size=1, max_size=3),
    max_leaves=8,
)


def _render(value: Json, draw: st.DrawFn, indent: int = 0) -> str:
    """A value as somebody might write it: block or flow, quoted or not, with comments and blank lines."""
    pad = " " * indent
    comment = draw(st.sampled_from(["", "  # größer", "  # a: 'b"]))
    if isinstance(value, dict) and draw(st.booleans()):
        lines = [f"{pad}{key}:{_render(item, draw, indent + 2)}" for key, item in value.items()]
        return f"{comment}\n" + draw(st.sampled_from(["", "\n"])) + "".join(lines)
    if isinstance(value, list) and draw(st.booleans()):
        return f"{comment}\n" + "".join(f"{pad}-{_render(item, draw, indent + 2)}" for item in value)
    return f" {_flow(value, draw)}{comment}\n"


def _flow(value: Json, draw: st.DrawFn) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_flow(item, draw)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item, draw) for item in value) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return draw(st.sampled_from([str(value), f"'{value}'", f'"{value}"'])) if isinstance(value, str) else str(value)


@given(st.dictionaries(_NAMES, _VALUES, min_size=1, max_size=4), st.data())
def test_fix_changes_only_the_value_it_names(value: dict[str, Json], data: st.DataObject) -> None:
    text = data.draw(st.composite(lambda draw: _render(value, draw).lstrip("\n"))(), label="text")
    root = load_text(text, "x.yaml").specs[0].root
    assert to_value(root) == value
    scalars = _scalars(root)
    chosen = data.draw(st.lists(st.sampled_from(range(len(scalars))), unique=True, min_size=1), label="chosen")
    findings = [_finding(Edit(scalars[index].span, f'"new {index}"')) for index in chosen]
    fixed = load_text(apply_fixes(text, findings).text, "x.yaml").specs[0].root
    assert isinstance(fixed, Mapping)
    after = _scalars(fixed)
    assert [scalar.value for scalar in after] == [
        f"new {index}" if index in chosen else scalar.value for index, scalar in enumerate(scalars)
    ]
