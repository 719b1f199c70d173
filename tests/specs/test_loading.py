"""Any path, text or mapping is loaded: what cannot be read is a finding, never an exception."""

from __future__ import annotations

import io
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from catalog.specs.faults import MAX_FINDINGS, Limits
from catalog.specs.loading import LoadedFile, load_mapping, load_path, load_text
from catalog.specs.nodes import to_value

GOOD = "model_type: bert\nparams:\n  hidden_size: 256\n"


def _codes(file: LoadedFile) -> list[str]:
    return [finding.code for finding in file.findings]


def _file(folder: Path, name: str, content: bytes | str) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def test_good_file_has_one_spec_and_no_findings(tmp_path: Path) -> None:
    file = load_path(_file(tmp_path, "spec.yaml", GOOD))
    assert len(file.specs) == 1
    assert not file.findings
    assert file.text == GOOD


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(GOOD.encode())))
    file = load_path("-")
    assert len(file.specs) == 1
    assert file.path == "-"


def test_endless_standard_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path("/dev/zero").open("rb") as endless:
        monkeypatch.setattr("sys.stdin", SimpleNamespace(buffer=endless))
        assert _codes(load_path("-", limits=Limits(size=1000))) == ["C005"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    path = tmp_path / "pipe.yaml"
    os.mkfifo(path)
    assert _codes(load_path(str(path))) == ["C001"]


@pytest.mark.parametrize(
    "name", ["/dev/zero", "/dev/null", "missing.yaml", "a\0b.yaml", "x" * 5000, "", "\udcff/\ud800"]
)
def test_path_that_is_no_file_is_refused(name: str) -> None:
    assert _codes(load_path(name)) == ["C001"]


def test_folder_and_looping_link_are_refused(tmp_path: Path) -> None:
    loop = tmp_path / "loop.yaml"
    loop.symlink_to(loop)
    assert _codes(load_path(str(tmp_path))) == ["C001"]
    assert _codes(load_path(str(loop))) == ["C001"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, "secret.yaml", GOOD)
    Path(path).chmod(0)
    assert _codes(load_path(path)) == ["C001"]


def test_missing_file_suggests_its_neighbour(tmp_path: Path) -> None:
    _file(tmp_path, "llama.yaml", GOOD)
    finding = load_path(str(tmp_path / "lama.yaml")).findings[0]
    assert finding.suggestion == f"Did you mean {tmp_path / 'llama.yaml'}?"


def test_large_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    path = tmp_path / "weights.json"
    with path.open("wb") as file:
        file.truncate(50_000_000)
    assert _codes(load_path(str(path))) == ["C005"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be", "utf-32", "latin-1"])
def test_text_in_other_encodings_is_read_and_written_back(tmp_path: Path, encoding: str) -> None:
    text = f"# größer\n{GOOD}"
    content = text.encode(encoding)
    if encoding == "utf-16-be":
        content = b"\xfe\xff" + content
    file = load_path(_file(tmp_path, "spec.yaml", content))
    assert len(file.specs) == 1
    assert file.specs[0].root.entries[0].key_span.line == 2
    assert _codes(file) == ([] if encoding == "utf-8-sig" else ["C015"])
    assert file.source is not None
    assert file.source.encode(file.text) == content


def test_line_ends_stay_in_the_text(tmp_path: Path) -> None:
    content = GOOD.replace("\n", "\r\n")
    assert load_path(_file(tmp_path, "spec.yaml", content)).text == content


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("", ["C006"]), ("\n\n# x\n", ["C006"]), ("---\n...\n", ["C006"]), ("[]", ["C006"]), ("~", ["C006"]),
        ("bert", ["C007"]), ("- bert\n- [a]\n", ["C007", "C007"]), ("{}", ["C021"]), ("a: \x00", ["C002"]),
    ],
)  # fmt: skip
def test_text_without_a_spec_says_so(text: str, codes: list[str]) -> None:
    assert _codes(load_text(text, "spec.yaml")) == codes


def test_list_and_documents_hold_several_specs() -> None:
    file = load_text(f"- model_type: a\n- model_type: b\n---\n{GOOD}", "spec.yaml")
    assert [to_value(spec.root)["model_type"] for spec in file.specs] == ["a", "b", "bert"]


def test_specs_beside_a_broken_document_are_kept() -> None:
    file = load_text(f"{GOOD}---\na: @\n---\n{GOOD}", "spec.yaml")
    assert len(file.specs) == 2
    assert _codes(file) == ["C002"]


@pytest.mark.parametrize(
    ("text", "path", "syntax"),
    [
        ('{"model_type": "bert"}', "config.json", "json"),
        ('{"model_type": "bert"}', "-", "json"),
        ("{model_type: bert}", "-", "yaml"),
        ("{model_type: bert}", "spec.yml", "yaml"),
        ("model_type: bert", "-", "yaml"),
        ('{"model_type": "bert",}', "SPEC.JSON", "json"),
    ],
)
def test_syntax_follows_the_name_and_else_the_text(text: str, path: str, syntax: str) -> None:
    file = load_text(text, path)
    assert file.syntax == syntax
    assert len(file.specs) == 1


def test_file_found_in_a_folder_is_skipped_unless_it_looks_like_a_spec() -> None:
    for text in ("services: {a: 1}", "foo: 1", "", "tokenizer_class: x", "{{ helm }}: x", "just words", "- 1"):
        file = load_text(text, "x.yaml", certain=False)
        assert file.skipped
        assert not file.findings
    for text in (GOOD, "model_typ: bert\nhidden_size: 3\n", "params: {a: 1}", "model_type: @", "input_info: {}"):
        assert not load_text(text, "x.yaml", certain=False).skipped


def test_findings_of_one_file_are_limited() -> None:
    text = "model_type: bert\nparams:\n" + "".join(f"  p{i}: 1e-5\n" for i in range(3 * MAX_FINDINGS))
    file = load_text(text, "spec.yaml")
    assert len(file.findings) == MAX_FINDINGS + 1
    assert file.findings[-1].code == "C005"


def test_mapping_is_loaded_like_a_file() -> None:
    mapping: dict[str, Any] = {
        "model_type": "bert",
        "params": {"layers": (1, 2), "names": {"a"}, "id2label": {0: "x"}, "rate": float("inf"), "none": None},
    }
    file = load_mapping(mapping)
    assert not file.findings
    assert to_value(file.specs[0].root)["params"] == {
        "layers": [1, 2], "names": ["a"], "id2label": {"0": "x"}, "rate": float("inf"), "none": None,
    }  # fmt: skip


def test_mapping_with_what_no_file_can_hold_is_reported() -> None:
    looping: dict[str, Any] = {"model_type": "bert"}
    looping["params"] = looping
    assert _codes(load_mapping(looping)) == ["C005"]
    file = load_mapping({"model_type": "bert", "params": {"a": object(), "b": 10**5000, None: 1, "c": "\ud800"}})
    assert _codes(file) == ["C008", "C013", "C013"]
