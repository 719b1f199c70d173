"""``catalog schema``: the JSON Schema of a model, on stdout or in a file."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft7Validator


@pytest.mark.parametrize("name", ["llama", "LlamaConfig", "transformers.models.llama.configuration_llama.LlamaConfig"])
def test_a_model_may_be_named_in_any_way(run, name: str) -> None:
    result = run("schema", name)
    assert result.status == 0
    assert not result.err
    Draft7Validator.check_schema(result.json)
    assert result.json["$id"].endswith(":LlamaConfig")
    assert result.json["properties"]["hidden_size"]["default"] == 4096


def test_the_schema_of_a_spec_knows_the_tasks_of_the_catalog(run) -> None:
    properties = run("schema", "llama", "--dialect", "native").json["properties"]
    assert "text-generation" in properties["task"]["enum"]
    assert "image-segmentation" not in properties["task"]["enum"]
    assert "LlamaForCausalLM" in properties["architecture"]["enum"]
    assert properties["model_type"]["enum"] == ["llama"]


def test_an_eir_configuration_has_its_schema(run) -> None:
    assert "input_info" in run("schema", "longformer", "--dialect", "eir").json["properties"]


def test_an_unknown_model_gets_a_suggestion(run) -> None:
    result = run("schema", "lama")
    assert result.status == 1
    assert "llama" in result.err
    assert not result.out


def test_an_unknown_dialect_or_release_is_told(run) -> None:
    assert run("schema", "llama", "--dialect", "yaml").status == 2
    result = run("schema", "llama", "--release", "1.0.0")
    assert result.status == 1
    assert "1.0.0" in result.err


def test_a_file_is_written_once_and_replaced_only_by_force(run, tmp_path) -> None:
    file = tmp_path / "llama.schema.json"
    written = run("schema", "llama", "--output", str(file))
    assert written.status == 0
    assert not written.out
    assert str(file) in written.err
    assert json.loads(file.read_text(encoding="utf-8")) == run("schema", "llama").json

    file.write_text("mine", encoding="utf-8")
    refused = run("schema", "llama", "--output", str(file))
    assert refused.status == 2
    assert "--force" in refused.err
    assert file.read_text(encoding="utf-8") == "mine"
    assert run("schema", "llama", "--output", str(file), "--force").status == 0
    assert json.loads(file.read_text(encoding="utf-8"))["type"] == "object"


def test_a_file_that_cannot_be_written_is_told(run, tmp_path) -> None:
    result = run("schema", "llama", "--output", str(tmp_path / "no" / "such" / "folder.json"))
    assert result.status == 2
    assert "folder.json" in result.err
    assert "Traceback" not in result.err
    assert run("schema", "llama", "--output", str(tmp_path)).status == 2


def test_force_alone_is_wrong_usage(run) -> None:
    result = run("schema", "llama", "--force")
    assert result.status == 2
    assert "--output" in result.err
