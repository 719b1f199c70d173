"""Counts of parameters agree with an independent count, and tell the parts of models as they are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import torch
import transformers
from torch import nn
from transformers import AutoModel, PreTrainedModel
from transformers.models.auto.configuration_auto import CONFIG_MAPPING

from catalog.builder.components import COMPONENTS
from catalog.builder.construct import make_config, make_model
from catalog.builder.counting import Counts, count
from catalog.builder.counting_weights import four_bit_bytes
from catalog.builder.overrides import with_override
from catalog.builder.plan import BuildPlan
from catalog.builder.summary import summarise

CHUNKS = 4


def on_meta(model_class: type[PreTrainedModel], **params: Any) -> PreTrainedModel:
    with torch.device("meta"):
        return model_class._from_config(model_class.config_class(**params))


def counts_of(model_class: type[PreTrainedModel], **params: Any) -> Counts:
    model = on_meta(model_class, **params)
    return count(model, model.config)


def models(chunk: int) -> Iterator[tuple[str, Any]]:
    """A quarter of all models that build here."""
    for model_type in sorted(CONFIG_MAPPING.keys())[chunk::CHUNKS]:
        config_class = CONFIG_MAPPING[model_type]
        if config_class not in AutoModel._model_mapping:
            continue
        plan = BuildPlan(config_class=config_class.__name__, module=config_class.__module__, model_type=model_type)
        try:
            plan, _ = with_override(plan)
            yield model_type, make_model(plan, make_config(plan))
        except Exception:  # noqa: BLE001 (what does not build is another test's matter)
            continue


def independent_count(model: nn.Module) -> tuple[int, set[frozenset[str]]]:
    """Parameters of a model, and the groups of names that share one, from its flat dictionary of parameters."""
    by_tensor: dict[int, tuple[nn.Parameter, list[str]]] = {}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        by_tensor.setdefault(id(parameter), (parameter, []))[1].append(name)
    total = sum(parameter.shape.numel() for parameter, _ in by_tensor.values())
    return total, {frozenset(names) for _, names in by_tensor.values() if len(names) > 1}


@pytest.mark.slow
@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_counts_of_every_model_equal_an_independent_count(chunk: int) -> None:
    wrong, built, unclassified = [], 0, []
    for model_type, model in models(chunk):
        built += 1
        counts, nodes = count(model, model.config), summarise(model)
        total, tied = independent_count(model)
        buffers = dict(model.named_buffers()).values()
        if (
            counts.parameters != total
            or sum(counts.components.values()) != total
            or nodes[0].parameters != total
            or {frozenset(names) for names in counts.tied} != tied
            or counts.buffers != sum(buffer.shape.numel() for buffer in buffers)
            or counts.buffer_bytes != sum(buffer.nbytes for buffer in buffers)
            or counts.weights_bytes["float32"] != 4 * total
            or not set(counts.components) <= set(COMPONENTS)
            or not 0 < (counts.active_parameters or total) <= total
            or any(size > total for size in counts.branches.values())
        ):
            wrong.append(model_type)
        if counts.components.get("other", 0) > 0.02 * total:
            unclassified.append(model_type)
    assert built > 120
    assert not wrong
    assert set(unclassified) <= {"tvp"}  # its visual prompts are parameters of a kind of their own


def test_saved_tensors_are_counted_and_no_others() -> None:
    model = transformers.GPT2LMHeadModel(transformers.GPT2Config(n_layer=2, n_embd=32, n_head=4, vocab_size=50))
    saved = {tensor.data_ptr(): tensor.numel() for tensor in model.state_dict().values()}

    assert count(model, model.config).parameters == sum(saved.values())


def test_tied_weights_are_counted_once_and_told() -> None:
    counts = counts_of(transformers.GPT2LMHeadModel)

    assert counts.tied == (("transformer.wte.weight", "lm_head.weight"),)
    assert counts.components["embeddings"] == counts.embedding_parameters == (50257 + 1024) * 768
    assert "head" not in counts.components


def test_a_table_that_the_head_holds_first_is_an_embedding_all_the_same() -> None:
    counts = counts_of(transformers.CamembertForCausalLM)

    assert counts.tied[1] == ("lm_head.decoder.weight", "roberta.embeddings.word_embeddings.weight")
    assert counts.embedding_parameters == (30522 + 512 + 2) * 768
    assert counts.components["head"] == 768 * 768 + 768 + 30522


def test_parts_of_a_decoder() -> None:
    counts = counts_of(transformers.LlamaForCausalLM)

    assert counts.components == {
        "embeddings": 32000 * 4096,
        "attention": 32 * 4 * 4096 * 4096,
        "mlp": 32 * 3 * 4096 * 11008,
        "norm": 65 * 4096,
        "head": 32000 * 4096,
    }
    assert counts.layers == 32
    assert counts.active_parameters == counts.parameters


def test_what_stands_beside_attention_and_mlp_in_bert_is_told_as_such() -> None:
    counts = counts_of(transformers.BertModel)

    assert counts.components["attention"] == 12 * 4 * (768 * 768 + 768)
    assert counts.components["mlp"] == 12 * (2 * 768 * 3072 + 3072 + 768)
    assert counts.components["head"] == 768 * 768 + 768
    assert "other" not in counts.components


@pytest.mark.parametrize(
    ("model_class", "part"),
    [
        (transformers.ResNetModel, "convolution"),
        (transformers.MambaModel, "state_space"),
        (transformers.Mamba2Model, "state_space"),
        (transformers.RwkvModel, "state_space"),
        (transformers.OlmoeModel, "experts"),
        (transformers.ConvNextModel, "mlp"),
        (transformers.T5Model, "mlp"),
    ],
)
def test_the_largest_part_is_the_one_a_family_is_known_for(model_class: type[PreTrainedModel], part: str) -> None:
    components = dict(counts_of(model_class).components)
    components.pop("embeddings", None)

    assert max(components, key=components.__getitem__) == part or components[part] > 0.25 * sum(components.values())


@pytest.mark.parametrize(
    ("model_class", "params", "head"),
    [
        (transformers.BertForMaskedLM, {"tie_word_embeddings": False}, 768 * 768 + 768 + 30522 * (768 + 2)),
        (transformers.NystromformerForMultipleChoice, {}, 768 * 768 + 768 + 768 + 1),  # `pre_classifier`, `classifier`
        (transformers.BertForQuestionAnswering, {}, 2 * 768 + 2),
        (transformers.ViTForImageClassification, {}, 2 * 768 + 2),
        (transformers.MistralForSequenceClassification, {"num_hidden_layers": 1}, 2 * 4096),
    ],
)
def test_heads_of_tasks_are_told(model_class: type[PreTrainedModel], params: dict[str, Any], head: int) -> None:
    assert counts_of(model_class, **params).components["head"] == head


def test_shared_experts_are_always_active_and_routed_ones_in_part() -> None:
    counts = counts_of(transformers.DeepseekV3ForCausalLM)
    routed = 58 * 256 * 3 * 7168 * 2048

    assert counts.components["experts"] == routed + 58 * 3 * 7168 * 2048
    assert counts.parameters - counts.active_parameters == routed * 248 // 256


@pytest.mark.parametrize(
    ("model_class", "params", "chosen"),
    [
        (transformers.SwitchTransformersModel, {}, 1),  # a list of modules, and no parameter for how many
        (transformers.NllbMoeModel, {"encoder_layers": 4, "decoder_layers": 4}, 2),
        (transformers.MixtralModel, {}, 2),
        (transformers.JambaModel, {"num_hidden_layers": 8}, 2),
        (transformers.GraniteMoeSharedModel, {}, 2),  # which has no shared experts by default, for all its name
    ],
)
def test_experts_come_as_modules_and_as_tensors(
    model_class: type[PreTrainedModel], params: dict[str, Any], chosen: int
) -> None:
    model = on_meta(model_class, **params)
    counts = count(model, model.config)
    config = model.config
    available = getattr(config, "num_local_experts", None) or config.num_experts

    inactive = counts.components["experts"] * (available - chosen) // available
    assert counts.active_parameters == counts.parameters - inactive


def test_a_mixture_that_does_not_say_how_many_experts_it_takes_has_no_active_parameters() -> None:
    assert counts_of(transformers.DeepseekV2Model).active_parameters is None
    assert counts_of(transformers.DeepseekV2Model, num_experts_per_tok=6).active_parameters is not None


@pytest.mark.parametrize(
    ("model_class", "branches"),
    [
        (transformers.CLIPModel, {"text": 63_165_952, "vision": 87_456_000}),
        (transformers.BartModel, {"encoder", "decoder"}),
        (transformers.LlavaForConditionalGeneration, {"vision", "projector", "text"}),
        (transformers.WhisperForConditionalGeneration, {"encoder", "decoder"}),
        (transformers.Qwen2AudioForConditionalGeneration, {"audio", "projector", "text"}),
        (transformers.BertModel, set()),
        (transformers.LlamaForCausalLM, set()),
    ],
)
def test_branches(model_class: type[PreTrainedModel], branches: Any) -> None:
    found = counts_of(model_class).branches

    assert found == branches if isinstance(branches, dict) else set(found) == branches


def test_what_two_branches_share_counts_in_both() -> None:
    counts = counts_of(transformers.T5Model)

    assert counts.branches == {"encoder": 35_330_816, "decoder": 41_625_344}
    assert counts.parameters == sum(counts.branches.values()) - 32128 * 512


@pytest.mark.parametrize(
    ("model_class", "layers"),
    [
        (transformers.T5Model, 6),
        (transformers.SwinModel, 12),  # stages of 2, 2, 6 and 2
        (transformers.ResNetModel, 16),  # stages of 3, 4, 6 and 3
        (transformers.AlbertModel, 12),  # one block, twelve times
        (transformers.XLMModel, 12),  # four parallel lists of parts
        (transformers.CLIPModel, 12),
        (transformers.UnivNetModel, 3),
    ],
)
def test_layers(model_class: type[PreTrainedModel], layers: int) -> None:
    assert counts_of(model_class).layers == layers


def test_frozen_parameters_are_not_trainable() -> None:
    model = on_meta(transformers.BertModel)
    model.embeddings.requires_grad_(requires_grad=False)
    counts = count(model, model.config)

    assert counts.parameters - counts.trainable_parameters == 23_837_184


def test_plain_modules_are_counted_too() -> None:
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Conv1d(4, 4, 1), nn.LSTM(4, 4))
    counts = count(model, object())

    assert counts.components == {"mlp": 16, "norm": 8, "convolution": 20, "state_space": 160}
    assert counts.buffers == 9
    assert counts.layers is None


def test_quantisation_reaches_linear_layers_alone() -> None:
    counts = counts_of(transformers.LlamaForCausalLM)
    linear = counts.components["attention"] + counts.components["mlp"]
    rest = 2 * (counts.parameters - linear)
    rows = 32 * (4 * 4096 + 2 * 11008 + 4096)

    assert counts.weights_bytes["bfloat16"] == 2 * 6_738_415_616
    assert counts.weights_bytes["int8"] == rest + linear + 4 * rows
    assert counts.weights_bytes["int4"] == rest + linear // 2 + linear // 64 * 4 + 32 * 7 * 64


def test_four_bits_cost_four_and_a_half() -> None:
    assert four_bit_bytes(64 * 1000) == 64 * 1000 * 4.5 / 8 + 64


def test_fused_experts_stay_in_16_bits() -> None:
    counts = counts_of(transformers.MixtralForCausalLM)

    assert counts.weights_bytes["int4"] > 2 * counts.components["experts"]
