"""Files, folders, patterns and standard input become the list of files to read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from catalog.specs.discovery import discover, is_excluded


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in (
        "a.yaml", "b.YML", "c.json", "d.txt", "sub/e.yaml", "sub/deep/f.json", ".hidden/g.yaml", ".h.yaml",
        "node_modules/x/package.json", "env/pyvenv.cfg", "env/lib/h.yaml", "empty/notes.md",
    ):  # fmt: skip
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("model_type: bert\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _found(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [candidate.path for candidate in discover(paths, exclude=exclude)]


def test_folder_is_searched_without_hidden_and_foreign_folders(folder: Path) -> None:
    assert _found(".") == ["a.yaml", "b.YML", "c.json", "sub/deep/f.json", "sub/e.yaml"]
    assert all(not candidate.certain for candidate in discover(["."]))


def test_named_file_is_taken_as_it_is_written(folder: Path) -> None:
    found = list(discover(["d.txt", "./sub/../a.yaml", ".h.yaml"]))
    assert [candidate.path for candidate in found] == ["d.txt", "./sub/../a.yaml", ".h.yaml"]
    assert all(candidate.certain for candidate in found)


def test_file_is_found_once(folder: Path) -> None:
    (folder / "link.yaml").symlink_to("a.yaml")
    assert _found("a.yaml", "./a.yaml", "link.yaml", ".", "-", "-") == [
        "a.yaml", "b.YML", "c.json", "sub/deep/f.json", "sub/e.yaml", "-",
    ]  # fmt: skip


def test_pattern_is_expanded_where_the_shell_did_not(folder: Path) -> None:
    assert _found("*.yaml") == ["a.yaml"]
    assert _found("sub/**/*.json") == ["sub/deep/f.json"]
    assert _found("**/*.yaml") == ["a.yaml", "env/lib/h.yaml", "sub/e.yaml"]
    assert _found("su?") == ["sub/deep/f.json", "sub/e.yaml"]


def test_file_whose_name_is_a_pattern_is_taken_as_a_file(folder: Path) -> None:
    (folder / "[x].yaml").write_text("")
    assert _found("[x].yaml") == ["[x].yaml"]


def test_missing_file_is_left_to_the_reader(folder: Path) -> None:
    assert _found("missing.yaml", "") == ["missing.yaml", ""]


@pytest.mark.parametrize(("path", "words"), [("empty", "folder holds no spec"), ("*.toml", "matches no file")])
def test_folder_or_pattern_without_a_spec_says_so(folder: Path, path: str, words: str) -> None:
    (found,) = discover([path])
    assert found.finding is not None
    assert found.finding.code == "C006"
    assert words in found.finding.message


def test_links_in_circles_end(folder: Path) -> None:
    (folder / "sub/back").symlink_to(folder)
    (folder / "sub/deep/self").symlink_to(".")
    assert sorted(_found("sub")) == sorted(
        ["sub/back/a.yaml", "sub/back/b.YML", "sub/back/c.json", "sub/deep/f.json", "sub/e.yaml"]
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folder_is_reported(folder: Path) -> None:
    (folder / "sub").chmod(0)
    try:
        assert [candidate.finding.code for candidate in discover(["."]) if candidate.finding] == ["C001"]
    finally:
        (folder / "sub").chmod(0o755)


def test_excluded_paths_are_left_out_of_a_search_but_not_when_named(folder: Path) -> None:
    assert _found(".", exclude=("sub", "*.json")) == ["a.yaml", "b.YML"]
    assert _found("sub/e.yaml", exclude=("sub",)) == ["sub/e.yaml"]


@pytest.mark.parametrize(
    ("path", "pattern", "excluded"),
    [
        ("./drafts/a.yaml", "drafts", True), ("x/drafts/a.yaml", "drafts/", True),
        ("a.draft.yaml", "*.draft.yaml", True),
        ("models/old/a.json", "models/old/*.json", True), ("models/new/a.json", "models/old/*.json", False),
        ("a/b/c.yaml", "**/c.yaml", True), ("drafts2/a.yaml", "drafts", False),
    ],
)  # fmt: skip
def test_pattern_matches_a_path_its_end_or_a_folder_above(path: str, pattern: str, *, excluded: bool) -> None:
    assert is_excluded(path, [pattern]) is excluded
