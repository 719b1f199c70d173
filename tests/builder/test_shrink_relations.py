"""What must hold between the numbers of a small configuration, each relation on models that have it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.builder.construct import make_config
from catalog.builder.overrides import with_override
from catalog.builder.plan import BuildPlan
from catalog.builder.shrink import tiny_params
from catalog.builder.shrink.exceptions import computed, parse_exceptions, read_exceptions
from catalog.builder.shrink.heads import shares
from catalog.builder.shrink.roles import role_of
from catalog.builder.shrink.tree import tree_of
from catalog.specs.memory import ReleaseKnowledge
from catalog.specs.views import Views

BUDGETS = (1_000_000, 310_000, 220_000, 1000)


@pytest.fixture(params=BUDGETS)
def make(knowledge: ReleaseKnowledge, request: pytest.FixtureRequest) -> Any:
    """Makes the configuration of a class's reduced parameters, under one budget after the other."""

    def made(class_name: str) -> Any:
        record = knowledge.config_class(class_name)
        assert record is not None
        params = tiny_params(knowledge, class_name, budget=request.param)
        plan = BuildPlan(config_class=class_name, module=record.module, params=params)
        return make_config(with_override(plan)[0])

    return made


@pytest.mark.parametrize("name", ["BertConfig", "LlamaConfig", "GPT2Config", "ViTConfig", "BartConfig", "OPTConfig"])
def test_heads_divide_the_width_and_leave_even_ones(make, name: str) -> None:
    config = make(name)
    assert config.hidden_size % config.num_attention_heads == 0
    assert config.hidden_size // config.num_attention_heads % 2 == 0


@pytest.mark.parametrize("name", ["Gemma2Config", "MistralConfig", "MixtralConfig", "Qwen3NextConfig"])
def test_key_value_heads_stay_grouped(make, name: str) -> None:
    config = make(name)
    assert config.num_attention_heads % config.num_key_value_heads == 0
    assert config.num_key_value_heads < config.num_attention_heads


def test_multi_query_and_multi_head_attention_stay_what_they_are(make) -> None:
    assert make("GPTBigCodeConfig").multi_query is True
    assert make("PaliGemmaConfig").text_config.num_key_value_heads <= 2
    for name in ("GemmaConfig", "Qwen3Config", "OlmoConfig"):
        config = make(name)
        assert config.num_key_value_heads == config.num_attention_heads, name


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Gemma3TextConfig", None),
        ("Qwen3NextConfig", None),
        ("BambaConfig", None),
        ("JambaConfig", None),
        ("GptOssConfig", None),
        ("Llama4Config", "text_config"),
        ("Lfm2Config", None),
    ],
)
def test_one_layer_of_each_kind_is_kept(knowledge, make, name: str, part: str | None) -> None:
    record = knowledge.config_class(name)
    default = make_config(BuildPlan(config_class=name, module=record.module))
    config = make(name)
    default, config = (default, config) if part is None else (getattr(default, part), getattr(config, part))
    kinds = getattr(config, "layer_types", None) or config.layers_block_type
    assert set(kinds) == set(getattr(default, "layer_types", None) or default.layers_block_type)
    assert len(kinds) == config.num_hidden_layers <= 4


@pytest.mark.parametrize(
    ("name", "experts", "chosen"),
    [
        ("MixtralConfig", "num_local_experts", "num_experts_per_tok"),
        ("Qwen3MoeConfig", "num_experts", "num_experts_per_tok"),
        ("DeepseekV3Config", "n_routed_experts", "num_experts_per_tok"),
        ("GraniteMoeConfig", "num_local_experts", "num_experts_per_tok"),
    ],
)
def test_as_many_experts_are_chosen_as_there_are_at_most(make, name: str, experts: str, chosen: str) -> None:
    config = make(name)
    assert 1 <= getattr(config, chosen) <= getattr(config, experts) <= 4


def test_groups_of_experts_divide_them_and_dense_layers_remain(make) -> None:
    config = make("DeepseekV3Config")
    assert config.n_routed_experts % config.n_group == 0
    assert config.topk_group <= config.n_group
    assert config.n_routed_experts // config.n_group * config.topk_group >= config.num_experts_per_tok
    assert config.first_k_dense_replace <= 1


@pytest.mark.parametrize(
    "name", ["SegformerConfig", "PvtV2Config", "ResNetConfig", "SwinConfig", "CvtConfig", "MuseSparkAudioConfig"]
)
def test_lists_with_one_entry_a_stage_keep_their_length(knowledge, make, name: str) -> None:
    record = knowledge.config_class(name)
    default = make_config(BuildPlan(config_class=name, module=record.module))
    config = make(name)
    for key in ("depths", "depth", "hidden_sizes", "num_heads", "num_attention_heads", "embed_dim", "sr_ratios"):
        if isinstance(getattr(default, key, None), list | tuple):
            assert len(getattr(config, key)) == len(getattr(default, key)), key


@pytest.mark.parametrize(
    "name", ["LlavaConfig", "Qwen2VLConfig", "WhisperConfig", "BartConfig", "Gemma3Config", "GPT2Config", "Ovis2Config"]
)
def test_tokens_stay_within_the_vocabulary_and_apart(knowledge, make, name: str) -> None:
    record = knowledge.config_class(name)
    default = make_config(BuildPlan(config_class=name, module=record.module))
    config = make(name)
    size = config.get_text_config().vocab_size
    ids: dict[int, set[int]] = {}
    for key, before in vars(default).items():
        after = getattr(config, key, None)
        if role_of(key) == "token" and type(before) is int and before >= 0:
            assert 0 <= after < size, key
            ids.setdefault(after, set()).add(before)
    assert all(len(before) == 1 for before in ids.values())


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("Qwen2VLConfig", "text_config"),
        ("Qwen2_5_VLTextConfig", None),
        ("Qwen3VLConfig", "text_config"),
        ("Cosmos3EdgeTextConfig", None),
        ("Ernie4_5_VLMoeConfig", "text_config"),
    ],
)
def test_rotary_sections_add_up_to_half_a_head(make, name: str, part: str | None) -> None:
    config = make(name)
    config = config if part is None else getattr(config, part)
    width = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    assert sum(config.rope_parameters["mrope_section"]) == width // 2


