"""Images cut into patches in other ways than a grid: padded to one number of patches, tiled, cropped, in a row."""

from __future__ import annotations

import math

import torch

from catalog.builder.inputs.modules import first_layer, tower
from catalog.builder.inputs.registry import provides
from catalog.builder.inputs.request import Request
from catalog.builder.inputs.vision import DEFAULT_IMAGE_SIZE, channels, images, patch, sides

SPATIAL = ("siglip2*", "lfm2_vl", "Siglip2*")
"""Patches padded to one number, with the height and width of each image in patches."""

PLACED = ("gemma4*", "embedding_gemma2*")
"""Patches with the place of each."""

CROPPED = ("llava_next*", "llava_onevision", "granite4_vision*")
"""The image as a whole and its crops."""

NESTED = (
    "idefics",
    "idefics2",
    "idefics3",
    "smolvlm",
    "modernvbert",
    "ultravbert",
    "granite_docling",
    "colmodernvbert",
)
"""Several images a sample."""

ROWS = ("minicpm*",)
"""All patches of all images in one row."""


def side(request: Request, *, multiple: int = 1) -> int:
    """Patches of a side of an image of the common size, a multiple of a number."""
    size = patch(request) or 14
    pixels = DEFAULT_IMAGE_SIZE if request.image_size is None else sides(request.image_size)[0]
    return max(1, round(pixels / size / multiple)) * multiple


@provides("pixel_values", models=SPATIAL)
def padded_patches(request: Request) -> torch.Tensor:
    """Patches of one image a sample: ``(batch, patches, numbers of a patch)``."""
    width = channels(request) * (patch(request) or 16) ** 2
    return request.normal(request.batch_size, _spatial_side(request) ** 2, width)


def _spatial_side(request: Request) -> int:
    count = request.value("num_patches", "max_num_patches", of=request.vision, default=256)
    return math.isqrt(count)


@provides("spatial_shapes")
def spatial_shapes(request: Request) -> torch.Tensor:
    """Height and width of each image in patches."""
    return request.tensor([[_spatial_side(request)] * 2] * request.batch_size)


@provides("pixel_attention_mask", models=SPATIAL)
def every_patch(request: Request) -> torch.Tensor:
    """Every patch counts."""
    return request.full(1, *request.get("pixel_values").shape[:2])


@provides("pixel_attention_mask", models=("granite_docling",))
def every_tile(request: Request) -> torch.Tensor:
    """Every tile counts."""
    return request.full(1, *request.get("pixel_values").shape[:2], dtype=torch.bool)


@provides("pixel_values", models=PLACED)
def placed_patches(request: Request) -> torch.Tensor:
    """Patches of one image a sample with colours from 0 to 1: ``(batch, patches, numbers of a patch)``."""
    layer = first_layer(tower(request, request.vision), torch.nn.Linear)
    return request.uniform(request.batch_size, _placed_side(request) ** 2, layer.in_features)


def _placed_side(request: Request) -> int:
    return side(request, multiple=request.value("pooling_kernel_size", of=request.vision, default=1))


@provides("image_position_ids", "pixel_position_ids")
def image_position_ids(request: Request) -> torch.Tensor | None:
    """Column and row of each patch."""
    if request.get("pixel_values") is None:
        return None
    count = range(_placed_side(request))
    return request.tensor([[[column, row] for row in count for column in count]] * request.batch_size)


@provides("pixel_values", models=NESTED)
def one_image_each(request: Request) -> torch.Tensor:
    """One image a sample: ``(batch, 1, channels, height, width)``."""
    return images(request, request.batch_size, 1)


@provides("image_attention_mask", models=("idefics",))
def image_attention_mask(request: Request) -> torch.Tensor:
    """Every token looks at the image."""
    return request.full(1, *request.get("input_ids").shape, 1)


@provides("pixel_values", models=CROPPED)
def crops(request: Request) -> torch.Tensor:
    """The whole image and its crops: ``(batch, crops, channels, height, width)``."""
    height, width = _pinpoint(request)
    size = sides(request.value("image_size", of=request.vision, default=DEFAULT_IMAGE_SIZE))
    return images(request, request.batch_size, 1 + math.ceil(height / size[0]) * math.ceil(width / size[1]))


@provides("image_sizes", models=CROPPED)
def cropped_sizes(request: Request) -> torch.Tensor:
    """Height and width of each image before it was cropped."""
    return request.tensor([_pinpoint(request)] * request.batch_size)


def _pinpoint(request: Request) -> tuple[int, int]:
    """The smallest of the sizes that images are fitted to."""
    points = request.value("image_grid_pinpoints", default=[[336, 672]])
    height, width = min(points, key=math.prod)
    return int(height), int(width)


@provides("image_sizes", models=("pixtral", "mistral3", "mistral_large4", "lighton_ocr"))
def image_sizes(request: Request) -> torch.Tensor:
    """Height and width of each image."""
    return request.tensor([list(request.get("pixel_values").shape[-2:])] * request.batch_size)


