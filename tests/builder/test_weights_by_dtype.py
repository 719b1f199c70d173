"""What weights take in each dtype is what loading them takes, and ``build`` and ``estimate`` say the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
import transformers
from transformers import PreTrainedModel
from transformers.quantizers.base import HfQuantizer
from transformers.quantizers.quantizers_utils import should_convert_module

from catalog.builder.counting import count
from catalog.builder.counting_walk import walk
from catalog.builder.counting_weights import quantised_layers
from catalog.builder.estimate.estimate import EstimateRequest
from catalog.builder.estimate.report import estimate
from catalog.builder.estimate.weights import weigh
from catalog.builder.facts import facts_of
from catalog.builder.plan import BuildPlan

TRANSFORMER = {"hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2, "num_attention_heads": 4}
T5 = {"d_model": 64, "d_ff": 128, "d_kv": 16, "num_heads": 4, "num_layers": 2, "vocab_size": 100}
SEQ2SEQ = {
    "d_model": 64, "encoder_layers": 2, "decoder_layers": 2, "encoder_attention_heads": 4,
    "decoder_attention_heads": 4, "encoder_ffn_dim": 128, "decoder_ffn_dim": 128, "vocab_size": 100,
    "pad_token_id": 1, "bos_token_id": 1, "eos_token_id": 1, "decoder_start_token_id": 1,
}  # fmt: skip
BLIP_2 = {
    "vision_config": {**TRANSFORMER, "image_size": 28},
    "qformer_config": {**TRANSFORMER, "vocab_size": 100, "encoder_hidden_size": 64},
    "text_config": {"model_type": "t5", **T5},
    "num_query_tokens": 4,
}
ERNIE = {
    **TRANSFORMER, "num_hidden_layers": 3, "num_key_value_heads": 2, "moe_intermediate_size": 64, "moe_num_experts": 4,
    "moe_k": 2, "moe_layer_start_index": 1, "moe_layer_end_index": 2, "vocab_size": 100,
}  # fmt: skip
FAMILIES: dict[type[PreTrainedModel], tuple[dict[str, Any], int, int]] = {
    transformers.T5ForConditionalGeneration: (T5, 219_648, 155_904),
    transformers.LlamaForCausalLM: ({**TRANSFORMER, "vocab_size": 100}, 112_768, 73_216),
    transformers.GPTBigCodeForCausalLM: (
        {"n_embd": 64, "n_layer": 2, "n_head": 4, "vocab_size": 100, "n_positions": 32}, 109_952, 68_992,
    ),
    transformers.GPT2LMHeadModel: (
        {"n_embd": 64, "n_layer": 2, "n_head": 4, "vocab_size": 100, "n_positions": 32}, 123_392, 76_288,
    ),
    transformers.MixtralForCausalLM: (
        {**TRANSFORMER, "num_key_value_heads": 2, "num_local_experts": 4, "vocab_size": 100}, 446_592, 434_816,
    ),
    transformers.WhisperForConditionalGeneration: (SEQ2SEQ, 497_664, 418_816),
    transformers.BartForConditionalGeneration: (SEQ2SEQ, 456_192, 377_344),
    transformers.ViTForImageClassification: ({**TRANSFORMER, "image_size": 32}, 171_532, 140_044),
    transformers.Blip2ForConditionalGeneration: (BLIP_2, 540_672, 443_200),
    transformers.Ernie4_5_MoeForCausalLM: (ERNIE, 329_120, 275_936),
}  # fmt: skip
"""Small models of several families, with what transformers 5.23 and bitsandbytes 0.50 hold of their weights after
loading them in 8 and in 4 bits, the rest in bfloat16: the tensors, their scales and their code values."""
EACH = pytest.mark.parametrize("model_class", FAMILIES, ids=lambda model_class: model_class.__name__)


def made(model_class: type[PreTrainedModel]) -> PreTrainedModel:
    return model_class(model_class.config_class(**FAMILIES[model_class][0]))


@EACH
def test_weights_take_what_loading_them_takes(model_class: type[PreTrainedModel], tmp_path: Path) -> None:
    model = made(model_class)
    model.save_pretrained(tmp_path)
    told = count(model, model.config).weights_bytes
    for dtype in ("float32", "bfloat16", "float16"):
        loaded = model_class.from_pretrained(tmp_path, dtype=getattr(torch, dtype))
        assert told[dtype] == sum(tensor.nbytes for tensor in loaded.parameters()), dtype


@EACH
def test_quantised_weights_take_what_bitsandbytes_was_seen_to_hold(model_class: type[PreTrainedModel]) -> None:
    model = made(model_class)
    told = count(model, model.config).weights_bytes
    assert (told["int8"], told["int4"]) == FAMILIES[model_class][1:]


@EACH
def test_the_layers_that_transformers_itself_would_replace_are_found(model_class: type[PreTrainedModel]) -> None:
    model = made(model_class)
    left = HfQuantizer.get_modules_to_not_convert(model, None, model._keep_in_fp32_modules)
    dense = (torch.nn.Linear, transformers.pytorch_utils.Conv1D)
    replaced = {
        f"{name}.weight"
        for name, module in model.named_modules()
        if type(module) in dense and should_convert_module(name, left)
    }
    assert {layer.name for layer in quantised_layers(walk(model), model)} == replaced


@EACH
def test_building_and_estimating_say_the_same(model_class: type[PreTrainedModel]) -> None:
    config_class = model_class.config_class
    plan = BuildPlan(
        config_class=config_class.__name__,
        module=config_class.__module__,
        architecture=model_class.__name__,
        params=FAMILIES[model_class][0],
    )
    built = facts_of(plan)
    for dtype, size in built.weights_bytes.items():
        estimated = estimate(plan, EstimateRequest(dtype=dtype, sequence_length=8, limits=False, follow=False))
        assert estimated.weights_by_dtype == built.weights_bytes
        assert (estimated.weights_bytes, estimated.parameters) == (size, built.parameters)


def test_a_plain_module_is_weighed_too() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.Linear(32, 16), torch.nn.Linear(16, 8))
    found = weigh(model)
    assert found.bytes_by_dtype["float32"] == 4 * found.parameters
    assert found.largest_layer == 64 * 32  # the last one stays as it is


def test_a_model_without_weights_weighs_nothing() -> None:
    found = weigh(torch.nn.Identity())
    assert set(found.bytes_by_dtype.values()) == {0}
    assert (found.parameters, found.largest_layer, found.buffer_bytes) == (0, 0, 0)


def test_modules_that_stay_in_float32_are_told() -> None:
    plan = BuildPlan(config_class="T5Config", module="transformers.models.t5.configuration_t5", params=T5)
    request = EstimateRequest(sequence_length=8, limits=False, follow=False)
    kept = "stay in float32"
    assert not [sentence for sentence in estimate(plan, request).assumptions if kept in sentence]
    halved = EstimateRequest(sequence_length=8, limits=False, follow=False, dtype="float16")
    assert [sentence for sentence in estimate(plan, halved).assumptions if kept in sentence] == [
        "32,768 parameters stay in float32, as from_pretrained loads them."
    ]
