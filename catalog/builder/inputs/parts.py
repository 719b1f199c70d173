"""Parts of models that run alone: what another part would hand them."""

from __future__ import annotations

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request
from catalog.builder.inputs.vision import images

STATES = 16
"""Vectors that the other part hands over."""


@provides("encoder_hidden_states", models=("dia_decoder", "t5gemma2_decoder", "*_text_decoder"))
def encoder_states(request: Request) -> torch.Tensor:
    """What an encoder makes of its text."""
    width = request.value("cross_hidden_size", "encoder_hidden_size", "hidden_size")
    return request.normal(request.batch_size, STATES, width)


@provides("hidden_states", models=("florence_vision",))
def image_as_states(request: Request) -> torch.Tensor:
    """One image a sample, under the name of states."""
    return images(request, request.batch_size)


@provides("context", models=("idefics2_perceiver",))
def context(request: Request) -> torch.Tensor:
    """What a vision tower makes of an image."""
    return request.normal(request.batch_size, STATES, request.config.hidden_size)


@provides("attention_mask", models=("idefics2_perceiver",))
def context_mask(request: Request) -> torch.Tensor:
    """Every vector counts."""
    return request.full(1, request.batch_size, STATES)


@provides("input_ids", models=("moshi_depth",))
def one_token_a_codebook(request: Request) -> torch.Tensor:
    """The text token and one code of each codebook but the last."""
    config = request.config
    return request.integers(0, config.audio_vocab_size - 1, request.batch_size, config.num_codebooks)


@provides("last_hidden_state", models=("moshi_depth",))
def state_of_the_large_model(request: Request) -> torch.Tensor:
    """What the large decoder made of the step."""
    return request.normal(request.batch_size, 1, request.config.input_size)


