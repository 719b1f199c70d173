"""``catalog site export``: models for the documentation of other projects."""

from __future__ import annotations

import io

from docutils.core import publish_doctree


def said(page: str) -> str:
    messages = io.StringIO()
    settings = {"report_level": 1, "halt_level": 5, "warning_stream": messages, "_disable_config": True}
    publish_doctree(page, settings_overrides=settings)
    return messages.getvalue()


def entries(page: str) -> list[str]:
    return [line.split("(")[0].rpartition(".")[2] for line in page.splitlines() if line.startswith(".. class::")]


def test_named_models_stand_in_their_order(database, run):
    done = run("site", "export", "--format", "rst", "longformer", "LlamaConfig", "bert", "longformer")
    assert done.status == 0
    assert entries(done.out) == ["LongformerConfig", "LlamaConfig", "BertConfig"]
    assert said(done.out) == ""


def test_models_are_chosen_by_task_or_modality(database, run):
    chosen = run("site", "export", "--task", "audio-classification")
    listed = run("list", "--task", "audio-classification", "--json").json
    assert entries(chosen.out) == list(dict.fromkeys(row["config_class"] for row in listed))
    assert said(chosen.out) == ""


def test_the_page_may_have_an_introduction_and_no_title(database, run, tmp_path):
    text = tmp_path / "intro.md"
    text.write_text("Use `model_type` to **choose**.\n")
    page = run("site", "export", "bert", "--introduction", str(text), "--title", "").out
    assert page.startswith("Use ``model_type`` to **choose**.")
    assert said(page) == ""


def test_it_is_written_to_a_file_and_replaces_none_unasked(database, run, tmp_path):
    target = tmp_path / "models.rst"
    assert run("site", "export", "bert", "--output", str(target)).status == 0
    assert entries(target.read_text()) == ["BertConfig"]
    again = run("site", "export", "llama", "--output", str(target))
    assert again.status == 2
    assert "--force" in again.err
    assert entries(target.read_text()) == ["BertConfig"]


def test_what_cannot_be_exported_is_told(database, run, tmp_path):
    assert run("site", "export").status == 2
    assert run("site", "export", "bert", "--all").status == 2
    unknown = run("site", "export", "bertt")
    assert unknown.status == 1
    assert "bert" in unknown.err
    missing = run("site", "export", "bert", "--introduction", str(tmp_path / "none.md"))
    assert missing.status != 0
    assert "none.md" in missing.err
    assert "Traceback" not in missing.err
