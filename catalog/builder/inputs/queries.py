"""What single models want besides a text or an image: queries, regions, prompts, features of another model."""

from __future__ import annotations

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request
from catalog.builder.inputs.text import vocabulary, words
from catalog.builder.inputs.vision import images

REGIONS = 36
"""Objects that a detector finds in an image."""


@provides("visual_feats", models=("lxmert",))
def visual_feats(request: Request) -> torch.Tensor:
    """Features of the regions of an image."""
    return request.normal(request.batch_size, REGIONS, request.config.visual_feat_dim)


@provides("visual_pos", models=("lxmert",))
def visual_pos(request: Request) -> torch.Tensor:
    """Places of the regions, in parts of the image."""
    return request.uniform(request.batch_size, REGIONS, request.config.visual_pos_dim)


@provides("visual_embeds", models=("visual_bert",))
def visual_embeds(request: Request) -> torch.Tensor:
    """Features of the regions of an image."""
    return request.normal(*_lead(request), REGIONS, request.config.visual_embedding_dim)


@provides("visual_attention_mask", models=("visual_bert",))
def visual_attention_mask(request: Request) -> torch.Tensor:
    """Every region counts."""
    return request.full(1, *_lead(request), REGIONS)


@provides("visual_token_type_ids", models=("visual_bert",))
def visual_token_type_ids(request: Request) -> torch.Tensor:
    """Regions are of the second type."""
    return request.full(1, *_lead(request), REGIONS)


def _lead(request: Request) -> tuple[int, ...]:
    return tuple(request.get("input_ids").shape[:-1])


@provides("region_to_phrase_position", models=("visual_bert",))
def region_to_phrase_position(request: Request) -> torch.Tensor:
    """The word that each region goes with."""
    length = request.get("input_ids").shape[-1] + REGIONS
    return request.integers(0, request.get("input_ids").shape[-1], request.batch_size, length)


@provides("query_embeds")
def query_embeds(request: Request) -> torch.Tensor | None:
    """Queries of a Q-Former, as wide as its layers."""
    if not request.needs("query_embeds"):
        return None
    return request.normal(request.batch_size, 32, request.config.hidden_size)


@provides("encoder_hidden_states", models=("*qformer", "*QFormer*"))
def image_states(request: Request) -> torch.Tensor:
    """What a vision tower makes of an image."""
    return request.normal(request.batch_size, 50, request.config.encoder_hidden_size)


@provides("qformer_input_ids")
def qformer_input_ids(request: Request) -> torch.Tensor:
    """The instruction, in the words of the Q-Former."""
    return request.integers(5, request.config.qformer_config.vocab_size, request.batch_size, 16)


@provides("qformer_attention_mask")
def qformer_attention_mask(request: Request) -> torch.Tensor:
    """Every token of the instruction counts."""
    return request.full(1, *request.get("qformer_input_ids").shape)


@provides("task_inputs")
def task_inputs(request: Request) -> torch.Tensor:
    """The task, in words."""
    return request.integers(0, request.config.text_encoder_vocab_size, request.batch_size, request.config.task_seq_len)


@provides("inputs", models=("perceiver",))
def perceiver_inputs(request: Request) -> torch.Tensor:
    """Whatever the model reads, as features: ``(batch, steps, width)``."""
    return request.normal(request.batch_size, request.length(), request.config.d_model)


@provides("inputs", models=("PerceiverForMaskedLM", "PerceiverForSequenceClassification"))
def perceiver_text(request: Request) -> torch.Tensor:
    """Bytes of one text a sample, as many as there are positions."""
    length = request.config.max_position_embeddings
    return request.integers(6, request.config.vocab_size, request.batch_size, length)


@provides("attention_mask", models=("PerceiverForMaskedLM", "PerceiverForSequenceClassification"))
def perceiver_mask(request: Request) -> torch.Tensor:
    """Every byte counts."""
    return request.full(1, *request.get("inputs").shape)


@provides("inputs", models=("PerceiverForImageClassification*",))
def perceiver_image(request: Request) -> torch.Tensor:
    """One image a sample."""
    return request.normal(request.batch_size, 3, 224, 224)


