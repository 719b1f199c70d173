"""Each input family makes tensors of the right shape and within the right range."""

import dataclasses

import pytest

from catalog.builder.construct import make_model
from catalog.builder.forward import run_forward
from catalog.builder.forward_overrides import runnable
from catalog.builder.inputs import make_inputs
from catalog.builder.overrides import with_override
from catalog.builder.planning import base_plans
from catalog.builder.shrink import shrink
from catalog.errors import UsageError

torch = pytest.importorskip("torch")


@pytest.fixture(scope="module")
def small(knowledge):
    """Makes the small model of a configuration class, with real weights."""

    def make(config_class, architecture=None):
        (plan,) = base_plans(knowledge, [config_class])
        plan = dataclasses.replace(plan, architecture=architecture or plan.architecture, device="cpu", seed=0)
        whole, _ = runnable(with_override(plan)[0])
        return make_model(dataclasses.replace(plan, params=shrink(knowledge, config_class, whole.params)))

    return make


def shapes(inputs):
    return {name: tuple(value.shape) for name, value in inputs.items() if hasattr(value, "shape")}


def test_placeholders_are_as_many_as_the_image_has_features(small):
    model = small("LlavaConfig")
    inputs = make_inputs(model, batch_size=2)
    marks = (inputs["input_ids"] == model.config.image_token_id).sum(dim=1).tolist()
    side = model.config.vision_config.image_size // model.config.vision_config.patch_size
    assert marks == [side * side] * 2
    run_forward(model, inputs)


