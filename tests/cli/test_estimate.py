"""``catalog estimate``: memory of a model, for people and for programs."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

KEYS = {
    "parameters", "weights_bytes", "kv_cache_bytes", "attention_bytes", "activation_bytes", "gradient_bytes",
    "optimizer_bytes", "total_bytes", "fits", "assumptions",
}  # fmt: skip
SMALL = "model_type: llama\nparams: {num_hidden_layers: 2, hidden_size: 64, num_attention_heads: 4, vocab_size: 1000}\n"


@pytest.fixture
def spec(tmp_path):
    path = tmp_path / "spec.yaml"
    path.write_text(SMALL)
    return str(path)


def test_json_has_the_promised_keys(run, spec) -> None:
    document = run("estimate", spec, "--sequence-length", "32", "--json").json
    assert set(document) >= KEYS
    assert {"device", "fits", "margin_bytes"} <= set(document["fits"][0])
    assert document["architecture"] == "LlamaForCausalLM"
    assert document["method"] == "graph"
    assert document["kv_cache_bytes"] == 2 * 2 * 64 * 32 * 2
    parts = ("weights_bytes", "buffer_bytes", "kv_cache_bytes", "attention_bytes", "activation_bytes")
    assert document["total_bytes"] == sum(document[part] for part in parts)
    assert all(isinstance(sentence, str) for sentence in document["assumptions"])


def test_the_page_holds_figures_devices_and_assumptions(run, spec) -> None:
    page = run("estimate", spec, "--sequence-length", "32").out
    for words in ("LlamaForCausalLM", "KV cache", "in int4", "NVIDIA H200", "Longest context", "- Activations are"):
        assert words in page
    assert "GeForce RTX 5070 Ti" not in page
    assert "--all shows them" in page


def test_one_device_is_judged_alone(run, spec) -> None:
    document = run("estimate", spec, "--sequence-length", "32", "--device-name", "rtx 4090", "--json").json
    assert [fit["device"] for fit in document["fits"]] == ["NVIDIA GeForce RTX 4090"]
    assert document["fits"][0]["fits"] is True
    assert document["fits"][0]["longest_context"] > 1000


def test_training_adds_gradients_and_the_optimizer(run, spec) -> None:
    arguments = ("--training", "--dtype", "float32", "--sequence-length", "32", "--device-name", "H200", "--json")
    document = run("estimate", spec, *arguments).json
    assert document["gradient_bytes"] == 4 * document["parameters"]
    assert document["optimizer_bytes"] == 8 * document["parameters"]
    assert document["kv_cache_bytes"] == 0


def test_an_encoder_stands_for_itself(run) -> None:
    document = run("estimate", "bert", "--sequence-length", "16", "--device-name", "H200", "--json").json
    assert (document["architecture"], document["parameters"]) == ("BertModel", 109_482_240)
    assert document["kv_cache_values_per_token"] is None


def test_the_length_plays_no_part_for_images(run) -> None:
    document = run("estimate", "vit", "--sequence-length", "77", "--device-name", "H200", "--json").json
    assert document["sequence_length"] is None
    assert document["fits"][0]["longest_context"] is None
    assert any("no text" in sentence for sentence in document["assumptions"])


def test_a_length_beyond_the_positions_is_told_and_not_refused(run) -> None:
    result = run("estimate", "gpt2", "--sequence-length", "3000", "--device-name", "H200", "--json")
    assert result.status == 0
    assert any("1,024 positions" in sentence for sentence in result.json["assumptions"])


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("llama", "--device-name", "h2000"), 1, "Did you mean 'NVIDIA H200'"),
        (("llama", "--batch-size", "0"), 2, "batch size is 0"),
        (("llama", "--sequence-length", "-1"), 2, "sequence length is -1"),
        (("llama", "--dtype", "int3"), 2, "float32, bfloat16, float16, int8, int4"),
        (("llama", "--attention", "lightning"), 2, "eager, sdpa, flash"),
        (("llama", "--training", "--optimizer", "adamm"), 2, "adamw"),
        (("llama", "--training", "--dtype", "int4"), 2, "cannot be trained"),
        (("llama", "--checkpointing"), 2, "--training"),
        (("lama",), 1, "Did you mean 'llama'"),
        (("llama", "--architecture", "LlamaForNothing"), 1, "LlamaForNothing"),
    ],
)
def test_wrong_usage_is_refused_with_a_remedy(run, arguments: tuple[str, ...], status: int, words: str) -> None:
    result = run("estimate", *arguments)
    assert (result.status, result.out) == (status, "")
    assert words in result.err


def test_a_faulty_spec_is_refused_before_anything_is_built(run, tmp_path) -> None:
    path = tmp_path / "spec.yaml"
    path.write_text("model_type: llama\nparams: {hiden_size: 64}\n")
    result = run("estimate", str(path))
    assert result.status == 1
    assert "hidden_size" in result.err