def test_feed_forward_layers_keep_whole_ratios(make) -> None:
    config = make("BertConfig")
    assert config.intermediate_size == 4 * config.hidden_size
    config = make("WhisperConfig")
    assert config.encoder_ffn_dim == config.decoder_ffn_dim == 4 * config.d_model


@pytest.mark.parametrize("name", ["ViTConfig", "CLIPVisionConfig", "SiglipVisionConfig", "Dinov2Config", "DeiTConfig"])
def test_images_have_whole_patches(make, name: str) -> None:
    config = make(name)
    assert config.image_size // config.patch_size in (4, 8)


def test_what_counts_patches_goes_along(make) -> None:
    config = make("LlavaConfig")
    assert config.image_seq_length == (config.vision_config.image_size // config.vision_config.patch_size) ** 2
    config = make("SamConfig")
    assert config.prompt_encoder_config.image_embedding_size == config.vision_config.image_size // 16


def test_equal_widths_stay_equal_across_parts(make) -> None:
    config = make("CLIPConfig")
    assert config.text_config.projection_dim == config.vision_config.projection_dim == config.projection_dim
    config = make("Blip2Config")
    assert config.qformer_config.encoder_hidden_size == config.vision_config.hidden_size
    config = make("Qwen2VLConfig")
    assert config.vision_config.hidden_size == config.text_config.hidden_size


@pytest.mark.parametrize("name", ["DPTConfig", "DepthAnythingConfig", "ZoeDepthConfig", "VitPoseConfig"])
def test_outputs_of_backbones_are_stages_that_are_left(make, name: str) -> None:
    backbone = make(name).backbone_config
    if backbone is not None:
        assert set(backbone.out_features) <= set(backbone.stage_names)
        assert len(set(backbone.out_features)) == len(backbone.out_features)


def test_flags_activations_and_rates_are_left_alone(knowledge) -> None:
    for name in knowledge.class_names():
        node = tree_of(Views(knowledge).of_class(name), Views(knowledge), {})
        params = tiny_params(knowledge, name)
        for key in params.keys() & node.before.keys():
            before = node.before[key]
            if isinstance(before, bool | str) and key not in _SET_ON_PURPOSE:
                assert params[key] == before, (name, key)


_SET_ON_PURPOSE = {"use_timm_backbone", "apply_layernorm_after_vision_backbone", "downsample_rate"}


def test_shares_keep_the_total() -> None:
    assert shares([16, 24, 24], 8) == [2, 3, 3]
    assert shares([22, 22, 20], 2) == [1, 1, 0]


@given(st.lists(st.integers(0, 100), min_size=1, max_size=6), st.integers(0, 200))
def test_any_shares_add_up(parts: list[int], total: int) -> None:
    if sum(parts):
        assert sum(shares(parts, total)) == total


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("hidden_size", "width"), ("d_model", "width"), ("num_hidden_layers", "layers"), ("encoder_layers", "layers"),
        ("num_key_value_heads", "key-value-heads"), ("num_attention_heads", "heads"), ("d_kv", "head-width"),
        ("image_token_id", "token"), ("vocab_size", "vocabulary"), ("num_experts_per_tok", "chosen-experts"),
        ("n_routed_experts", "experts"), ("image_size", "image"), ("patch_size", "none"), ("num_channels", "none"),
        ("num_mel_bins", "none"), ("conv_kernel", "none"), ("mlp_ratio", "none"), ("type_vocab_size", "none"),
    ],
)  # fmt: skip
def test_names_tell_what_numbers_are(name: str, role: str) -> None:
    assert role_of(name) == role


def test_exceptions_name_classes_and_parameters_that_exist(knowledge) -> None:
    for name, entries in read_exceptions().items():
        record = knowledge.config_class(name)
        assert record is not None, name
        view = Views(knowledge).of_class(name)
        for entry in entries:
            paths = [*entry.values, *entry.assume, *entry.start, *entry.keep]
            unknown = {path.split(".")[0] for path in paths} - view.records.keys() - view.accepted
            if len(entry.keep) > 1:  # one list for classes that differ in names
                unknown -= entry.keep
            assert not unknown, (name, unknown)


def test_expressions_are_computed_and_nothing_else_is(knowledge) -> None:
    node = tree_of(Views(knowledge).of_class("LlavaConfig"), Views(knowledge), {})
    assert computed("= 2 * text_config.hidden_size", node) == 8192
    assert computed(["= image_seq_length // 2", "x"], node) == [288, "x"]
    for wrong in ("= nothing", "= __import__('os')", "= text_config.nothing", "= 1.5"):
        with pytest.raises(ValueError, match=r"shrink\.yaml"):
            computed(wrong, node)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "must be a list"),
        ([{"config_class": "A", "typo": 1}], "entry 1: it must be a mapping"),
        ([{"reason": "Because."}], "must name one class"),
        ([{"config_class": "A", "set": {"x": 1}, "reason": "because"}], "must be a sentence"),
        ([{"config_class": "A", "reason": "Because."}], "give limits"),
        ([{"config_class": "A", "limits": {"tallness": 1}, "reason": "Because."}], "limits are those of the scale"),
    ],
)
def test_a_wrong_file_of_exceptions_is_refused(document: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_exceptions(document)
