"""The closed formula for caches: published figures, and the caches that small real models return."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

import torch
import transformers

from catalog.builder.estimate.cache_tensors import cache_tensors
from catalog.builder.estimate.kv_cache import kv_cache, kv_cache_values_per_token

STARCODER = {"n_layer": 40, "n_embd": 6144, "n_head": 48, "vocab_size": 49152, "n_positions": 8192}


def test_the_cache_of_a_code_model_at_16000_tokens_is_the_published_one() -> None:
    config = transformers.GPTBigCodeConfig(**STARCODER, multi_query=False)
    assert kv_cache(config).values(sequence_length=16_000) == 7_864_320_000
    config.multi_query = True
    assert kv_cache(config).values(sequence_length=16_000) * 48 == 7_864_320_000


def test_latent_attention_keeps_the_latent_and_the_rotary_key() -> None:
    assert kv_cache_values_per_token(transformers.DeepseekV3Config()) == 61 * (512 + 64)


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        (transformers.LlamaConfig(), 2 * 32 * 32 * 128),
        (transformers.LlamaConfig(num_key_value_heads=8), 2 * 32 * 8 * 128),
        (transformers.MistralConfig(), 0),
        (transformers.MambaConfig(), 0),
        (transformers.BertConfig(), None),
        (transformers.BertConfig(is_decoder=True), 2 * 12 * 768),
        (transformers.ViTConfig(), None),
        (transformers.CLIPConfig(), None),
        (transformers.T5Config(), 2 * 6 * 512),
    ],
    ids=lambda value: type(value).__name__,
)
def test_one_more_token_adds_what_layers_without_a_window_keep(config, expected) -> None:
    assert kv_cache_values_per_token(config) == expected


def test_a_full_window_does_not_grow() -> None:
    cache = kv_cache(transformers.MistralConfig(sliding_window=1024))
    assert cache.values(sequence_length=5_000) == cache.values(sequence_length=1023)
    assert cache.values(sequence_length=1022) < cache.values(sequence_length=1023)


def test_bytes_follow_dtype_and_batch() -> None:
    cache = kv_cache(transformers.LlamaConfig())
    one = cache.bytes(sequence_length=100, dtype_bytes=2)
    assert cache.bytes(sequence_length=100, dtype_bytes=4, batch_size=3) == 6 * one


SMALL = {
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 4,
    "num_attention_heads": 4,
    "vocab_size": 90,
    "pad_token_id": 0,
    "bos_token_id": 1,
    "eos_token_id": 2,
}
GROUPED = {**SMALL, "num_key_value_heads": 2, "head_dim": 8}
HALF = ["linear_attention", "full_attention"] * 2
WINDOWS = ["sliding_attention", "full_attention"] * 2
CASES = [
    ("GPT2LMHeadModel", {"n_embd": 32, "n_layer": 3, "n_head": 4, "vocab_size": 90}),
    ("GPTBigCodeForCausalLM", {"n_embd": 32, "n_layer": 3, "n_head": 4, "vocab_size": 90, "multi_query": True}),
    ("FalconForCausalLM", {**SMALL, "new_decoder_architecture": True, "num_kv_heads": 2}),
    ("BloomForCausalLM", {"hidden_size": 32, "n_layer": 3, "n_head": 4, "vocab_size": 90}),
    ("LlamaForCausalLM", GROUPED),
    ("MistralForCausalLM", {**GROUPED, "sliding_window": 8}),
    ("Gemma2ForCausalLM", {**GROUPED, "layer_types": WINDOWS, "sliding_window": 8}),
    ("Gemma3ForCausalLM", {**GROUPED, "layer_types": WINDOWS, "sliding_window": 8}),
    ("MixtralForCausalLM", {**GROUPED, "num_local_experts": 4}),
    ("MambaForCausalLM", {"hidden_size": 32, "num_hidden_layers": 2, "state_size": 4, "vocab_size": 90}),
    (
        "Mamba2ForCausalLM",
        {"hidden_size": 32, "num_heads": 8, "head_dim": 8, "n_groups": 2, "num_hidden_layers": 2, "state_size": 4,
         "vocab_size": 90},
    ),
    (
        "DeepseekV3ForCausalLM",
        {**SMALL, "num_key_value_heads": 4, "q_lora_rank": 8, "kv_lora_rank": 8, "qk_rope_head_dim": 4,
         "qk_nope_head_dim": 8, "v_head_dim": 8, "n_routed_experts": 4, "n_group": 2, "topk_group": 1,
         "num_experts_per_tok": 2, "moe_intermediate_size": 16},
    ),
    (
        "Qwen3NextForCausalLM",
        {**GROUPED, "layer_types": HALF, "linear_num_value_heads": 4, "linear_num_key_heads": 2,
         "linear_key_head_dim": 8, "linear_value_head_dim": 8, "num_experts": 4, "num_experts_per_tok": 2,
         "moe_intermediate_size": 16, "shared_expert_intermediate_size": 16},
    ),
    ("Lfm2ForCausalLM", {**SMALL, "num_key_value_heads": 2, "layer_types": ["conv", "full_attention"] * 2}),
]  # fmt: skip


@pytest.mark.parametrize(("architecture", "params"), CASES, ids=[case[0] for case in CASES])
def test_the_formula_equals_the_cache_of_a_real_decoder(architecture: str, params: dict[str, object]) -> None:
    model_class = getattr(transformers, architecture)
    torch.manual_seed(0)
    model = model_class(model_class.config_class(**params)).eval()
    with torch.no_grad():
        outputs = model(input_ids=torch.randint(3, 90, (2, 20)), use_cache=True)
    kept = sum(tensor.numel() for tensor in cache_tensors(outputs))
    assert kept > 0
    assert kv_cache(model.config).values(sequence_length=20, batch_size=2) == kept


SEQUENCES = [
    ("T5ForConditionalGeneration", {"d_model": 32, "d_kv": 8, "d_ff": 48, "num_layers": 2, "num_heads": 4}),
    (
        "BartForConditionalGeneration",
        {"d_model": 32, "encoder_layers": 2, "decoder_layers": 3, "encoder_attention_heads": 4,
         "decoder_attention_heads": 4, "encoder_ffn_dim": 48, "decoder_ffn_dim": 48},
    ),
    (
        "MarianMTModel",
        {"d_model": 32, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4,
         "decoder_attention_heads": 2, "encoder_ffn_dim": 48, "decoder_ffn_dim": 48, "decoder_start_token_id": 0,
         "pad_token_id": 0},
    ),
]  # fmt: skip


@pytest.mark.parametrize(("architecture", "params"), SEQUENCES, ids=[case[0] for case in SEQUENCES])
def test_the_formula_counts_what_cross_attention_keeps(architecture: str, params: dict[str, object]) -> None:
    model_class = getattr(transformers, architecture)
    model = model_class(model_class.config_class(**params, vocab_size=90)).eval()
    with torch.no_grad():
        outputs = model(
            input_ids=torch.randint(3, 90, (2, 13)), decoder_input_ids=torch.randint(3, 90, (2, 20)), use_cache=True
        )
    kept = sum(tensor.numel() for tensor in cache_tensors(outputs))
    assert kv_cache(model.config).values(sequence_length=20, batch_size=2, encoder_length=13) == kept
