"""Traits of the installed release's classes, checked by hand, and the rules behind them by small examples."""

from __future__ import annotations

import pytest
import yaml

from catalog.introspect.architectures import all_tasks, canonical_task, tasks_of_mapping
from catalog.introspect.traits import KINDS, attention_kinds, derive_traits
from catalog.introspect.traits.signs import signs
from catalog.records import Architecture, ConfigClass, ForwardParameter, ModelType, Observation, Parameter, SubConfig
from catalog.resources import resource_folder

MODALITIES = {
    "text": "Bert Llama T5 GPT2 CLIPText Gemma3Text Mamba Rag EncoderDecoder TrOCR Longformer Qwen2VLText"
    " MllamaText Blt",
    "vision": "ViT ResNet Swin Sam Detr CLIPVision Idefics2Perceiver ImageGPT TimmBackbone Segformer DonutSwin"
    " Mask2Former OneFormer ChameleonVQVAE SamMaskDecoder LightGlue SuperPoint TableTransformer VitMatte Qwen2VLVision",
    "audio": "Whisper Wav2Vec2 Encodec Bark BarkSemantic SpeechT5 Vits Musicgen MusicgenDecoder ClapAudio Dac"
    " Speech2Text KyutaiSpeechToText ParakeetCTC Qwen2AudioEncoder SpeechEncoderDecoder AST Qwen2_5OmniTalker Csm",
    "video": "VideoMAE Vivit Timesformer VJEPA2 Sam2Video",
    "multimodal": "CLIP Llava Blip2 AyaVision Gemma3 Qwen2Audio Qwen2_5Omni Voxtral GroundingDino Perceiver Flava"
    " Kosmos2 VisionEncoderDecoder ColPali Blip2QFormer Clap Fuyu SeamlessM4T",
    "document": "LayoutLM LayoutLMv3 LayoutXLM Udop MarkupLM Lilt Bros",
    "time-series": "Informer PatchTST TimesFm Autoformer TimeSeriesTransformer",
    "biology": "Esm Evolla EsmFold",
    "decision": "DecisionTransformer",
    "tabular": "Tapas",
}
ATTENTION = {
    "Bert": ("multi-head",),
    "Llama": ("multi-head",),
    "Mixtral": ("grouped-query",),
    "Mistral": ("grouped-query", "sliding-window"),
    "GPTBigCode": ("multi-query",),
    "Falcon": ("multi-query",),
    "DeepseekV3": ("multi-head-latent",),
    "Qwen2": ("multi-head",),
    "Gemma2": ("grouped-query", "sliding-window"),
    "Longformer": ("multi-head", "sliding-window"),
    "Llama4Text": ("grouped-query", "chunked"),
    "Mamba": ("state-space",),
    "Jamba": ("grouped-query", "state-space", "hybrid"),
    "Qwen3Next": ("grouped-query", "linear", "hybrid"),
    "BigBird": ("multi-head", "sparse"),
    "Swin": ("multi-head", "window"),
    "FNet": ("none",),
    "Llava": (),
    "ResNet": (),
}


@pytest.fixture(scope="module")
def traits(installed_release):
    return {item.config_class: item for item in installed_release.traits}


@pytest.mark.parametrize(("name", "modality"), [(n, m) for m, names in MODALITIES.items() for n in names.split()])
def test_modality_of_known_models(traits, name, modality):
    assert traits[f"{name}Config"].modality == modality


@pytest.mark.parametrize("name", ATTENTION)
def test_attention_of_known_models(traits, name):
    assert traits[f"{name}Config"].attention == ATTENTION[name]


def test_every_class_has_a_modality(traits, installed_release):
    names = {item.name for item in installed_release.classes if not item.is_base}
    assert set(traits) == names
    assert [name for name, item in traits.items() if item.modality is None] == []
    assert {kind for item in traits.values() for kind in item.attention} <= set(KINDS)


def test_a_release_that_was_only_parsed_has_the_same_modalities(traits, installed_release):
    parsed = derive_traits(
        installed_release.classes, (), installed_release.architectures, installed_release.model_types
    )
    assert {item.config_class: item.modality for item in parsed} == {n: item.modality for n, item in traits.items()}
    assert sum(item.attention != traits[item.config_class].attention for item in parsed) < len(traits) / 20


def config(name: str, *, sub_configs: dict[str, str] | None = None, **values) -> ConfigClass:
    return ConfigClass(
        name=name,
        module=f"transformers.models.mine.{name.lower()}",
        parameters=tuple(Parameter(name=n, position=i, default=v) for i, (n, v) in enumerate(values.items())),
        sub_configs=tuple(SubConfig(name=n, config_class=c) for n, c in (sub_configs or {}).items()),
    )


def model(config_class: str, *inputs: str, tasks: tuple[str, ...] = ()) -> Architecture:
    return Architecture(
        name=f"{config_class}Model",
        module="m",
        config_class=config_class,
        tasks=tasks,
        forward=tuple(ForwardParameter(name=name) for name in inputs),
    )