@provides("image_embeds_position_mask")
def image_embeds_position_mask(request: Request) -> torch.Tensor | None:
    """The tokens whose embeddings the image gives: the first after the start."""
    count = request.value("latent_query_num")
    if count is None:
        return None
    length = request.get("input_ids").shape[-1]
    mask = [0] + [1] * count + [0] * (length - count - 1)
    return request.tensor([mask] * request.batch_size)


@provides("high_res_pixel_values")
def high_res_pixel_values(request: Request) -> torch.Tensor:
    """The same image in more pixels."""
    size = request.value("image_size", of=request.part("high_res_vision_config"), default=1024)
    return request.normal(request.batch_size, 3, size, size)


@provides("prompt_pixel_values")
def prompt_pixel_values(request: Request) -> torch.Tensor:
    """An image that shows the task."""
    return request.normal(*request.get("pixel_values").shape)


@provides("prompt_masks")
def prompt_masks(request: Request) -> torch.Tensor:
    """What is to be found in that image."""
    return request.normal(*request.get("pixel_values").shape)


@provides("pixel_values", models=("seggpt", "SegGpt*"))
def half_image(request: Request) -> torch.Tensor:
    """One image a sample; the model puts the prompt above it."""
    height, width = request.config.image_size
    return request.normal(request.batch_size, request.config.num_channels, height // 2, width)


@provides("prompt_depth")
def prompt_depth(request: Request) -> torch.Tensor:
    """A coarse map of distances."""
    return request.uniform(request.batch_size, 1, 16, 16)


@provides("pixel_values", models=("fuyu",))
def fuyu_patches(request: Request) -> torch.Tensor:
    """Patches of one image a sample: ``(batch, patches, numbers of a patch)``."""
    return request.normal(request.batch_size, 16, request.config.patch_size**2 * request.config.num_channels)


@provides("pixel_values", models=("neomme",))
def neomme_patches(request: Request) -> torch.Tensor:
    """Patches of all images: ``(patches, numbers of a patch)``."""
    return request.normal(request.batch_size * 16, request.config.patch_dim)


@provides("classes_input_ids")
def classes_input_ids(request: Request) -> torch.Tensor:
    """The names of three classes a sample, in words."""
    return request.integers(5, min(1000, vocabulary(request)), 3 * request.batch_size, 8)


@provides("classes_attention_mask")
def classes_attention_mask(request: Request) -> torch.Tensor:
    """Every word counts."""
    return request.full(1, 3 * request.batch_size, 8)


@provides("classes_structure")
def classes_structure(request: Request) -> torch.Tensor:
    """How many classes each sample has."""
    return request.full(3, request.batch_size)


@provides("tasks_input_ids")
def tasks_input_ids(request: Request) -> torch.Tensor:
    """The task, in words."""
    return request.integers(5, min(1000, vocabulary(request)), request.batch_size, 8)


@provides("tasks_attention_mask")
def tasks_attention_mask(request: Request) -> torch.Tensor:
    """Every word counts."""
    return request.full(1, request.batch_size, 8)


@provides("protein_input_ids")
def protein_input_ids(request: Request) -> torch.Tensor:
    """A protein, one identifier a residue."""
    size = request.value("vocab_size", of=request.part("protein_encoder_config"), default=30)
    return request.integers(4, size, request.batch_size, 32)


@provides("protein_attention_mask")
def protein_attention_mask(request: Request) -> torch.Tensor:
    """Every residue counts."""
    return request.full(1, request.batch_size, 32)


@provides("noise_embeds")
def noise_embeds(request: Request) -> torch.Tensor:
    """Noise that the model turns into embeddings."""
    return request.normal(request.batch_size, request.value("block_size", default=16), request.config.hidden_size)


@provides("context_hidden_states")
def context_hidden_states(request: Request) -> torch.Tensor:
    """States of the model that is assisted."""
    layer = next(module for name, module in request.model.named_modules() if name.split(".")[-1] in {"fc", "proj_in"})
    return request.normal(request.batch_size, 16, layer.in_features)


@provides("inputs_embeds")
def inputs_embeds(request: Request) -> torch.Tensor | None:
    """States of another model, where there is no other input."""
    if not request.needs("inputs_embeds"):
        return None
    return request.normal(request.batch_size, request.length(), request.config.hidden_size)


@provides("action_embeds")
def action_embeds(request: Request) -> torch.Tensor:
    """Embedded actions and states of a robot."""
    return request.normal(request.batch_size, request.config.chunk_size, request.config.dit_config.hidden_size)


@provides("state", models=("pi0", "PI0*"))
def state(request: Request) -> torch.Tensor:
    """State of a robot."""
    return request.normal(request.batch_size, request.config.max_state_dim)


@provides("actions", models=("pi0", "PI0*"))
def robot_actions(request: Request) -> torch.Tensor:
    """What the robot did."""
    return request.normal(request.batch_size, request.config.chunk_size, request.config.max_action_dim)


@provides("pixel_values", models=("pi0", "PI0*"))
def cameras(request: Request) -> torch.Tensor:
    """One image a camera: ``(batch, cameras, channels, height, width)``."""
    return images(request, request.batch_size, 2)


@provides("pixel_attention_mask", models=("pi0", "PI0*"))
def camera_mask(request: Request) -> torch.Tensor:
    """Every camera is there."""
    return request.full(1, request.batch_size, 2, dtype=torch.bool)


@provides("entity_ids")
def entity_ids(request: Request) -> torch.Tensor:
    """Two entities a text."""
    lead = request.get("input_ids").shape[:-1]
    return request.integers(2, min(100, request.config.entity_vocab_size), *lead, 2)


@provides("entity_attention_mask")
def entity_attention_mask(request: Request) -> torch.Tensor:
    """Every entity counts."""
    return request.full(1, *request.get("entity_ids").shape)


@provides("entity_position_ids")
def entity_position_ids(request: Request) -> torch.Tensor:
    """The words that name each entity, -1 for no word."""
    shape = request.get("entity_ids").shape
    places = [[1, 2] + [-1] * 28, [4, 5] + [-1] * 28]
    return request.tensor(places).expand(*shape, 30)


@provides("entity_start_positions")
def entity_start_positions(request: Request) -> torch.Tensor:
    """The first word of each entity."""
    return request.tensor([[1, 4]] * request.batch_size)


@provides("entity_end_positions")
def entity_end_positions(request: Request) -> torch.Tensor:
    """The last word of each entity."""
    return request.tensor([[2, 5]] * request.batch_size)


@provides("input_points")
def input_points(request: Request) -> torch.Tensor:
    """One point a sample in the object that is wanted: ``(batch, objects, points, 2)``."""
    return request.uniform(request.batch_size, 1, 1, 2, low=10.0, high=50.0)


@provides("input_labels")
def input_labels(request: Request) -> torch.Tensor:
    """The point lies in the object."""
    return request.full(1, request.batch_size, 1, 1)


@provides("doc_ids")
def texts_of_documents(request: Request) -> torch.Tensor:
    """Documents beside a question."""
    return words(request, request.batch_size, request.length())


@provides("pixel_values", models=("chameleon*", "emu3*", "Emu3*", "Chameleon*", "glm_image"))
def text_alone(request: Request) -> None:
    """Nothing: these models write images as tokens, and the map from codes to tokens comes with a checkpoint."""


@provides("image_sizes", models=("emu3*", "Emu3*"))
def no_sizes(request: Request) -> None:
    """No image, no size."""


@provides("pixel_values", models=("*VQVAE", "chameleon_vqgan", "emu3_vqgan"))
def image_to_encode(request: Request) -> torch.Tensor:
    """One image a sample, to be turned into tokens."""
    return images(request, request.batch_size)


@provides("input_ids", "pixel_values", models=("Perceiver*",))
def given_as_inputs(request: Request) -> None:
    """Nothing: it goes by the name of inputs."""