@provides("pixel_values", models=("pixtral", "mistral3", "mistral_large4", "lighton_ocr"))
def image_of_any_size(request: Request) -> torch.Tensor:
    """One image a sample, of the common size: the configured one is the largest that is possible."""
    pixels = side(request, multiple=request.value("spatial_merge_size", default=1)) * (patch(request) or 16)
    return request.normal(request.batch_size, channels(request), pixels, pixels)


@provides("pixel_values", models=ROWS)
def patches_in_a_row(request: Request) -> torch.Tensor:
    """All patches next to each other: ``(1, channels, patch, patches x patch)``."""
    size = patch(request) or 14
    count = request.batch_size * side(request, multiple=4) ** 2
    return request.normal(1, channels(request), size, count * size)


@provides("target_sizes", models=ROWS)
def target_sizes(request: Request) -> torch.Tensor:
    """Height and width of each image in patches."""
    return request.tensor([[side(request, multiple=4)] * 2] * request.batch_size)


@provides("pixel_values", models=("mllama", "mllama_vision_model"))
def tiles(request: Request) -> torch.Tensor:
    """One image a sample, in tiles: ``(batch, 1, tiles, channels, height, width)``."""
    return images(request, request.batch_size, 1, request.vision.max_num_tiles)


@provides("aspect_ratio_ids")
def aspect_ratio_ids(request: Request) -> torch.Tensor | None:
    """Which of the supported ways to lay out the tiles: the first that uses all of them."""
    vision = request.vision
    ratios = vision.supported_aspect_ratios
    number = next(index for index, ratio in enumerate(ratios, 1) if math.prod(ratio) == vision.max_num_tiles)
    return request.full(number, request.batch_size, 1)


@provides("aspect_ratio_mask")
def aspect_ratio_mask(request: Request) -> torch.Tensor:
    """Every tile counts."""
    return request.full(1, request.batch_size, 1, request.vision.max_num_tiles)


@provides("cross_attention_mask", models=("mllama",))
def cross_attention_mask(request: Request) -> torch.Tensor:
    """Every token looks at every tile."""
    return request.full(1, *request.get("input_ids").shape, 1, request.vision.max_num_tiles)


@provides("pixel_values", models=("molmo2", "molmo2_vision"))
def molmo_crops(request: Request) -> torch.Tensor:
    """The image as a whole: ``(crops, patches, numbers of a patch)``."""
    layer = first_layer(tower(request, request.vision), torch.nn.Linear)
    return request.normal(request.batch_size, _molmo_side(request) ** 2, layer.in_features)


def _molmo_side(request: Request) -> int:
    size = sides(request.value("image_size", "image_default_input_size", of=request.vision, default=378))[0]
    return size // (patch(request) or 14)


@provides("image_token_pooling", models=("molmo2",))
def image_token_pooling(request: Request) -> torch.Tensor:
    """The patches that each token is pooled from: squares of two by two."""
    count = _molmo_side(request)
    pooled = [
        [image * count * count + (row + y) * count + column + x for y in (0, 1) for x in (0, 1)]
        for image in range(request.batch_size)
        for row in range(0, count - 1, 2)
        for column in range(0, count - 1, 2)
    ]
    return request.tensor(pooled)


@provides("image_grids", models=("molmo2",))
def image_grids(request: Request) -> torch.Tensor:
    """Rows and columns of tokens of the whole image, and of its crops, of which there are none."""
    return request.tensor([[_molmo_side(request) // 2] * 2 + [0, 0]] * request.batch_size)


@provides("image_num_crops", models=("molmo2",))
def image_num_crops(request: Request) -> torch.Tensor:
    """The whole image is the only crop."""
    return request.full(1, request.batch_size)


@provides("num_local_patches")
def num_local_patches(request: Request) -> list[int]:
    """No image is cropped."""
    return [0] * request.batch_size


@provides("merge_sizes", "image_merge_sizes")
def merge_sizes(request: Request) -> torch.Tensor:
    """How many patches of a side become one token, for each image."""
    return request.full(1, request.batch_size)


@provides("flattened_patches")
def flattened_patches(request: Request) -> torch.Tensor:
    """Patches with their row and column in front: ``(batch, patches, 2 + numbers of a patch)``."""
    size = patch(request) or 16
    count = 16
    numbers = request.normal(request.batch_size, count * count, channels(request) * size * size)
    places = [[row + 1, column + 1] for row in range(count) for column in range(count)]
    return torch.cat([request.tensor([places] * request.batch_size).to(numbers.dtype), numbers], dim=-1)


@provides("flattened_patches", models=("*pix2struct_text*", "*Pix2StructText*"))
def no_patches(request: Request) -> None:
    """A text model sees none."""


@provides("pixel_values", models=("inkling_mm_model", "inkling_vision"))
def folded_patches(request: Request) -> torch.Tensor:
    """Patches that the layers fold to one vector each: ``(patches, frames, height, width, channels)``."""
    layers = tower(request, request.vision).encoder_layers
    frames = math.prod(layer.t_fold for layer in layers)
    pixels = math.prod(layer.hw_fold for layer in layers)
    colours = layers[0].projection.in_features // (layers[0].t_fold * layers[0].hw_fold ** 2)
    return request.normal(request.batch_size * 4, frames, pixels, pixels, colours)
