"""Labels: what a head compares its prediction with, so that a training step has a loss. Made only when asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request
from catalog.builder.inputs.vision import height_and_width

BOXES = 2
"""Objects in an image."""


def _classes(request: Request) -> int:
    count: int = request.value("num_labels", default=2)
    return count


@provides("labels")
def labels(request: Request) -> Any:
    """What the head's kind asks for, as its class name tells: a class a sample, a token a position, boxes, a map."""
    if not request.labels:
        return None
    for parts, make in _KINDS:
        if request.has(*parts):
            return make(request)
    return _tokens(request)


def _class(request: Request) -> torch.Tensor:
    if request.value("problem_type") == "multi_label_classification":
        return request.uniform(request.batch_size, _classes(request)).round()
    return request.integers(0, _classes(request), request.batch_size)


def _class_of_each_token(request: Request) -> torch.Tensor:
    return request.integers(0, _classes(request), *request.get("input_ids").shape)


def _choice(request: Request) -> torch.Tensor:
    return request.integers(0, 2, request.batch_size)


def _order(request: Request) -> torch.Tensor:
    return request.integers(0, 2, request.batch_size)


def _tokens(request: Request) -> torch.Tensor | None:
    """The text that is read or written, which the model shifts itself."""
    for name in ("decoder_input_ids", "input_ids"):
        tokens = request.get(name)
        if isinstance(tokens, torch.Tensor):
            return tokens.clone()
    return None


def _letters(request: Request) -> torch.Tensor:
    """A short text, shorter than the frames that it is aligned with."""
    size = request.value("vocab_size", default=32)
    return request.integers(1, min(size, 32), request.batch_size, 5)


def _class_of_each_pixel(request: Request) -> torch.Tensor:
    return request.integers(0, _classes(request), request.batch_size, *height_and_width(request))


def _mask(request: Request) -> torch.Tensor:
    return request.integers(0, 2, request.batch_size, *height_and_width(request)).to(request.dtype)


def _distances(request: Request) -> torch.Tensor:
    return request.uniform(request.batch_size, *height_and_width(request), low=0.1, high=10.0)


def _objects(request: Request) -> list[dict[str, torch.Tensor]]:
    height, width = height_and_width(request)
    return [
        {
            "class_labels": request.integers(0, _classes(request), BOXES),
            "boxes": request.uniform(BOXES, 4, low=0.2, high=0.4),
            "masks": request.integers(0, 2, BOXES, height, width).to(request.dtype),
        }
        for _ in range(request.batch_size)
    ]


def _image(request: Request) -> torch.Tensor | None:
    pixels = request.get("pixel_values")
    return None if pixels is None else pixels.clone()


def _none(_request: Request) -> None:
    return None


_KINDS: tuple[tuple[tuple[str, ...], Callable[[Request], Any]], ...] = (
    (("ForMultipleChoice",), _choice),
    (("ForNextSentencePrediction",), _order),
    (("ForTokenClassification",), _class_of_each_token),
    (("ForSequenceClassification", "ForImageClassification", "ForVideoClassification", "ForXVector"), _class),
    (("ForAudioClassification", "ForVisualReasoning", "ForImagesAndText"), _class),
    (("ForSemanticSegmentation",), _class_of_each_pixel),
    (("CLIPSegForImageSegmentation",), _mask),
    (("ForDepthEstimation",), _distances),
    (("ForObjectDetection", "ForSegmentation", "ForInstanceSegmentation"), _objects),
    (("ForCTC", "ForRNNT", "ForTDT"), _letters),
    (("ForMaskedImageModeling", "ForImageSuperResolution", "ForImageReconstruction"), _none),
    (("ForKeypoint", "ForUniversalSegmentation", "Matting", "ForPoseEstimation", "ForAudioFrame"), _none),
)


@provides("start_positions", "end_positions")
def positions(request: Request) -> torch.Tensor | None:
    """Where the answer to a question starts and ends."""
    if not request.labels:
        return None
    return request.integers(1, request.get("input_ids").shape[-1] - 1, request.batch_size)


