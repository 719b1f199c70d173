"""Measurements leave the catalog as CSV, NDJSON and Markdown, and nothing in them becomes something else."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from measured_samples import ACCELERATOR, measurement

from catalog.benchmark.export import COLUMNS, TIMM_COLUMNS, to_csv, to_ndjson
from catalog.benchmark.markdown import to_markdown
from catalog.measurements import measurement_from_document
from catalog.model_facts import InputShape

FORWARD = measurement(model_type="llama", sequence_length=128, batch_size=4)
TRAIN = measurement("ViTConfig", "ViTModel", model_type="vit", mode="train", batch_size=2)
TRAIN = replace(TRAIN, inputs=(InputShape(name="pixel_values", shape=(2, 3, 30, 30), dtype="float32"),))
GENERATE = measurement(mode="generate", new_tokens=20, device="cuda", dtype="bfloat16", environment=ACCELERATOR)
FAILED = measurement("BertConfig", "BertModel", status="timeout", reason="It took longer than 60 s.", environment=None)
ROWS = (FORWARD, TRAIN, GENERATE, FAILED)


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_first_columns_are_those_of_timm():
    assert TIMM_COLUMNS == (
        "model", "infer_img_size", "infer_samples_per_sec", "infer_step_time", "infer_batch_size", "param_count",
        "infer_gmacs", "infer_macts", "train_samples_per_sec", "train_step_time", "train_batch_size", "train_img_size",
    )  # fmt: skip
    assert to_csv([]).splitlines() == [",".join(COLUMNS)]


def test_figures_of_timm_are_in_its_units():
    forward, train, generate, failed = read(to_csv(ROWS))
    expected = {
        "model": "llama", "infer_img_size": "", "infer_samples_per_sec": "325.2", "infer_step_time": "12.3",
        "infer_batch_size": "4", "param_count": "1.2", "infer_gmacs": "0.1536", "infer_macts": "",
    }  # fmt: skip
    assert {name: forward[name] for name in expected} == expected
    assert {forward[name] for name in TIMM_COLUMNS if name.startswith("train")} == {""}
    assert (train["train_step_time"], train["train_batch_size"], train["train_img_size"]) == ("12.3", "2", "30")
    for row in (train, generate, failed):
        assert {row[name] for name in TIMM_COLUMNS if name.startswith("infer")} == {""}
    assert (failed["model"], failed["param_count"], failed["status"]) == ("BertConfig", "", "timeout")


def test_our_columns_hold_everything_else():
    forward, _, generate, failed = read(to_csv(ROWS))
    assert float(forward["latency_p50_s"]) == FORWARD.latency.p50
    assert float(generate["decode_p50_s"]) == GENERATE.decode.p50
    assert int(generate["memory_allocated_bytes"]) == GENERATE.memory.allocated
    assert (generate["gpu"], generate["torch"], generate["pinned"]) == ("Example GPU 80 GB", "2.13.0+cu130", "true")
    assert (forward["key"], forward["run"], forward["compile"]) == (FORWARD.key, FORWARD.run, "false")
    assert json.loads(forward["inputs"]) == [{"name": "input_ids", "shape": [4, 128], "dtype": "int64"}]
    assert failed["reason"] == "It took longer than 60 s."
    assert failed["processor"] == failed["latency_p50_s"] == ""


def test_small_figures_keep_their_digits():
    tiny = replace(FORWARD, samples_per_second=0.00123456, flops=123456, parameters=1234)
    (row,) = read(to_csv([tiny]))
    assert (row["infer_samples_per_sec"], row["param_count"]) == ("0.001235", "0.001234")
    assert float(row["infer_gmacs"]) == pytest.approx(123456 / 8e9, rel=1e-3)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "=cmd|' /C calc'!A0"])
def test_a_text_does_not_become_a_formula(text):
    rows = [
        replace(FORWARD, subject=replace(FORWARD.subject, model_type=text, architecture=text, checkpoint=text)),
        replace(FAILED, reason=text, run=text, notes=(text,)),
    ]
    first, second = read(to_csv(rows))
    cells = (
        first["model"],
        first["architecture"],
        first["checkpoint"],
        second["reason"],
        second["run"],
        second["notes"],
    )
    assert {cell.replace("\n", "\r") for cell in cells} == {f"'{text}".replace("\n", "\r")}
    assert not any(
        cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for row in (first, second) for cell in row.values()
    )


@given(st.text(st.characters(codec=None), max_size=30), st.text(st.characters(codec=None), max_size=30))
def test_any_text_is_one_cell(reason, name):
    row = replace(FAILED, reason=reason, subject=replace(FAILED.subject, architecture=name))
    (found,) = read(to_csv([row]))
    assert len(found) == len(COLUMNS)
    expected = "\n".join(reason.replace("\0", "\ufffd").replace("\r\n", "\n").split("\r"))
    expected = expected.encode("utf-8", "replace").decode()
    assert found["reason"].removeprefix("'") == expected.removeprefix("'")


def test_ndjson_is_read_as_it_was_written():
    text = to_ndjson(ROWS)
    assert tuple(measurement_from_document(json.loads(line)) for line in text.splitlines()) == ROWS
    assert to_ndjson([]) == ""


@given(st.text(st.characters(codec=None), max_size=30))
def test_any_text_is_one_line_of_ndjson(reason):
    text = to_ndjson([replace(FAILED, reason=reason or None)]).encode().decode()
    (line,) = text[:-1].split("\n")
    assert measurement_from_document(json.loads(line)).reason == (reason or None)


def test_markdown_tells_where_each_figure_comes_from():
    text = to_markdown(ROWS)
    tables = text.split("| Model |")[1:]
    assert len(tables) == 3
    assert "Measured on 2026-11-20 on Example CPU 2000 (2 cores), 16 GiB of memory; transformers 5.23.0" in tables[0]
    assert "Example GPU 80 GB" in tables[1]
    assert "First token" in tables[1]
    assert "First token" not in tables[0]
    assert "is not known" in tables[2]
    assert "- BertConfig, timeout: It took longer than 60 s." in tables[2]
    assert to_markdown([]) == ""


@given(st.text(max_size=30))
def test_any_text_stays_within_its_cell(text):
    row = replace(FORWARD, subject=replace(FORWARD.subject, model_type=text or None, architecture=text))
    head, rule, line, empty, *_ = to_markdown([row]).split("\n")
    assert empty == ""
    unescaped = line.replace("\\\\", "").replace("\\|", "")
    # A column of which every cell is empty is left out.
    assert unescaped.count("|") == head.count("|") == rule.count("|")
    assert "<" not in unescaped.replace("\\<", "")
