"""Sizes that are published for well-known models, each built on the meta device from its configuration."""

from __future__ import annotations

import pytest
import torch
import transformers

from catalog.builder.counting import Counts, count


def counted(architecture: str, **params: object) -> Counts:
    model_class = getattr(transformers, architecture)
    config = model_class.config_class(**params)
    with torch.device("meta"):
        return count(model_class._from_config(config), config)


@pytest.mark.parametrize(
    ("architecture", "parameters"),
    [
        ("BertModel", 109_482_240),
        ("GPT2Model", 124_439_808),
        ("GPT2LMHeadModel", 124_439_808),  # the head shares the token embeddings
        ("LlamaForCausalLM", 6_738_415_616),  # Llama 2 7B
        ("CLIPModel", 151_277_313),  # ViT-B/32
        ("ViTForImageClassification", 85_800_194),  # ViT-B/16 with two labels: 86,567,656 less 998 of them
        ("MistralForCausalLM", 7_241_732_096),  # Mistral 7B v0.1
        ("MixtralForCausalLM", 46_702_792_704),  # Mixtral 8x7B
        ("T5ForConditionalGeneration", 60_506_624),  # T5 small
    ],
)
def test_default_configurations_have_the_published_number_of_parameters(architecture: str, parameters: int) -> None:
    assert counted(architecture).parameters == parameters


def test_starcoder_has_15_5_billion_parameters() -> None:
    found = counted("GPTBigCodeForCausalLM", **STARCODER)

    assert found.parameters == 15_517_456_384
    assert found.layers == 40


@pytest.mark.parametrize(
    ("dtype", "measured", "error"),
    [
        # Measured after loading: 29.0 GiB in bfloat16, 15.2 GB in 8 bits, 9.5 GB in 4 bits.
        ("bfloat16", 29.0 * 2**30, 0.005),
        ("int8", 15.2e9, 0.05),
        ("int4", 9.5e9, 0.03),
    ],
)
def test_starcoder_takes_what_was_measured(dtype: str, measured: float, error: float) -> None:
    assert counted("GPTBigCodeForCausalLM", **STARCODER).weights_bytes[dtype] == pytest.approx(measured, rel=error)


STARCODER = {"n_layer": 40, "n_embd": 6144, "n_head": 48, "vocab_size": 49152, "n_positions": 8192, "n_inner": 24576}


@pytest.mark.parametrize(
    ("architecture", "params", "total", "active"),
    [
        # Jiang et al., 2024: "47B parameters", of which "13B active"; the announcement says 46.7 B and 12.9 B.
        ("MixtralForCausalLM", {}, 46.7e9, 12.9e9),
        # Qwen1.5-MoE-A2.7B: 14.3 B parameters, 2.7 B activated.
        ("Qwen2MoeForCausalLM", {}, 14.3e9, 2.7e9),
        # Qwen3-30B-A3B: 30.5 B in total and 3.3 B activated.
        ("Qwen3MoeForCausalLM", {"num_hidden_layers": 48, "head_dim": 128}, 30.5e9, 3.3e9),
        # DeepSeek-AI, 2024: 671 B parameters, 37 B activated for each token.
        ("DeepseekV3ForCausalLM", {}, 671e9, 37e9),
        # Muennighoff et al., 2024: OLMoE-1B-7B, 6.9 B and 1.3 B.
        ("OlmoeForCausalLM", {"intermediate_size": 1024}, 6.9e9, 1.3e9),
        # Llama 4 Scout: 17 B active, 109 B in total with its vision tower.
        ("Llama4ForConditionalGeneration", {}, 109e9, 17e9),
        # GLM-5: 744 B parameters, 40 B active.
        ("GlmMoeDsaForCausalLM", {}, 744e9, 40e9),
    ],
)
def test_mixtures_of_experts_use_the_published_part_of_their_parameters(
    architecture: str, params: dict[str, object], total: float, active: float
) -> None:
    found = counted(architecture, **params)

    assert found.parameters == pytest.approx(total, rel=0.02)
    assert found.active_parameters == pytest.approx(active, rel=0.05)


@pytest.mark.parametrize(
    ("params", "total", "active"),
    [
        # OpenAI, 2025, "gpt-oss-120b & gpt-oss-20b Model Card", table 1. It counts the output head as active and not
        # the token embeddings.
        ({}, 116.83e9, 5.13e9),
        ({"num_hidden_layers": 24, "num_local_experts": 32}, 20.91e9, 3.61e9),
    ],
)
def test_gpt_oss_uses_the_part_that_its_model_card_tells(
    params: dict[str, object], total: float, active: float
) -> None:
    found = counted("GptOssForCausalLM", **params)

    assert found.parameters == pytest.approx(total, rel=0.001)
    assert found.active_parameters is not None
    assert found.active_parameters - found.embedding_parameters == pytest.approx(active, rel=0.01)