@provides("next_sentence_label", "sentence_order_label")
def sentence_order(request: Request) -> torch.Tensor | None:
    """Whether the second sentence follows on the first."""
    return _order(request) if request.labels else None


@provides("return_loss")
def return_loss(request: Request) -> bool | None:
    """Compare images with texts."""
    return True if request.labels else None


@provides("bool_masked_pos", models=("VideoMAEForPreTraining",))
def masked_tubes(request: Request) -> torch.Tensor:
    """Half of the patches of a video are to be reconstructed."""
    config = request.config
    count = (config.num_frames // config.tubelet_size) * (config.image_size // config.patch_size) ** 2
    return request.tensor([[0, 1] * (count // 2) + [0] * (count % 2)] * request.batch_size).bool()


@provides("bool_masked_pos", models=("*ForMaskedImageModeling",))
def masked_patches(request: Request) -> torch.Tensor | None:
    """Half of the patches of an image are to be reconstructed."""
    if not request.labels:
        return None
    config = request.config
    side = height_and_width(request)[0] // config.patch_size
    return request.tensor([[0, 1] * (side * side // 2) + [0] * (side * side % 2)] * request.batch_size).bool()


@provides("mask_labels")
def mask_labels(request: Request) -> list[torch.Tensor] | None:
    """The shape of each object of each image."""
    if not request.labels:
        return None
    shape = (BOXES, *height_and_width(request))
    return [request.integers(0, 2, *shape).to(request.dtype) for _ in range(request.batch_size)]


@provides("class_labels")
def class_labels(request: Request) -> list[torch.Tensor] | None:
    """The kind of each object of each image."""
    if not request.labels:
        return None
    return [request.integers(0, _classes(request), BOXES) for _ in range(request.batch_size)]


_SPOKEN = ("fastspeech2_conformer*",)
FRAMES_OF_A_LETTER = 2


@provides("duration_labels", models=_SPOKEN)
def duration_labels(request: Request) -> torch.Tensor | None:
    """Frames that each letter is spoken for."""
    return request.full(FRAMES_OF_A_LETTER, *request.get("input_ids").shape) if request.labels else None


@provides("pitch_labels", "energy_labels", models=_SPOKEN)
def pitch_labels(request: Request) -> torch.Tensor | None:
    """How high, and how loud, each letter is spoken."""
    return request.normal(*request.get("input_ids").shape, 1) if request.labels else None


@provides("spectrogram_labels", models=_SPOKEN)
def spectrogram_labels(request: Request) -> torch.Tensor | None:
    """The spectrogram of the spoken text: ``(batch, frames, bins)``."""
    if not request.labels:
        return None
    bins = request.value("num_mel_bins", of=request.part("model_config"))
    return request.normal(request.batch_size, request.get("input_ids").shape[1] * FRAMES_OF_A_LETTER, bins)


_CODEBOOK_STRIDE = 8  # pixels of the codebook's image along a side of each of its codes


def _patches(request: Request) -> int:
    image = request.config.image_config
    return int(image.image_size // image.patch_size)


@provides("bool_masked_pos", models=("FlavaForPreTraining",))
def masked_places(request: Request) -> torch.Tensor | None:
    """The patches of an image that are to be guessed: ``(batch, height, width)``."""
    side = _patches(request)
    return request.integers(0, 2, request.batch_size, side, side) if request.labels else None


@provides("codebook_pixel_values", models=("FlavaForPreTraining",))
def image_of_a_codebook(request: Request) -> torch.Tensor | None:
    """The image again, in the size of which a codebook makes one code a patch."""
    if not request.labels:
        return None
    side = _CODEBOOK_STRIDE * _patches(request)
    return request.uniform(request.batch_size, 3, side, side)


@provides("input_ids_masked", models=("FlavaForPreTraining",))
def text_with_gaps(request: Request) -> torch.Tensor | None:
    """The text, of which words are to be guessed."""
    return request.get("input_ids").clone() if request.labels else None