@provides("marks")
def marks(request: Request) -> torch.Tensor:
    """Where the questions of a prompt end: ``(1, questions)``."""
    length = request.get("input_ids").shape[-1]
    return request.tensor([[length // 2, length]])


@provides("num_options")
def num_options(request: Request) -> torch.Tensor:
    """How many answers each question has."""
    return request.full(2, *request.get("marks").shape)


@provides("question_type_ids")
def question_type_ids(request: Request) -> torch.Tensor:
    """The kind of each question: the first."""
    return request.full(0, *request.get("marks").shape)


_TALKERS = ("qwen3_omni_moe_talker_code_predictor",)


@provides("input_ids", models=(*_TALKERS, "Qwen3OmniMoeCode2Wav*"))
def no_tokens(request: Request) -> None:
    """Nothing: states or codes are given."""


@provides("inputs_embeds", models=(*_TALKERS, "Qwen3OmniMoeCode2WavTransformerModel"))
def states_of_a_talker(request: Request) -> torch.Tensor:
    """The state of the step and the embedded first code."""
    return request.normal(request.batch_size, 2, request.config.hidden_size)


@provides("codes", models=("Qwen3OmniMoeCode2Wav",))
def codes(request: Request) -> torch.Tensor:
    """Codes of all codebooks: ``(batch, codebooks, steps)``."""
    config = request.config
    return request.integers(0, config.codebook_size, request.batch_size, config.num_quantizers, 8)


_SIDE = 4
_DETR = ("sam3*_detr_encoder", "sam3*_detr_decoder", "sam3*_mask_decoder")


@provides("vision_features", models=("sam3*_detr_encoder",))
def maps(request: Request) -> list[torch.Tensor]:
    """What a vision tower makes of an image, level by level: ``(batch, width, height, width of the map)``."""
    return [request.normal(request.batch_size, request.config.hidden_size, _SIDE, _SIDE)]


@provides("vision_pos_embeds", models=("sam3*_detr_encoder",))
def places_of_maps(request: Request) -> list[torch.Tensor]:
    """Embedded places, level by level."""
    return [request.normal(*level.shape) for level in request.get("vision_features")]


@provides("vision_features", "vision_pos_encoding", models=("sam3*_detr_decoder",))
def flat_maps(request: Request) -> torch.Tensor:
    """The maps behind each other, or their embedded places: ``(batch, places, width)``."""
    return request.normal(request.batch_size, _SIDE * _SIDE, request.config.hidden_size)


@provides("spatial_shapes", models=("sam3*_detr_decoder",))
def one_level(request: Request) -> torch.Tensor:
    """Height and width of each level."""
    return request.tensor([[_SIDE, _SIDE]])


@provides("text_features", models=_DETR)
def text_features(request: Request) -> torch.Tensor:
    """What a text tower makes of the prompt."""
    return request.normal(request.batch_size, 8, request.config.hidden_size)


@provides("decoder_queries", models=_DETR)
def decoder_queries(request: Request) -> torch.Tensor:
    """What the decoder makes of its queries."""
    return request.normal(request.batch_size, 8, request.config.hidden_size)


@provides("backbone_features", models=_DETR)
def backbone_features(request: Request) -> list[torch.Tensor]:
    """Maps of the image, each level half as fine as the one before."""
    return [request.normal(request.batch_size, request.config.hidden_size, side, side) for side in (16, 8, _SIDE)]


@provides("encoder_hidden_states", models=("sam3*_mask_decoder",))
def flat_states(request: Request) -> torch.Tensor:
    """What the encoder makes of the coarsest map: ``(batch, places, width)``."""
    return request.normal(request.batch_size, _SIDE * _SIDE, request.config.hidden_size)


@provides("patch_embeds")
def patch_embeds(request: Request) -> torch.Tensor | None:
    """Embedded patches of an image: ``(batch, width, rows, columns)``."""
    if not request.needs("patch_embeds"):
        return None
    return request.normal(request.batch_size, request.config.hidden_size, _SIDE, _SIDE)


@provides("num_patches")
def num_patches(request: Request) -> int | None:
    """How many of the states belong to patches; the others are queries."""
    return request.get("inputs_embeds").shape[1] // 2 if request.needs("num_patches") else None


@provides("image_features", models=("molmo2_adapter",))
def image_features(request: Request) -> torch.Tensor:
    """What some layers of a vision tower make of an image: ``(crops, patches, width)``."""
    config = request.config
    return request.normal(request.batch_size, STATES, config.hidden_size * len(config.vision_feature_layer))


@provides("pooled_patches_idx", models=("molmo2_adapter",))
def pooled_patches_idx(request: Request) -> torch.Tensor:
    """The patches that each token is pooled from."""
    return request.tensor(list(range(STATES * request.batch_size))).reshape(-1, 4)


@provides("inputs_embeds", models=("MaskFormerDetrDecoder",))
def states_of_queries(request: Request) -> torch.Tensor:
    """One state a query."""
    return request.normal(request.batch_size, request.config.num_queries, request.config.d_model)


@provides("encoder_hidden_states", models=("MaskFormerDetrDecoder",))
def states_of_pixels(request: Request) -> torch.Tensor:
    """What a pixel decoder makes of an image."""
    return request.normal(request.batch_size, STATES, request.config.d_model)


_BYTES = ("BltLocalEncoder", "BltLocalDecoder")
BYTES_OF_A_PATCH = 4


@provides("attention_mask", models=_BYTES)
def no_mask(request: Request) -> None:
    """Nothing: these parts take masks of another kind, and without one every byte counts."""


@provides("num_patches", models=("BltLocalEncoder",))
def patches_of_bytes(request: Request) -> int:
    """Patches that the bytes of a text are joined to."""
    length: int = request.get("input_ids").shape[1]
    return -(-length // BYTES_OF_A_PATCH)


@provides("patch_ids", models=("BltLocalEncoder",))
def patch_of_each_byte(request: Request) -> torch.Tensor:
    """The patch that each byte belongs to."""
    length = request.get("input_ids").shape[1]
    return request.tensor([[place // BYTES_OF_A_PATCH for place in range(length)]] * request.batch_size)


@provides("input_ids", models=("BltLocalDecoder",))
def no_bytes(request: Request) -> None:
    """Nothing: the states of the bytes are given."""


@provides("inputs_embeds", models=("BltLocalDecoder",))
def states_of_bytes(request: Request) -> torch.Tensor:
    """What the encoder makes of each byte."""
    return request.normal(request.batch_size, request.length(), request.config.hidden_size)


@provides("patch_embeds", models=("BltLocalDecoder",))
def states_of_patches(request: Request) -> torch.Tensor:
    """What the large model makes of each patch of bytes."""
    count = -(-request.get("inputs_embeds").shape[1] // BYTES_OF_A_PATCH)
    return request.normal(request.batch_size, count, request.config.hidden_size_global)
