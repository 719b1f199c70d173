"""Inputs of text, image and encoder-decoder models have the right shapes and values."""

import pytest

from catalog.builder.inputs import make_inputs
from catalog.errors import UsageError

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")


def build(architecture, config):
    with torch.device("meta"):
        return getattr(transformers, architecture)(config)


def test_text_stays_within_the_vocabulary_and_avoids_special_tokens():
    config = transformers.BertConfig(num_hidden_layers=1, vocab_size=20, pad_token_id=0, eos_token_id=3)
    inputs = make_inputs(build("BertModel", config), config, batch_size=4, sequence_length=200)
    assert inputs["input_ids"].shape == inputs["attention_mask"].shape == (4, 200)
    assert {0, 3}.isdisjoint(inputs["input_ids"].flatten().tolist())
    assert inputs["input_ids"].max() < 20


def test_more_tokens_than_positions_are_refused():
    config = transformers.BertConfig(num_hidden_layers=1)
    with pytest.raises(UsageError, match="at most 512 tokens"):
        make_inputs(build("BertModel", config), config, sequence_length=513)


def test_the_same_seed_gives_the_same_inputs_and_leaves_the_global_generator_alone():
    config = transformers.ViTConfig(num_hidden_layers=1)
    model = build("ViTModel", config)
    state = torch.get_rng_state()
    first, second, third = (make_inputs(model, config, seed=seed)["pixel_values"] for seed in (1, 1, 2))
    assert torch.equal(first, second)
    assert not torch.equal(first, third)
    assert torch.equal(state, torch.get_rng_state())


def test_an_image_that_cannot_be_cut_into_patches_is_refused():
    config = transformers.ViTConfig(num_hidden_layers=1)
    with pytest.raises(UsageError, match="patches of 16"):
        make_inputs(build("ViTModel", config), config, image_size=100)


def test_an_image_of_another_size_has_its_positions_fitted():
    config = transformers.ViTConfig(num_hidden_layers=1)
    inputs = make_inputs(build("ViTModel", config), config, image_size=(64, 96), batch_size=2)
    assert inputs["pixel_values"].shape == (2, 3, 64, 96)
    assert inputs["interpolate_pos_encoding"] is True


def test_a_decoder_gets_a_text_of_its_own():
    config = transformers.T5Config(num_layers=1)
    inputs = make_inputs(build("T5Model", config), config, sequence_length=10)
    assert inputs["input_ids"].shape == inputs["decoder_input_ids"].shape == (1, 10)
