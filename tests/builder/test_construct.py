"""Configurations and models are made as transformers makes them, with weights that are set and repeatable."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest
import torch
import transformers
from build_plans import SMALL_BERT, SMALL_LLAMA, plan_of

from catalog.builder.building import build
from catalog.builder.construct import make_config, make_model
from catalog.builder.errors import BuildError, TooLargeError
from catalog.errors import UsageError


def test_nested_parameters_reach_the_nested_configuration() -> None:
    plan = plan_of(
        "LlavaConfig",
        params={"text_config.num_hidden_layers": 2, "vision_config": {"num_hidden_layers": 3}, "image_seq_length": 7},
    )
    config = make_config(plan)
    assert config.text_config.num_hidden_layers == 2
    assert config.vision_config.num_hidden_layers == 3
    assert config.image_seq_length == 7


@pytest.mark.parametrize(
    ("config_class", "architecture", "expected"),
    [
        ("LlamaConfig", None, "LlamaModel"),
        ("LlamaConfig", "LlamaForSequenceClassification", "LlamaForSequenceClassification"),
        ("CLIPTextConfig", None, "CLIPTextModel"),
        ("VoxtralRealtimeTextConfig", "VoxtralRealtimeTextModel", "VoxtralRealtimeTextModel"),
        ("Siglip2TextConfig", None, "Siglip2TextModel"),
        ("FunnelConfig", None, "FunnelModel"),
    ],
)
def test_the_model_class_is_the_one_named_or_the_plain_one(
    config_class: str, architecture: str | None, expected: str
) -> None:
    model = make_model(plan_of(config_class, architecture))
    assert type(model).__name__ == expected
    assert not model.training


def test_a_text_model_takes_its_part_of_a_multimodal_configuration() -> None:
    model = make_model(plan_of("Llama4Config", "Llama4ForCausalLM"))
    assert type(model.config).__name__ == "Llama4TextConfig"


@pytest.mark.parametrize(
    ("config_class", "architecture", "params"),
    [
        ("Wav2Vec2Config", "Wav2Vec2Model", {"num_hidden_layers": 1, "hidden_size": 96, "intermediate_size": 8}),
        ("XLNetConfig", "XLNetLMHeadModel", {"n_layer": 1, "d_model": 32, "n_head": 2, "d_inner": 8}),
        ("GPT2Config", "GPT2LMHeadModel", {"n_layer": 1, "n_embd": 32, "n_head": 2}),
    ],
)
def test_every_tensor_is_on_the_meta_device_and_tied_ones_stay_tied(
    config_class: str, architecture: str, params: dict[str, int]
) -> None:
    plan = plan_of(config_class, architecture, params=params)
    model = make_model(plan)
    assert {tensor.device.type for tensor in (*model.parameters(), *model.buffers())} == {"meta"}
    real = getattr(transformers, architecture)(make_config(plan))
    assert sum(item.numel() for item in model.parameters()) == sum(item.numel() for item in real.parameters())


def test_a_seed_makes_weights_repeatable_and_leaves_the_generators_alone() -> None:
    plan = plan_of("BertConfig", params=SMALL_BERT, device="cpu", seed=1)
    states = torch.get_rng_state(), random.getstate(), np.random.get_state()[1].tolist()
    first, second = make_model(plan), make_model(plan)
    assert torch.equal(torch.get_rng_state(), states[0])
    assert random.getstate() == states[1]
    assert np.random.get_state()[1].tolist() == states[2]
    other = make_model(dataclasses.replace(plan, seed=2))
    for name, value in first.state_dict().items():
        assert torch.equal(value, second.state_dict()[name])
    assert not torch.equal(first.embeddings.word_embeddings.weight, other.embeddings.word_embeddings.weight)


def test_without_a_seed_the_generator_of_the_caller_is_used() -> None:
    plan = plan_of("BertConfig", params=SMALL_BERT, device="cpu")
    torch.manual_seed(5)
    first = make_model(plan)
    second = make_model(plan)
    assert not torch.equal(first.embeddings.word_embeddings.weight, second.embeddings.word_embeddings.weight)


def test_weights_on_the_processor_are_initialised_as_the_model_class_does_it() -> None:
    model = make_model(plan_of("LlamaConfig", params={**SMALL_LLAMA, "initializer_range": 0.5}, device="cpu", seed=0))
    assert 0.45 < float(model.layers[0].mlp.up_proj.weight.detach().std()) < 0.55
    assert torch.equal(model.norm.weight, torch.ones(32))


def test_no_weight_is_left_as_it_lay_in_memory() -> None:
    class Forgetful(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.matrix = torch.nn.Parameter(torch.empty(50, 50))
            self.vector = torch.nn.Parameter(torch.empty(50))

    from catalog.builder.weights import every_weight_set

    model = every_weight_set(Forgetful)
    assert 0.015 < float(model.matrix.detach().std()) < 0.025
    assert torch.equal(model.vector, torch.zeros(50))
    assert not torch.are_deterministic_algorithms_enabled()


def test_dtype_and_attention_are_those_asked_for() -> None:
    model = make_model(plan_of("LlamaConfig", params=SMALL_LLAMA, device="cpu", dtype="bfloat16", attention="eager"))
    assert {parameter.dtype for parameter in model.parameters()} == {torch.bfloat16}
    assert model.config._attn_implementation == "eager"
    assert torch.get_default_dtype() == torch.float32


def test_a_model_that_does_not_fit_is_refused_with_figures_before_memory_is_taken() -> None:
    plan = plan_of("LlamaConfig", params={"hidden_size": 65536, "intermediate_size": 262144}, device="cpu")
    with pytest.raises(TooLargeError, match=r"buffers take [\d,.]+ [GT]iB, and cpu has [\d,.]+ ") as caught:
        build(plan)
    assert caught.value.needed > caught.value.available
    assert "--force" in str(caught.value)


def test_force_builds_what_the_figures_speak_against(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.builder.memory_guard.available_memory", lambda _device: 10)
    plan = plan_of("LlamaConfig", params=SMALL_LLAMA, device="cpu")
    with pytest.raises(TooLargeError):
        build(plan)
    assert build(plan, force=True).model.device.type == "cpu"


def test_the_meta_device_needs_no_memory() -> None:
    built = build(plan_of("LlamaConfig", params={"hidden_size": 65536, "intermediate_size": 262144}))
    assert sum(item.numel() for item in built.model.parameters()) > 10**12


@pytest.mark.skipif(torch.cuda.is_available(), reason="has a GPU")
def test_a_device_that_is_not_here_is_refused() -> None:
    with pytest.raises(UsageError, match="cuda is not available"):
        build(plan_of("LlamaConfig", device="cuda"))


@pytest.mark.parametrize(
    ("config_class", "params", "parameter", "message"),
    [
        ("LongformerConfig", {"attention_window": 63}, "attention_window", "even value"),
        ("ReformerConfig", {"axial_pos_embds_dim": [1, 2]}, "axial_pos_embds_dim", ""),
        ("BertConfig", {"hidden_size": 100, "num_attention_heads": 7}, "hidden_size", "not a multiple"),
        ("BertConfig", {"hidden_act": "gleu"}, "hidden_act", "gleu"),
        ("LlavaConfig", {"text_config.hidden_act": "gleu"}, "text_config.hidden_act", "gleu"),
    ],
)
def test_what_torch_or_transformers_raises_names_the_parameter(
    config_class: str, params: dict[str, object], parameter: str, message: str
) -> None:
    with pytest.raises(BuildError, match=rf"\(parameter {parameter}\)") as caught:
        build(plan_of(config_class, params=params))
    assert caught.value.failure.parameter == parameter
    assert message in caught.value.failure.reason