def test_a_grid_tells_how_the_patches_lie(small):
    model = small("Qwen2VLConfig")
    inputs = make_inputs(model, batch_size=2)
    patches = inputs["image_grid_thw"].prod(dim=1)
    merged = model.config.vision_config.spatial_merge_size**2
    assert inputs["pixel_values"].shape[0] == patches.sum()
    assert (inputs["input_ids"] == model.config.image_token_id).sum(dim=1).tolist() == (patches // merged).tolist()
    assert inputs["mm_token_type_ids"].sum() == patches.sum() // merged
    run_forward(model, inputs)


def test_a_text_without_room_for_its_image_is_refused(small):
    with pytest.raises(UsageError, match="no room for"):
        make_inputs(small("LlavaConfig"), sequence_length=8)


def test_an_image_is_asked_for_in_whole_tokens(small):
    model = small("Qwen2VLConfig")
    with pytest.raises(UsageError, match="cut into tokens of 28 pixels"):
        make_inputs(model, image_size=100)
    assert make_inputs(model, image_size=(56, 84))["image_grid_thw"].tolist() == [[1, 4, 6]]


def test_whisper_hears_as_many_frames_as_it_has_positions_for(small):
    model = small("WhisperConfig")
    inputs = make_inputs(model)
    assert shapes(inputs)["input_features"] == (1, model.config.num_mel_bins, 2 * model.config.max_source_positions)
    assert inputs["decoder_input_ids"].max() < model.config.vocab_size


def test_waves_have_one_row_a_sample_and_codecs_a_channel_more(small):
    assert shapes(make_inputs(small("Wav2Vec2Config"), batch_size=2))["input_values"] == (2, 16000)
    lead = shapes(make_inputs(small("EncodecConfig"), batch_size=2))["input_values"][:2]
    assert lead == (2, 1)


def test_a_series_is_long_enough_for_its_longest_lag(small):
    model = small("TimeSeriesTransformerConfig")
    inputs = make_inputs(model, batch_size=2)
    steps = model.config.context_length + max(model.config.lags_sequence)
    assert shapes(inputs)["past_values"] == shapes(inputs)["past_observed_mask"] == (2, steps)
    assert shapes(inputs)["future_values"] == (2, model.config.prediction_length)
    run_forward(model, inputs)


def test_boxes_lie_on_the_page_with_their_corners_in_order(small):
    box = make_inputs(small("LayoutLMConfig"), batch_size=2)["bbox"]
    assert box.shape[-1] == 4
    assert ((box >= 0) & (box <= 1000)).all()
    assert (box[..., 2:] > box[..., :2]).all()


def test_each_kind_of_cell_stays_within_its_vocabulary(small):
    model = small("TapasConfig")
    kinds = make_inputs(model)["token_type_ids"]
    assert kinds.shape[-1] == 7
    for kind, size in zip(kinds.unbind(-1), model.config.type_vocab_sizes, strict=True):
        assert kind.max() < size


def test_a_trajectory_has_states_actions_and_steps_of_one_length(small):
    model = small("DecisionTransformerConfig")
    inputs = make_inputs(model, batch_size=2, sequence_length=5)
    assert shapes(inputs)["states"] == (2, 5, model.config.state_dim)
    assert shapes(inputs)["actions"] == (2, 5, model.config.act_dim)
    assert inputs["timesteps"].tolist() == [[0, 1, 2, 3, 4]] * 2


def test_videos_have_their_frames_before_their_channels(small):
    model = small("VideoMAEConfig")
    assert shapes(make_inputs(model))["pixel_values"][:3] == (1, model.config.num_frames, 3)


def test_codebooks_lie_where_each_model_looks_for_them(small):
    dia = small("DiaConfig")
    assert shapes(make_inputs(dia))["decoder_input_ids"][-1] == dia.config.decoder_config.num_channels
    musicgen = small("MusicgenConfig", "MusicgenForConditionalGeneration")
    assert (
        shapes(make_inputs(musicgen, batch_size=2))["decoder_input_ids"][0] == 2 * musicgen.config.decoder.num_codebooks
    )


@pytest.mark.parametrize(
    ("config_class", "architecture"),
    [
        ("BertConfig", "BertForSequenceClassification"),
        ("BertConfig", "BertForQuestionAnswering"),
        ("BertConfig", "BertForMultipleChoice"),
        ("BertConfig", "BertForTokenClassification"),
        ("LlamaConfig", "LlamaForCausalLM"),
        ("T5Config", "T5ForConditionalGeneration"),
        ("ViTConfig", "ViTForImageClassification"),
        ("CLIPConfig", "CLIPModel"),
        ("Wav2Vec2Config", "Wav2Vec2ForCTC"),
        ("SegformerConfig", "SegformerForSemanticSegmentation"),
        ("TimeSeriesTransformerConfig", "TimeSeriesTransformerForPrediction"),
        ("CLIPSegConfig", "CLIPSegForImageSegmentation"),
        ("FastSpeech2ConformerConfig", "FastSpeech2ConformerModel"),
        ("GraniteMoeHybridConfig", "GraniteMoeHybridForCausalLM"),
        ("ReformerConfig", "ReformerForMaskedLM"),
        ("FlavaConfig", "FlavaForPreTraining"),
    ],
)
def test_labels_give_a_loss_with_gradients(small, config_class, architecture):
    model = small(config_class, architecture)
    inputs = make_inputs(model, batch_size=2, labels=True)
    model.train()
    loss = model(**inputs).loss
    loss.backward()
    assert torch.isfinite(loss)
    assert any(parameter.grad is not None for parameter in model.parameters())


def test_a_question_goes_with_its_documents(small):
    model = small("RagConfig")
    inputs = make_inputs(model, batch_size=2)
    assert inputs["doc_scores"].shape == (2, model.config.n_docs)
    assert inputs["context_input_ids"].shape[0] == 2 * model.config.n_docs
    run_forward(model, inputs)


@pytest.mark.parametrize("config_class", ["PocketTTSConfig", "GradiumPhononTTSConfig"])
def test_a_text_to_speak_ends_with_the_token_after_which_sound_begins(small, config_class):
    model = small(config_class)
    inputs = make_inputs(model, batch_size=2)
    assert inputs["input_ids"][:, -1].tolist() == [model.config.audio_bos_token_id] * 2


def test_bytes_are_joined_to_patches_in_order(small):
    inputs = make_inputs(small("BltLocalEncoderConfig"), batch_size=2, sequence_length=10)
    assert inputs["num_patches"] == 3
    assert inputs["patch_ids"].tolist() == [[0, 0, 0, 0, 1, 1, 1, 1, 2, 2]] * 2


def test_tiles_of_an_image_are_counted_where_many_layers_take_them(small):
    model = small("Granite4VisionConfig")
    inputs = make_inputs(model, batch_size=1)
    assert (inputs["input_ids"] == model.config.image_token_id).sum() > model.config.image_seq_length
    run_forward(model, inputs)


def test_labels_are_left_out_unless_asked_for(small):
    assert "labels" not in make_inputs(small("BertConfig", "BertForSequenceClassification"))