class TestRulesOfModality:
    def modality(self, item, *architectures, others=(), model_types=()):
        found = derive_traits([item, *others], (), architectures, model_types)
        return next(trait.modality for trait in found if trait.config_class == item.name)

    def test_inputs_decide(self):
        item = config("MineConfig")
        assert self.modality(item, model("MineConfig", "input_ids")) == "text"
        assert self.modality(item, model("MineConfig", "input_ids", "pixel_values")) == "multimodal"
        assert self.modality(item, model("MineConfig", "input_ids", "bbox")) == "document"

    def test_the_purpose_outweighs_the_input(self):
        speech = model("MineConfig", "input_ids", tasks=("text-to-audio",))
        assert self.modality(config("MineConfig"), speech) == "audio"

    def test_a_name_that_says_text_is_not_believed_against_the_inputs(self):
        item = config("Speech2TextConfig")
        assert self.modality(item, model("Speech2TextConfig", "input_features")) == "audio"
        assert self.modality(config("MineTextConfig")) == "text"

    def test_parts_and_roles_pass_it_on(self):
        whole = config("WholeConfig", sub_configs={"text_config": "AConfig", "vision_config": "BConfig"})
        parts = [config("AConfig"), config("BConfig")]
        assert self.modality(whole, others=parts) == "multimodal"
        assert self.modality(parts[0], others=[whole, parts[1]]) == "text"
        assert self.modality(parts[1], others=[whole, parts[0]]) == "vision"

    def test_processors_and_parameters_are_the_last_resort(self):
        types = [ModelType(name="mine", config_class="MineConfig", processors={"feature_extractor": ("F",)})]
        assert self.modality(config("MineConfig"), model_types=types) == "audio"
        assert self.modality(config("MineConfig", image_size=224)) == "vision"
        assert self.modality(config("MineConfig", gamma=1)) is None


class TestRulesOfAttention:
    def kinds(self, effective=None, **values):
        return attention_kinds(config("MineConfig", **values), effective or {}, {})

    @pytest.mark.parametrize(
        ("groups", "kind"), [(8, "multi-head"), (2, "grouped-query"), (1, "multi-query"), (16, "multi-head")]
    )
    def test_heads_and_groups(self, groups, kind):
        assert self.kinds(num_attention_heads=8, num_key_value_heads=groups) == (kind,)

    def test_an_unknown_number_of_groups_says_nothing_until_it_is_known(self):
        assert self.kinds(num_attention_heads=8, num_key_value_heads=None) == ()
        assert self.kinds({"num_key_value_heads": 2}, num_attention_heads=8, num_key_value_heads=None) == (
            "grouped-query",
        )

    def test_a_window_counts_where_it_is_used(self):
        assert self.kinds(num_attention_heads=8, sliding_window=64) == ("multi-head", "sliding-window")
        assert self.kinds(num_attention_heads=8, sliding_window=64, use_sliding_window=False) == ("multi-head",)
        assert self.kinds(num_attention_heads=8, sliding_window=None) == ("multi-head",)
        full = {"layer_types": ["full_attention"]}
        assert self.kinds(full, num_attention_heads=8, sliding_window=64, layer_types=None) == ("multi-head",)

    @pytest.mark.parametrize("value", ["8", True, [], [None], 2.5, {"a": 1}, None])
    def test_odd_values_tell_nothing(self, value):
        assert self.kinds(num_attention_heads=value, sliding_window=value, kv_lora_rank=value) == ()

    def test_observations_count(self):
        item = config("MineConfig", num_attention_heads=8, num_key_value_heads=None)
        seen = [Observation(config_class="MineConfig", constructs=True, effective={"num_key_value_heads": 1})]
        assert derive_traits([item], seen, (), ())[0].attention == ("multi-query",)


class TestCuratedFacts:
    def test_every_mapping_of_the_release_has_a_curated_task(self, installed_release):
        tasks = {task for item in installed_release.architectures for task in item.tasks}
        assert tasks <= set(all_tasks())

    def test_a_mapping_that_is_not_curated_gets_a_derived_task(self):
        assert tasks_of_mapping("MODEL_FOR_SOMETHING_NEW_MAPPING") == ("something-new",)
        assert tasks_of_mapping("MODEL_FOR_CAUSAL_LM_MAPPING") == ("text-generation",)
        assert "image-segmentation" in tasks_of_mapping("MODEL_FOR_SEMANTIC_SEGMENTATION_MAPPING")

    def test_aliases_are_unique_and_lead_to_tasks(self):
        aliases = [alias for task in all_tasks().values() for alias in task.aliases]
        assert len(aliases) == len(set(aliases))
        assert not set(aliases) & set(all_tasks())
        assert canonical_task("ner") == "token-classification"
        assert canonical_task("unheard-of") == "unheard-of"

    def test_pipelines_of_the_release_are_tasks(self):
        """Except those that use the model classes of another task."""
        from transformers.pipelines import SUPPORTED_TASKS, TASK_ALIASES

        borrowed = {"zero-shot-classification", "zero-shot-audio-classification"}
        assert set(SUPPORTED_TASKS) - borrowed <= set(all_tasks())
        assert {alias: canonical_task(alias) for alias in TASK_ALIASES} == dict(TASK_ALIASES)

    def test_classes_with_exceptions_exist(self, installed_release):
        """An exception for a class that is gone, or that the rules have come to know, is one too many."""
        names = {item.name for item in installed_release.classes}
        known = {**signs().classes, **signs().attention}
        assert set(known) - names == set()

    def test_signs_are_unambiguous(self):
        document = yaml.safe_load((resource_folder("data") / "traits.yaml").read_text(encoding="utf-8"))
        for section in ("inputs", "roles", "folders", "classes", "attention"):
            entries = [entry for items in document[section].values() for entry in items]
            assert len(entries) == len(set(entries)), section
