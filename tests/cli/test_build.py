"""``catalog build``: one model or all, for people and for programs, and what a stranger gets wrong."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs torch")

PROMISED_KEYS = {
    "architecture", "parameters", "trainable_parameters", "buffers", "weights_bytes", "flops", "flops_input", "seconds",
    "status", "reason",
}  # fmt: skip
SPEC = "model_type: longformer\ntask: text-classification\nparams:\n  num_hidden_layers: 2\n  attention_window: 63\n"


@pytest.fixture(autouse=True)
def _no_hub(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def test_a_model_is_shown_with_its_size_its_parts_and_its_tree(run):
    result = run("build", "llama")
    assert result.status == 0
    lines = result.out.splitlines()
    assert lines[0].startswith("LlamaModel  llama  transformers ")
    assert "parameters     6.61 B (6,607,343,616)" in lines
    assert any(line.split() == ["attention", "2,147,483,648", "32.5", "%"] for line in lines)
    assert any("0..31: LlamaDecoderLayer" in line and "202,383,360" in line for line in lines)


def test_json_has_the_promised_keys(run):
    document = run("build", "bert", "--task", "text-classification", "-p", "num_labels=3", "--json").json
    assert document.keys() >= PROMISED_KEYS
    assert document["architecture"] == "BertForSequenceClassification"
    assert document["parameters"] == document["trainable_parameters"] == 109_484_547
    assert document["weights_bytes"]["float32"] == 4 * document["parameters"]
    assert (document["status"], document["reason"]) == ("built", None)
    assert document["flops"] > 0
    assert document["flops_input"]["input_ids"][0] == 1
    assert document["summary"][0]["parameters"] == document["parameters"]


def test_operations_are_counted_unless_that_is_not_wanted(run):
    document = run("build", "bert", "-p", "num_hidden_layers=1", "--no-flops", "--json").json
    assert document["flops"] is None
    assert document["reason"] is None
    assert "FLOPs" in run("build", "bert", "-p", "num_hidden_layers=1", "--flops").out


def test_parameters_are_json_or_text_and_go_into_nested_configurations(run):
    result = run(
        "build", "llava", "-p", "text_config.num_hidden_layers=1", "-p", "vision_config.num_hidden_layers=1", "--json"
    )
    assert result.json["parameters"] < 10**9
    assert run("build", "llama", "-p", "hidden_act=relu", "--json").status == 0


def test_a_spec_file_is_built_and_its_faults_are_shown_where_they_stand(run, tmp_path: Path):
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC.replace("63", "64"), encoding="utf-8")
    assert run("build", str(spec), "--json").json["architecture"] == "LongformerForSequenceClassification"
    spec.write_text(SPEC.replace("attention_window: 63", "attention_windo: 64"), encoding="utf-8")
    result = run("build", str(spec))
    assert (result.status, result.out) == (1, "")
    assert "spec.yaml:5:3: error[C111]" in result.err
    document = run("build", str(spec), "--json")
    assert document.status == 1
    assert document.json["status"] == "invalid"
    assert document.json["findings"][0]["code"] == "C111"


def test_what_torch_refuses_names_the_parameter(run, tmp_path: Path):
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC, encoding="utf-8")
    result = run("build", str(spec))
    assert result.status == 1
    assert "LongformerForSequenceClassification cannot be built (parameter attention_window)" in result.err
    document = run("build", str(spec), "--json")
    assert document.status == 1
    assert document.json["status"] == "failed"
    assert document.json["failure"]["parameter"] == "attention_window"


def test_a_size_that_does_not_fit_is_refused_with_figures(run):
    result = run("build", "llama", "-p", "hidden_size=65536", "-p", "intermediate_size=262144", "--device", "cpu")
    assert result.status == 1
    assert "LlamaModel does not fit" in result.err
    assert "GiB" in result.err
    document = run(
        "build", "llama", "-p", "hidden_size=65536", "-p", "intermediate_size=262144", "--device", "cpu", "--json"
    )
    assert document.json["status"] == "refused"


def test_an_override_is_told(run):
    result = run("build", "autoformer")
    assert result.status == 0
    assert "prediction_length=24: The length of the forecast has no default." in result.out


def test_a_small_model_is_built_on_the_processor(run):
    result = run(
        "build", "bert", "-p", "num_hidden_layers=1", "-p", "hidden_size=24", "-p", "vocab_size=50",
        "--device", "cpu", "--dtype", "bfloat16", "--seed", "3", "--depth", "0",
    )  # fmt: skip
    assert result.status == 0
    assert "built on       cpu, bfloat16, seed 3" in result.out
    assert "BertLayer" not in result.out


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([], 2, "There is no model named"),
        (["lama"], 1, "Did you mean 'llama'?"),
        ([""], 2, "The name of the model is empty"),
        (["llama", "--architecture", "BertModel"], 1, "BertModel takes BertConfig, not LlamaConfig"),
        (["llama", "--architecture", "Nonsense"], 1, "no architecture 'Nonsense'"),
        (["llama", "--task", "image-classification"], 1, "LlamaConfig has no model for image-classification"),
        (["llama", "--task", "nonsense"], 1, "no task 'nonsense'"),
        (["llama", "--task", "text-generation", "--architecture", "LlamaModel"], 2, "do not go together"),
        (["llama", "-p", "hiden_size=3"], 1, "Did you mean 'hidden_size'?"),
        (["llama", "-p", "num_attention_heads=5"], 1, "not a multiple"),
        (["llama", "-p", "hidden_size"], 2, "is no parameter"),
        (["llama", "-p", "=3"], 2, "is no parameter"),
        (["llama", "-p", "a..b=3"], 2, "is no parameter"),
        (["llama", "-p", "a=3", "-p", "a=4"], 2, "given twice"),
        (["llama", "--dtype", "float31"], 2, "no dtype 'float31'"),
        (["llama", "--device", "tpu"], 2, "no device 'tpu'"),
        (["llama", "--seed", "-1"], 2, "seed is -1"),
        (["llama", "--attention", "org/kernel"], 2, "not fetched from the hub"),
        (["llama", "--attention", "nonsense"], 1, "nonsense"),
        (["llama", "--release", "4.0.0"], 2, "installed transformers"),
        (["llama", "--pretrained"], 2, "names no checkpoint"),
        (["llama", "--limit", "3"], 2, "go with --all"),
        (["--all", "--seed", "3"], 2, "it takes no options of one"),
        (["llama", "--all"], 2, "do not go together"),
        (["--all", "--only", "lama", "--no-flops"], 1, "Did you mean 'llama'?"),
        (["nowhere.yaml"], 1, "no file named"),
        (["some-org/some-model"], 1, "HF_HUB_OFFLINE is set"),
        (["edgetam"], 1, "Install timm."),
    ],
)
def test_what_a_stranger_gets_wrong_is_told(run, arguments: list[str], status: int, message: str):
    if "edgetam" in arguments and importlib.util.find_spec("timm"):
        pytest.skip("timm is installed")
    result = run("build", *arguments)
    assert (result.status, result.out) == (status, "")
    assert message in result.err
    assert "Traceback" not in result.err


@pytest.mark.parametrize(
    ("name", "content", "status", "message"),
    [
        ("empty.yaml", "", 1, "holds no spec"),
        ("broken.json", "{", 1, "error"),
        ("broken.yaml", "model_type: [", 1, "error"),
        ("two.yaml", "model_type: llama\n---\nmodel_type: bert\n", 2, "holds 2 specs"),
        ("none.yaml", "params: {hidden_size: 3}\n", 1, "names no model"),
        ("old.yaml", "model_type: llama\nrelease: '4.30.0'\n", 2, "is for transformers 4.30.0"),
        ("own.json", '{"model_type": "mine", "auto_map": {"AutoConfig": "a.B"}}', 1, "code of its own"),
        ("binary.yaml", "\x00\x01", 1, "error"),
    ],
)
def test_a_file_that_is_no_spec_is_told(run, tmp_path: Path, name: str, content: str, status: int, message: str):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    result = run("build", str(path))
    assert (result.status if status == 2 else min(result.status, 1), result.out) == (status, "")
    assert message in result.err
    assert "Traceback" not in result.err


def test_weights_are_loaded_from_a_folder_with_safetensors_and_no_other(run, tmp_path: Path):
    from transformers import BertConfig, BertModel

    config = BertConfig(num_hidden_layers=1, hidden_size=8, num_attention_heads=2, intermediate_size=8, vocab_size=20)
    BertModel(config).save_pretrained(tmp_path)
    document = run("build", str(tmp_path), "--pretrained", "--json").json
    assert (document["architecture"], document["device"], document["pretrained"]) == ("BertModel", "cpu", True)
    assert "weights        loaded" in run("build", str(tmp_path), "--pretrained").out
    (tmp_path / "model.safetensors").rename(tmp_path / "pytorch_model.bin")
    result = run("build", str(tmp_path), "--pretrained")
    assert result.status == 1
    assert "only safetensors files are read" in result.err
    assert run("build", str(tmp_path), "--json").json["pretrained"] is False


def test_a_name_wins_over_a_folder_of_that_name(run, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "llama").mkdir()
    assert run("build", "llama", "--json").json["parameters"] == 6_607_343_616
    result = run("build", "./llama")
    assert result.status == 1
    assert "holds no config.json" in result.err


def test_all_models_are_built_into_the_catalog_and_the_coverage_is_shown(run, own_database: Path):
    result = run("build", "--all", "--only", "bert", "--only", "DinatConfig", "--architectures", "--no-flops")
    assert result.status == 0
    lines = result.out.splitlines()
    assert lines[0].startswith("Coverage of transformers ")
    assert ["text", "1", "1", "(100", "%)", "0", "(0", "%)", "0", "(0", "%)"] in [line.split() for line in lines]
    assert "natten" in result.out
    assert "Tried " in result.err
    shown = run("show", "bert", "--json").json
    assert shown["facts"]["parameters"] == 109_482_240
    document = run("build", "--all", "--only", "bert", "--no-flops", "--json").json
    assert document["tried"] == 0
    assert document["coverage"][0]["total"]["models"] == 2
    assert json.dumps(document)
